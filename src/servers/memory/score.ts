// How long scores are in a listpack: whole numbers are integers there, others text.
import { integerEntryBytes, textEntryBytes } from './listpack-size.js';

/** Bytes of a listpack entry for a score. `shortest`: with the fewest digits that tell it apart, else with up to 17. */
export function scoreEntryBytes(score: number, shortest: boolean): number {
  if (Number.isSafeInteger(score)) return integerEntryBytes(score);
  if (!Number.isFinite(score)) return textEntryBytes(score > 0 ? 3 : 4);
  return textEntryBytes((score < 0 ? 1 : 0) + (shortest ? shortestLength(score) : preciseLength(score)));
}

/** As fpconv writes it: six digits behind the point at most, beyond that with an exponent unless the number is small. */
function shortestLength(score: number): number {
  const { digits, exponent } = split(Math.abs(score).toExponential());
  const scale = exponent - digits + 1;
  const size = Math.abs(exponent);
  if (scale >= 0 && size < digits + 7) return digits + scale;
  if (scale < 0 && (scale > -7 || size < 4)) return decimal(digits, exponent);
  return scientific(digits) + String(size).length;
}

/** As printf writes it with %.17g. */
function preciseLength(score: number): number {
  const { digits, exponent } = split(
    Math.abs(score)
      .toExponential(16)
      .replace(/\.?0*e/, 'e'),
  );
  if (exponent < -4 || exponent >= 17) return scientific(digits) + Math.max(2, String(Math.abs(exponent)).length);
  return exponent >= digits - 1 ? exponent + 1 : decimal(digits, exponent);
}

function split(text: string): { digits: number; exponent: number } {
  const at = text.indexOf('e');
  return { digits: at === 1 ? 1 : at - 1, exponent: Number(text.slice(at + 1)) };
}

/** Digits and a point, behind `0.` and zeros when it is below 1. */
function decimal(digits: number, exponent: number): number {
  return exponent >= 0 ? digits + 1 : 1 + digits - exponent;
}

/** Digits, a point between the first and the others, and `e+` or `e-`. */
function scientific(digits: number): number {
  return digits + (digits > 1 ? 1 : 0) + 2;
}
