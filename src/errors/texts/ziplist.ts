import type { Family } from '../explanation.js';
import { DAMAGED_VALUE, ZIPLIST_MEASURED, ZIPLIST_UNMEASURED } from './phrases.js';

const WHERE = 'Ziplists hold small collections and list nodes in files of Redis 2.4 to 6.2.';

/** Ziplists: 10 bytes of header, entries that begin with the length of the one before, one end byte. */
export const ZIPLIST = {
  ZIPLIST_TOO_SHORT: {
    title: 'A ziplist too short to be one',
    meaning: `${WHERE} Even an empty one has 11 bytes, and this one has fewer. A length is damaged, or a faulty program wrote it.`,
    servers: ZIPLIST_UNMEASURED,
    advice: DAMAGED_VALUE,
  },
  ZIPLIST_BAD_TOTAL: {
    title: 'A ziplist of another size than it says',
    meaning: `${WHERE} Its first four bytes give its size, which is not the number of bytes that are there. The header is damaged, or bytes were lost or added.`,
    servers: ZIPLIST_MEASURED,
    advice: DAMAGED_VALUE,
  },
  ZIPLIST_NO_TERMINATOR: {
    title: 'A ziplist without its end byte',
    meaning: `${WHERE} The last byte must be ff hex, and is not. The end is damaged, or the container was cut.`,
    servers: ZIPLIST_UNMEASURED,
    advice: DAMAGED_VALUE,
  },
  ZIPLIST_BAD_ENTRY: {
    title: 'A ziplist entry in an encoding that does not exist',
    meaning: `${WHERE} An entry has an encoding byte that no writer uses. It is damaged, or the walk is out of step because of an earlier damage; the entries behind it cannot be read.`,
    servers: ZIPLIST_UNMEASURED,
    advice: DAMAGED_VALUE,
  },
  ZIPLIST_OUT_OF_BOUNDS: {
    title: 'A ziplist entry that reaches past the end',
    meaning: `${WHERE} An entry claims more bytes than the container has left. Its length is damaged; the entries behind it cannot be read.`,
    servers: ZIPLIST_UNMEASURED,
    advice: DAMAGED_VALUE,
  },
  ZIPLIST_BAD_PREVLEN: {
    title: 'A ziplist entry with a wrong length of the entry before it',
    meaning: `${WHERE} Each entry begins with the length of the one before it, for walking backwards, and here it is not the length found forwards. One of the two entries is damaged.`,
    servers: ZIPLIST_UNMEASURED,
    advice: DAMAGED_VALUE,
  },
  ZIPLIST_BAD_TAIL: {
    title: 'A ziplist that points to a wrong last entry',
    meaning: `${WHERE} Its header says where the last entry starts, and walking ends elsewhere. The header is damaged, or entries are.`,
    servers: ZIPLIST_MEASURED,
    advice: DAMAGED_VALUE,
  },
  ZIPLIST_EARLY_END: {
    title: 'A ziplist with an end byte in the middle',
    meaning: `${WHERE} The end byte ff comes before the end of the container. An entry is damaged; the entries behind it cannot be read.`,
    servers: ZIPLIST_UNMEASURED,
    advice: DAMAGED_VALUE,
  },
  ZIPLIST_BAD_COUNT: {
    title: 'A ziplist with another number of entries than it says',
    meaning: `${WHERE} Its header gives the number of entries, and walking finds another one. The header is damaged, or entries are.`,
    servers: ZIPLIST_MEASURED,
    advice: DAMAGED_VALUE,
  },
  ZIPLIST_UNEVEN: {
    title: 'A ziplist whose entries do not make whole pairs',
    meaning: `${WHERE} A hash needs field and value, a sorted set member and score; here one entry is missing or too many. An entry was lost, or two were taken for one.`,
    servers: ZIPLIST_MEASURED,
    advice: DAMAGED_VALUE,
  },
} as const satisfies Family;
