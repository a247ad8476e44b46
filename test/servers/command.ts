/** A program of this machine or of a suite, as the file and arguments that spawn takes. */
export function command(binary: string, args: readonly string[], root: string | undefined): [string, string[]] {
  return root ? ['chroot', [root, binary, ...args]] : [binary, [...args]];
}
