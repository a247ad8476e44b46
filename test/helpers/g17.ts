/**
 * A double as C's `%.17g` prints it, with `inf`, `-inf` and `nan` as the servers spell them. Worked out exactly: JavaScript's
 * own `toPrecision` rounds ties up where C rounds them to even.
 */
export function g17(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (value === 0) return `${sign}0`;
  const { digits, exponent } = seventeenDigits(Math.abs(value));
  const significant = digits.replace(/0+$/, '');
  if (exponent < -4 || exponent >= 17) {
    const fraction = significant.length > 1 ? `.${significant.slice(1)}` : '';
    const size = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${significant[0]}${fraction}e${exponent < 0 ? '-' : '+'}${size}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${significant}`;
  const whole = significant.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = significant.slice(exponent + 1);
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

function seventeenDigits(value: number): { digits: string; exponent: number } {
  const { numerator, denominator } = exactly(value);
  // At most one off, as the digits that it prints may have been rounded up to the next power of ten.
  let exponent = Number(value.toExponential(16).split('e')[1]);
  for (;;) {
    const shift = 16 - exponent;
    const n = shift >= 0 ? numerator * 10n ** BigInt(shift) : numerator;
    const d = shift >= 0 ? denominator : denominator * 10n ** BigInt(-shift);
    let rounded = n / d;
    const rest = 2n * (n % d);
    if (rest > d || (rest === d && rounded % 2n === 1n)) rounded++;
    const digits = String(rounded);
    if (digits.length === 17) return { digits, exponent };
    exponent += digits.length - 17;
  }
}

function exactly(value: number): { numerator: bigint; denominator: bigint } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const raw = Number(bits >> 52n) & 0x7ff;
  const mantissa = (bits & (2n ** 52n - 1n)) | (raw === 0 ? 0n : 2n ** 52n);
  const power = (raw === 0 ? 1 : raw) - 1075;
  return power >= 0
    ? { numerator: mantissa << BigInt(power), denominator: 1n }
    : { numerator: mantissa, denominator: 1n << BigInt(-power) };
}
