import type { Family } from '../explanation.js';
import { MEASURED, NOT_MEASURED, NOTHING_TO_DO } from './phrases.js';

const SLOT_ADVICE =
  'Compare with the source: count the keys of the slot there (CLUSTER COUNTKEYSINSLOT). If the file was put together by another program, prefer an unedited one.';

/** Auxiliary fields, and the hints on cluster slots. */
export const AUX_FIELDS = {
  AUX_NO_VERSION: {
    title: 'The file does not say which server wrote it',
    meaning:
      'There is no redis-ver and no valkey-ver field. Redis before 3.2 wrote none, so for RDB 6 and older it is normal; in a newer file another program wrote or edited it.',
    servers: `All measured servers (${MEASURED}) load a file without such fields.`,
    advice: `${NOTHING_TO_DO} For a newer file, ask which program made it.`,
  },
  AUX_CTIME_FUTURE: {
    title: 'The file says that it was made in the future',
    meaning:
      'The ctime field is later than the clock of this machine. One of the two clocks is wrong, or the field was edited or damaged. The age of this backup cannot be trusted.',
    servers: NOT_MEASURED,
    advice:
      'Compare date -u here and on the source server. Until that is settled, go by the modification time of the file.',
  },
  AUX_CTIME_INVALID: {
    title: 'The creation time is not a valid number',
    meaning:
      'The ctime field should hold the seconds since 1970 when the save began, and does not. It was edited, damaged, or written by another program. The age of this backup is not known.',
    servers: NOT_MEASURED,
    advice:
      'Go by the modification time of the file. With a wrong checksum, copy the file again or take the previous backup.',
  },
  AUX_BITS_INVALID: {
    title: 'redis-bits is neither 32 nor 64',
    meaning:
      'The field names the word size of the server that wrote the file. Another value means that it was edited, damaged, or written by another program. Nothing is read differently because of it.',
    servers: NOT_MEASURED,
    advice: 'With a wrong checksum, copy the file again. With a good one, ask which program made the file.',
  },
  AUX_REPL_ID_INVALID: {
    title: 'The replication id is not 40 hex digits',
    meaning:
      'The repl-id field names the replication history that the file belongs to, as 40 hex digits. Another form means that it was edited, damaged, or written by another program. No key is concerned.',
    servers: 'Not measured. By the source of the servers it is ignored unless it has 40 bytes.',
    advice: 'For a restore it does not matter. With a wrong checksum, copy the file again.',
  },
  SLOT_OUT_OF_RANGE: {
    title: 'A cluster slot above 16383',
    meaning:
      'A slot hint or slot range names a slot that does not exist; there are 16384, numbered from 0. It is damage, or a faulty program wrote it.',
    servers: 'Not measured. With cluster mode off, Redis 8.0 and Valkey 9.1 skip SLOT_INFO records.',
    advice:
      'With a wrong checksum, copy the file again or take the previous backup. With a good one, make a new snapshot with BGSAVE on the node and verify it.',
  },
  SLOT_HINT_INVALID: {
    title: 'A slot hint with too few numbers',
    meaning:
      'Valkey writes a slot-info field with at least three numbers (slot, keys, keys with an expire) into the dump of a cluster node. This one has fewer, or they are not numbers: damage, or a faulty program.',
    servers:
      'Measured with one number: Valkey 8.1 and 9.1 refuse to start from it; Redis 6.0, 7.0 and 8.0 ignore the field; the check tools call it ok.',
    advice:
      'With a wrong checksum, copy the file again. With a good one, make a new snapshot with BGSAVE on the node, or take the previous backup.',
  },
  SLOT_HINT_WRONG: {
    title: 'A slot hint that does not match the keys',
    meaning:
      'The hint announces how many keys a slot has, and counting gives another number, or the slots together do not add up to the database. Servers use it only to size their tables. In a file that a server wrote they agree, so keys were removed or added, or a number is damaged.',
    servers: 'The numbers are only hints: wrong ones in SLOT_INFO load without complaint. For slot-info: not measured.',
    advice: SLOT_ADVICE,
  },
  SLOT_UNSORTED: {
    title: 'Slots that are not in ascending order',
    meaning:
      'In cluster mode a server writes its keys slot by slot, from the lowest up. Here a lower slot comes after a higher one, as when another program joined or sorted the file.',
    servers: NOT_MEASURED,
    advice: 'If the checksum is good and the keys are the expected ones, nothing has to be done.',
  },
  SLOT_WRONG_KEY: {
    title: 'A key under a slot that is not its own',
    meaning:
      'The hash slot of the key name is not the slot announced in front of it. Either the key name or the hint was changed, or another program put the file together.',
    servers: NOT_MEASURED,
    advice:
      'Check with CLUSTER KEYSLOT on any node, and see whether the source has the key under this very name. With a wrong checksum, copy the file again.',
  },
  SLOT_IMPORT_INVALID: {
    title: 'A damaged record of slots being imported',
    meaning:
      'Valkey 9 notes the slots that a node was importing: a job name of 40 bytes, then ranges of slots. Here the name has another length, or a range is out of order or out of bounds. It is damage, or a faulty program.',
    servers:
      'Not measured for invalid ones. Even a valid record makes Valkey 9.1 abort at start when cluster mode is off, while its check tool calls it ok.',
    advice:
      'With a wrong checksum, copy the file again or take the previous backup. If the source node still runs, make a new snapshot with BGSAVE when no slot is being moved.',
  },
} as const satisfies Family;
