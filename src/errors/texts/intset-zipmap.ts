import type { Family } from '../explanation.js';
import { DAMAGED_VALUE, REBUILD, ZIPMAP_UNMEASURED } from './phrases.js';

const INTSETS = 'Intsets hold small sets of integers, all of one width, in ascending order.';
const ZIPMAPS = 'Zipmaps hold small hashes in files of Redis 2.4.';

const INTSET_SIZE =
  'Redis 7.0 and 8.0, Valkey 8.1 and 9.1 refuse to start from it; the check tools report it. Redis 6.0 loads it without a word.';

/** The two simplest containers. */
export const INTSET_ZIPMAP = {
  INTSET_TOO_SHORT: {
    title: 'An intset too short to be one',
    meaning: `${INTSETS} Its header alone has 8 bytes, and this one has fewer. A length is damaged, or a faulty program wrote it.`,
    servers: `Not measured on its own. A size that does not fit the header: ${INTSET_SIZE}`,
    advice: DAMAGED_VALUE,
  },
  INTSET_BAD_WIDTH: {
    title: 'An intset with integers of an impossible width',
    meaning: `${INTSETS} The width is 2, 4 or 8 bytes, and this one says something else. The header is damaged, or a faulty program wrote it.`,
    servers: `Not measured on its own. A size that does not fit the header: ${INTSET_SIZE}`,
    advice: DAMAGED_VALUE,
  },
  INTSET_BAD_SIZE: {
    title: 'An intset of another size than it says',
    meaning: `${INTSETS} Width and number of integers do not add up to the bytes that are there. The header is damaged, or bytes were lost or added.`,
    servers: INTSET_SIZE,
    advice: DAMAGED_VALUE,
  },
  INTSET_UNSORTED: {
    title: 'An intset that is not in ascending order',
    meaning: `${INTSETS} This one is out of order, or holds an integer twice. Servers search it by halves, so they may not find members that are there. An integer is damaged, or another program wrote it.`,
    servers:
      'Redis 6.0, 7.0 and 8.0 and Valkey 8.1 load it unseen (since 7.0 unless sanitize-dump-payload is yes). Valkey 9.1 refuses to start from it; the check tools report it.',
    advice: REBUILD,
  },
  ZIPMAP_TOO_SHORT: {
    title: 'A zipmap too short to be one',
    meaning: `${ZIPMAPS} Even an empty one has 2 bytes, and this one has fewer. A length is damaged, or a faulty program wrote it.`,
    servers: ZIPMAP_UNMEASURED,
    advice: DAMAGED_VALUE,
  },
  ZIPMAP_NO_TERMINATOR: {
    title: 'A zipmap without its end byte',
    meaning: `${ZIPMAPS} The last byte must be ff hex, and is not, or the walk does not end there. The end is damaged, or the container was cut.`,
    servers: ZIPMAP_UNMEASURED,
    advice: DAMAGED_VALUE,
  },
  ZIPMAP_OUT_OF_BOUNDS: {
    title: 'A zipmap entry that reaches past the end',
    meaning: `${ZIPMAPS} A field or value claims more bytes than the container has left. Its length is damaged; the fields behind it cannot be read.`,
    servers: ZIPMAP_UNMEASURED,
    advice: DAMAGED_VALUE,
  },
  ZIPMAP_BAD_COUNT: {
    title: 'A zipmap with another number of fields than it says',
    meaning: `${ZIPMAPS} Its first byte gives the number of fields, and walking finds another one. The byte is damaged, or fields are.`,
    servers:
      'Redis 7.0 and 8.0, Valkey 8.1 and 9.1 refuse to start from it; the check tools report it. Redis 6.0 loads it without a word.',
    advice: DAMAGED_VALUE,
  },
} as const satisfies Family;
