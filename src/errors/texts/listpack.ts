import type { Family } from '../explanation.js';
import { DAMAGED_VALUE, LISTPACK_CONTENT, LISTPACK_CONTENT_UNMEASURED, LISTPACK_HEADER } from './phrases.js';

const WHERE = 'Listpacks hold small collections, list nodes and stream nodes since Redis 7.0 (streams since 5.0).';

/** Listpacks: 6 bytes of header, entries that can be walked both ways, one end byte. */
export const LISTPACK = {
  LISTPACK_TOO_SHORT: {
    title: 'A listpack too short to be one',
    meaning: `${WHERE} Even an empty one has 7 bytes, and this one has fewer. A length is damaged, or a faulty program wrote it.`,
    servers:
      'Not measured on its own. By their source, Redis since 7.0 and Valkey look at the size when they load, and refuse to start from it.',
    advice: DAMAGED_VALUE,
  },
  LISTPACK_BAD_TOTAL: {
    title: 'A listpack of another size than it says',
    meaning: `${WHERE} Its first four bytes give its size, which is not the number of bytes that are there. The header is damaged, or bytes were lost or added.`,
    servers: LISTPACK_HEADER,
    advice: DAMAGED_VALUE,
  },
  LISTPACK_NO_TERMINATOR: {
    title: 'A listpack without its end byte',
    meaning: `${WHERE} The last byte must be ff hex, and is not. The end is damaged, or the container was cut.`,
    servers: LISTPACK_HEADER,
    advice: DAMAGED_VALUE,
  },
  LISTPACK_BAD_ENTRY: {
    title: 'A listpack entry in an encoding that does not exist',
    meaning: `${WHERE} An entry starts with a byte that files do not have (f5 to fe hex). It is damaged, or the walk is out of step because of an earlier damage; the entries behind it cannot be read.`,
    servers: LISTPACK_CONTENT_UNMEASURED,
    advice: DAMAGED_VALUE,
  },
  LISTPACK_OUT_OF_BOUNDS: {
    title: 'A listpack entry that reaches past the end',
    meaning: `${WHERE} An entry claims more bytes than the container has left. Its length is damaged; the entries behind it cannot be read.`,
    servers: LISTPACK_CONTENT_UNMEASURED,
    advice: DAMAGED_VALUE,
  },
  LISTPACK_BAD_BACKLEN: {
    title: 'A listpack entry whose two lengths disagree',
    meaning: `${WHERE} Behind each entry its length stands once more, for walking backwards, and here it is not the length found forwards. An entry is damaged; commands that read from the end would go astray.`,
    servers: LISTPACK_CONTENT_UNMEASURED,
    advice: DAMAGED_VALUE,
  },
  LISTPACK_EARLY_END: {
    title: 'A listpack with an end byte in the middle',
    meaning: `${WHERE} The end byte ff comes before the end of the container. An entry is damaged; the entries behind it cannot be read.`,
    servers: LISTPACK_CONTENT_UNMEASURED,
    advice: DAMAGED_VALUE,
  },
  LISTPACK_BAD_COUNT: {
    title: 'A listpack with another number of entries than it says',
    meaning: `${WHERE} Its header gives the number of entries, and walking finds another one. The header is damaged, or entries are.`,
    servers: `${LISTPACK_CONTENT} In stream nodes it is not compared.`,
    advice: DAMAGED_VALUE,
  },
  LISTPACK_UNEVEN: {
    title: 'A listpack whose entries do not make whole pairs',
    meaning: `${WHERE} A hash needs field and value, a sorted set member and score, a hash with field expires three entries each; here one is missing or too many. An entry was lost, or two were taken for one.`,
    servers: LISTPACK_CONTENT,
    advice: DAMAGED_VALUE,
  },
} as const satisfies Family;
