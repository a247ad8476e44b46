// Glob patterns as the servers match them (KEYS, SCAN MATCH): * ? [abc] [a-c] [^x] and \ before what stands for itself.
// They work on bytes. Bytes count as unsigned in ranges.

const STAR = -1;
const ANY = -2;
/** Codes from here on are classes: CLASS + index. Codes below are bytes. */
const CLASS = 256;

const BACKSLASH = 0x5c;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const CARET = 0x5e;
const DASH = 0x2d;
const X = 0x78;

/** A compiled pattern. Matching takes time in proportion to the text times the pattern at most, whatever they are. */
export class Glob {
  private readonly codes: number[] = [];
  private readonly classes: Uint8Array[] = [];

  /** Bytes are taken as a server takes them; in text, `\xHH` stands for that byte itself, as in all text forms here. */
  constructor(pattern: string | Uint8Array) {
    const bytes = typeof pattern === 'string' ? Buffer.from(pattern) : pattern;
    this.compile(bytes, typeof pattern === 'string');
  }

  /** Whether all of [start, end) of `bytes` matches. */
  matches(bytes: Uint8Array, start = 0, end = bytes.length): boolean {
    const { codes } = this;
    const count = codes.length;
    let at = start;
    let i = 0;
    // Only the last star is worth another try: what an earlier one took may stay as it is.
    let star = -1;
    let resume = 0;
    while (at < end) {
      if (i < count && codes[i] === STAR) {
        star = ++i;
        if (star === count) return true;
        resume = at;
      } else if (i < count && this.takes(codes[i], bytes[at])) {
        i++;
        at++;
      } else if (star >= 0) {
        i = star;
        at = ++resume;
      } else return false;
    }
    while (i < count && codes[i] === STAR) i++;
    return i === count;
  }

  private takes(code: number, byte: number): boolean {
    if (code >= CLASS) return this.classes[code - CLASS][byte] === 1;
    return code === byte || code === ANY;
  }

  private compile(pattern: Uint8Array, hex: boolean): void {
    const { codes } = this;
    for (let at = 0; at < pattern.length; ) {
      switch (pattern[at]) {
        case 0x2a:
          if (codes.at(-1) !== STAR) codes.push(STAR);
          at++;
          break;
        case 0x3f:
          codes.push(ANY);
          at++;
          break;
        case OPEN:
          at = this.compileClass(pattern, at + 1, hex);
          break;
        default: {
          const size = literalSize(pattern, at, hex);
          codes.push(literal(pattern, at, size));
          at += size;
        }
      }
    }
  }

  /** Behind `[`. Returns where the pattern goes on; a class that nobody closes ends with the pattern. */
  private compileClass(pattern: Uint8Array, from: number, hex: boolean): number {
    const members = new Uint8Array(256);
    let at = from;
    const not = pattern[at] === CARET;
    if (not) at++;
    while (at < pattern.length && pattern[at] !== CLOSE) {
      const size = literalSize(pattern, at, hex);
      const first = literal(pattern, at, size);
      const last = at + size + 1;
      // As in the servers: a member with a backslash begins no range, and the end of one is taken as it stands.
      if ((size === 1 || size === 4) && pattern[at + size] === DASH && last < pattern.length) {
        const lastSize = hex && isHex(pattern, last) ? 4 : 1;
        const other = literal(pattern, last, lastSize);
        members.fill(1, Math.min(first, other), Math.max(first, other) + 1);
        at = last + lastSize;
      } else {
        members[first] = 1;
        at += size;
      }
    }
    if (not) for (let i = 0; i < 256; i++) members[i] ^= 1;
    this.codes.push(CLASS + this.classes.push(members) - 1);
    return at + 1;
  }
}

/** How many bytes of the pattern stand for one: 1, 2 with a backslash, 4 for `\xHH`. */
function literalSize(pattern: Uint8Array, at: number, hex: boolean): number {
  if (pattern[at] !== BACKSLASH || at + 1 >= pattern.length) return 1;
  return hex && isHex(pattern, at) ? 4 : 2;
}

function literal(pattern: Uint8Array, at: number, size: number): number {
  if (size < 4) return pattern[at + size - 1];
  return digit(pattern[at + 2]) * 16 + digit(pattern[at + 3]);
}

function isHex(pattern: Uint8Array, at: number): boolean {
  return (
    pattern[at] === BACKSLASH && pattern[at + 1] === X && digit(pattern[at + 2]) >= 0 && digit(pattern[at + 3]) >= 0
  );
}

/** The value of a lower-case hexadecimal digit, as the text form writes them; -1 for anything else. */
function digit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  return byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : -1;
}
