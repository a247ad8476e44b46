// sds, the servers' strings: header, text, NUL. The header grows with the length that it has to hold.

/** Bytes of an sds of `length` bytes as a server makes it for a string that it loads. */
export function sdsBytes(length: number): number {
  return (length < 32 ? 1 : header(length)) + length + 1;
}

/** Bytes of an sds that is embedded in an object: it never has the shortest header. */
export function shortSdsBytes(length: number): number {
  return (length < 32 ? 3 : header(length)) + length + 1;
}

function header(length: number): number {
  if (length < 256) return 3;
  if (length < 65536) return 5;
  return length < 2 ** 32 ? 9 : 17;
}
