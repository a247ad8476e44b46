const INTEGRAL_AS_INTEGER_BELOW = 2 ** 62;

/**
 * The text that a client sees for a double of an array: the shortest digits that give it back, without exponent, `.0` when
 * there is no point. Redis clears the two lowest mantissa bits when it loads one.
 */
export function arrayDoubleText(value: number): string {
  const kept = clearLowBits(value);
  if (Number.isNaN(kept)) return 'nan';
  if (!Number.isFinite(kept)) return kept < 0 ? '-inf' : 'inf';
  if (Object.is(kept, -0)) return '-0.0';
  if (Number.isInteger(kept) && Math.abs(kept) < INTEGRAL_AS_INTEGER_BELOW) return `${BigInt(kept)}.0`;
  const text = withoutExponent(String(kept));
  return text.includes('.') ? text : `${text}.0`;
}

/** Whether the two lowest mantissa bits are clear, as in every double that a server wrote. */
export function hasClearLowBits(value: number): boolean {
  return Object.is(clearLowBits(value), value);
}

const scratch = new DataView(new ArrayBuffer(8));

function clearLowBits(value: number): number {
  if (!Number.isFinite(value)) return value;
  scratch.setFloat64(0, value);
  scratch.setUint8(7, scratch.getUint8(7) & 0xfc);
  return scratch.getFloat64(0);
}

function withoutExponent(text: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!match) return text;
  const [, sign, whole, fraction = '', exponent] = match;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return `${sign}${digits}${'0'.repeat(point - digits.length)}`;
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
