import { describe, expect, it } from 'vitest';
import { g17 } from './g17.js';

describe('g17', () => {
  // What printf("%.17g") of glibc gives.
  it.each([
    [0, '0'],
    [-0, '-0'],
    [1, '1'],
    [-2.5, '-2.5'],
    [100, '100'],
    [0.1, '0.10000000000000001'],
    [3.14, '3.1400000000000001'],
    [1e-4, '0.0001'],
    [1e-5, '1.0000000000000001e-05'],
    [2 ** 53, '9007199254740992'],
    [1e16, '10000000000000000'],
    [1e17, '1e+17'],
    [1e20, '1e+20'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [5e-324, '4.9406564584124654e-324'],
    [2.2250738585072014e-308, '2.2250738585072014e-308'],
    // A tie of the 17th digit: to even, so down here and up there.
    [1 + 2 ** -17, '1.0000076293945312'],
    [1 + 3 * 2 ** -17, '1.0000228881835938'],
    [Number.POSITIVE_INFINITY, 'inf'],
    [Number.NEGATIVE_INFINITY, '-inf'],
    [Number.NaN, 'nan'],
  ])('%d', (value, text) => {
    expect(g17(value)).toBe(text);
  });
});
