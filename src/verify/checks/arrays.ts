import type { CheckContext } from '../../checks/context.js';
import { arrayDoubleText, hasClearLowBits } from '../../rdb/array-text.js';
import type { BytesRef } from '../../rdb/bytes-ref.js';

const STRING = 0;
const INTEGER = 1;
const DOUBLE = 2;
const SHORT_STRING_UP_TO = 7;
const LONGEST_NUMBER = 24;
const LARGEST_TAGGED = 2n ** 61n - 1n;
const SMALLEST_TAGGED = -(2n ** 61n);
const CANONICAL_INTEGER = /^(0|-?[1-9]\d{0,18})$/;
const PLAIN_DECIMAL = /^-?(0|[1-9]\d*)\.\d+$/;

/** Arrays (Redis 8.8): what loaders take but no server writes. What they refuse is told by the parser. */
export class ArrayCheck {
  private previous = -1n;

  constructor(private readonly context: CheckContext) {}

  begin(): void {
    this.previous = -1n;
  }

  element(index: bigint, value: BytesRef, tag: number, double: number): void {
    const { context } = this;
    const offset = context.offsetOf(value);
    if (index <= this.previous)
      context.report('ARRAY_UNSORTED', offset, `index ${index} follows index ${this.previous}`);
    this.previous = index;
    if (tag === DOUBLE && (!Number.isFinite(double) || !hasClearLowBits(double))) {
      context.report(
        'ARRAY_FLOAT_UNUSUAL',
        offset,
        `the element at ${index} is a float that no server stores like that`,
      );
      return;
    }
    if (value.length > LONGEST_NUMBER || value.large) return;
    const usual = usualTag(value);
    // The server's digits end differently from ours now and then, so a decimal that it left as text proves nothing.
    if (usual !== tag && !(usual === DOUBLE && tag === STRING)) {
      context.report('ARRAY_TAG_UNUSUAL', offset, `the element at ${index} is stored under tag ${tag}`);
    }
  }
}

/** The tag under which a 64-bit server stores this text. */
function usualTag(value: BytesRef): number {
  const text = Buffer.from(value.toBytes()).toString('latin1');
  if (CANONICAL_INTEGER.test(text)) {
    const integer = BigInt(text);
    if (integer >= SMALLEST_TAGGED && integer <= LARGEST_TAGGED) return INTEGER;
  } else if (PLAIN_DECIMAL.test(text)) {
    const double = Number(text);
    if (hasClearLowBits(double) && arrayDoubleText(double) === text) return DOUBLE;
  }
  return text.length <= SHORT_STRING_UP_TO ? 3 : STRING;
}
