import type { Family } from '../explanation.js';
import { DAMAGED_VALUE, NOTHING_TO_DO, REDIS_88_LOADS, REDIS_88_REFUSES } from './phrases.js';

/** Arrays, new in Redis 8.8. */
export const ARRAYS = {
  ARRAY_EMPTY: {
    title: 'An array without elements',
    meaning:
      'The array has a count of zero. No server writes an empty one, so the count is damaged, or another program wrote it.',
    servers: `${REDIS_88_REFUSES} Unlike other empty collections it is not skipped.`,
    advice: DAMAGED_VALUE,
  },
  ARRAY_INSERT_INDEX_INVALID: {
    title: 'An array with an impossible insert index',
    meaning:
      'Behind the count stands whether an insert index follows (0 or 1), and the index, which is at most 2^64-2. One of the two is out of range: damage, or a faulty writer.',
    servers: REDIS_88_REFUSES,
    advice: DAMAGED_VALUE,
  },
  ARRAY_INDEX_INVALID: {
    title: 'An array element with an impossible index',
    meaning:
      'An index is 2^64-1, or stands in a form that is no plain number. It is damage or a faulty writer; what follows may be out of step.',
    servers: REDIS_88_REFUSES,
    advice: DAMAGED_VALUE,
  },
  ARRAY_TAG_UNKNOWN: {
    title: 'An array element of a kind that does not exist',
    meaning:
      'Each element says how it is stored: 0 string, 1 integer, 2 double, 3 short string. This one says something else, and where it ends cannot be told. It is damage or a faulty writer.',
    servers: REDIS_88_REFUSES,
    advice: DAMAGED_VALUE,
  },
  ARRAY_SHORT_STRING_TOO_LONG: {
    title: 'A short string in an array that is too long',
    meaning:
      'Elements stored as short strings have at most 7 bytes, and this one has more. Its kind or its length is damaged, or a faulty program wrote it.',
    servers: REDIS_88_REFUSES,
    advice: DAMAGED_VALUE,
  },
  ARRAY_UNSORTED: {
    title: 'Array indexes that do not ascend',
    meaning:
      'Elements stand by ascending index, each index once. Here one is lower than, or the same as, the one before it. An index is damaged, or another program wrote it.',
    servers: `${REDIS_88_LOADS} Of a repeated index the last element wins.`,
    advice: DAMAGED_VALUE,
  },
  ARRAY_FLOAT_UNUSUAL: {
    title: 'A double in an array that a server would not store like that',
    meaning:
      'Arrays store as doubles only finite numbers whose two lowest bits are clear; other numbers stand as text. This one is NaN, infinite, or has these bits set, so another program wrote it, or it is damaged.',
    servers: `${REDIS_88_LOADS} The low bits are cleared on the way: 3.14 reads back as 3.139999999999999. NaN and infinities show as nan and inf.`,
    advice:
      'If the exact value matters, set the element again with ARMSET after loading. With a wrong checksum, copy the file again.',
  },
  ARRAY_TAG_UNUSUAL: {
    title: 'An array element stored in another way than a server would',
    meaning:
      'The element is of a kind that a server does not choose for this text, such as a short text as a long string, or an integer wider than 62 bits as an integer. It is valid and reads the same; another program wrote it.',
    servers: REDIS_88_LOADS,
    advice: NOTHING_TO_DO,
  },
} as const satisfies Family;
