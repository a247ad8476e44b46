// Header lines of the RESP command syntax: `*3\r\n` in front of a command, `$5\r\n` in front of an argument.
//
// Servers read such a line with fgets into 1024 bytes, and its number with the C library, which skips blanks, takes a sign and
// leading zeros, and stops at the first byte that is no digit. Nobody writes anything but digits, CR, LF.

/** How a number is written. */
export const NumberForm = {
  /** Digits as servers write them, CR, LF. */
  PLAIN: 0,
  /** Blanks, a plus sign or zeros in front: servers and check tools read on. */
  UNUSUAL: 1,
  /** No CR before the LF: servers read on, check tools do not. */
  LF_ONLY: 2,
  /** Something between the digits and the line end: servers read on, check tools do not. */
  JUNK: 3,
  /** No digits at all. */
  NONE: 4,
} as const;

/** Bytes of a header line, with its line end, that servers take at once. */
export const LONGEST_HEADER = 1023;

const LF = 0x0a;
const CR = 0x0d;
const MINUS = 0x2d;
const PLUS = 0x2b;
const ZERO = 0x30;
const NINE = 0x39;
/** Digits that surely fit a double. */
const EXACT_DIGITS = 15;

/** One header line, read; used again for the next. */
export class HeaderLine {
  /** Infinite where it has more than 15 digits. */
  value = 0;
  form: number = NumberForm.PLAIN;
  /** Address behind the line end. */
  next = 0;
  /** Address of the first byte that is not as it should be. */
  oddAt = 0;

  /**
   * Reads the line whose prefix stands at `at`, from bytes [at, end). Returns false when its end is not there: `next` is
   * then the first byte that could not belong to a plain line, `end` when all of them could.
   */
  read(bytes: Uint8Array, at: number, end: number): boolean {
    let i = at + 1;
    let value = 0;
    let digit = i < end ? bytes[i] - ZERO : -1;
    if (digit >= 0 && digit <= 9) {
      const first = digit;
      const last = Math.min(end, i + EXACT_DIGITS);
      do {
        value = value * 10 + digit;
        i++;
        digit = i < last ? bytes[i] - ZERO : -1;
      } while (digit >= 0 && digit <= 9);
      if (i + 1 < end && bytes[i] === CR && bytes[i + 1] === LF && (first > 0 || i === at + 2)) {
        this.value = value;
        this.form = NumberForm.PLAIN;
        this.next = i + 2;
        this.oddAt = i + 2;
        return true;
      }
    }
    return this.readLoosely(bytes, at, end);
  }

  /** As the C library does. */
  private readLoosely(bytes: Uint8Array, at: number, end: number): boolean {
    const limit = Math.min(end, at + LONGEST_HEADER);
    const lineEnd = bytes.subarray(at, limit).indexOf(LF);
    if (lineEnd < 0) {
      this.next = plainUntil(bytes, at + 1, end);
      return false;
    }
    const lf = at + lineEnd;
    let i = at + 1;
    let unusual = false;
    while (i < lf && isBlank(bytes[i])) i++;
    const negative = bytes[i] === MINUS;
    if (negative || bytes[i] === PLUS) i++;
    const digits = i;
    while (i < lf && bytes[i] === ZERO) i++;
    unusual = digits > at + 1 || (i > digits && isDigit(bytes[i])) || i - digits > 1;
    const significant = i;
    let value = 0;
    for (; isDigit(bytes[i]); i++) value = value * 10 + (bytes[i] - ZERO);
    this.value = i - significant > EXACT_DIGITS ? Number.POSITIVE_INFINITY : value;
    if (negative) this.value = -this.value;
    this.next = lf + 1;
    this.oddAt = i;
    if (i === digits) {
      this.value = 0;
      this.oddAt = at + 1;
      this.form = NumberForm.NONE;
    } else if (i === lf) this.form = NumberForm.LF_ONLY;
    else if (i !== lf - 1 || bytes[i] !== CR) this.form = NumberForm.JUNK;
    else this.form = unusual ? NumberForm.UNUSUAL : NumberForm.PLAIN;
    if (this.form === NumberForm.UNUSUAL) this.oddAt = at + 1;
    return true;
  }
}

/** Address of the first byte that does not belong to digits and a CR behind them; `end` when all do. */
function plainUntil(bytes: Uint8Array, at: number, end: number): number {
  let i = at;
  while (i < end && isDigit(bytes[i])) i++;
  return i === end - 1 && i > at && bytes[i] === CR ? end : i;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d && byte !== LF);
}
