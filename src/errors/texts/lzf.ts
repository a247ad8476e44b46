import type { Family } from '../explanation.js';
import { DAMAGED_VALUE, NOTHING_TO_DO } from './phrases.js';

const WRONG_LENGTH =
  'A wrong unpacked length loads silently on Redis 6.0; Redis 7.0 and 8.0, Valkey 8.1 and 9.1 refuse to start from it; the check tools report it.';
const UNMEASURED = `Not measured on its own. ${WRONG_LENGTH}`;

/** Compressed strings. */
export const LZF = {
  LZF_IMPOSSIBLE_LENGTH: {
    title: 'A compressed string that claims to be impossibly large',
    meaning:
      'LZF makes at most 88 bytes out of one; the string claims more. One of its two lengths is damaged, or an earlier damage made the reader look in the wrong place. It was not unpacked.',
    servers: WRONG_LENGTH,
    advice: DAMAGED_VALUE,
  },
  LZF_BAD_REFERENCE: {
    title: 'A compressed string that refers to before its start',
    meaning:
      'Compressed data says "repeat what stood so many bytes back", and points in front of the first byte. The compressed bytes are damaged; the string cannot be read.',
    servers: UNMEASURED,
    advice: DAMAGED_VALUE,
  },
  LZF_TRUNCATED: {
    title: 'Compressed data that end in the middle',
    meaning:
      'The compressed bytes stop inside an instruction. Either they are damaged, or the compressed length in front of them is. The string cannot be read to its end.',
    servers: UNMEASURED,
    advice: DAMAGED_VALUE,
  },
  LZF_WRONG_LENGTH: {
    title: 'A compressed string of another length than announced',
    meaning:
      'Unpacking gives more or fewer bytes than the string claims. The compressed bytes or one of the lengths are damaged, or a faulty program wrote them.',
    servers: WRONG_LENGTH,
    advice: DAMAGED_VALUE,
  },
  LZF_NOT_SMALLER: {
    title: 'A compressed string that is not smaller than the plain one',
    meaning:
      'The compressed form takes as many bytes as the plain text, or more. It is valid and reads well; servers keep the compressed form only when it saves space, so another program wrote it.',
    servers: 'Not measured on its own.',
    advice: `${NOTHING_TO_DO} Saving the data again with a server (BGSAVE) makes the file smaller.`,
  },
} as const satisfies Family;
