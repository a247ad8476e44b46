import type { Family } from '../explanation.js';
import { ALL_LOAD, ALL_REFUSE, COPY_AGAIN, MEASURED } from './phrases.js';

/** The RDB file as a whole: header, end, checksum. */
export const RDB_FILE = {
  RDB_BAD_VERSION: {
    title: 'The version in the header is none that a server writes',
    meaning:
      'The magic is there, but what follows is no valid version: not digits, zero, or a number that does not go with its magic (VALKEY below 080, REDIS with a number of Valkey). It comes from a damaged first block, or from someone who edited the header.',
    servers:
      'Redis accepts 1 up to its own version and refuses 0 and anything higher; it answers VALKEY files with "Wrong signature". Valkey 9.1 refuses VALKEY011 and REDIS0080; Valkey 8.1 takes VALKEY011.',
    advice: COPY_AGAIN,
  },
  RDB_VERSION_NEWER: {
    title: 'An RDB version newer than this rdbkit knows',
    meaning:
      'The header names a version above the newest one known here (Redis 15, Valkey 81). The file was read as far as it made sense; types or opcodes that are new in it cannot be judged.',
    servers:
      'A server refuses a version above its own ("Can\'t handle RDB format version"). Valkey 8.1 and 9.1 refuse REDIS0012 and higher; 9.1 with rdb-version-check relaxed tries versions 12 to 79 and fails on types it does not know.',
    advice:
      'Verify with a newer rdbkit, or with the check tool of the release that wrote the file. Load it into that release or a newer one.',
  },
  RDB_TRUNCATED: {
    title: 'The file ends too early',
    meaning:
      'The bytes stop inside a record, or before the EOF opcode. The copy was cut, the disk was full, or the file was taken while it was being written. Keys behind the cut are missing.',
    servers: `${ALL_REFUSE} As the RDB part of an append-only set it stops the start too: aof-load-truncated does not cover it.`,
    advice: COPY_AGAIN,
  },
  RDB_CHECKSUM_MISSING: {
    title: 'The file ends inside its checksum',
    meaning:
      'Everything up to the EOF opcode is there, but the eight checksum bytes behind it are missing or cut short. The copy lost its last bytes. All keys were read, though nothing proves that they are unchanged.',
    servers: `${ALL_REFUSE} To them it is a short read, even when they do not compare the checksum.`,
    advice: COPY_AGAIN,
  },
  RDB_CHECKSUM_MISMATCH: {
    title: 'The checksum does not match the content',
    meaning:
      'The CRC-64 at the end is not the one of the bytes in front of it: at least one byte is not what the server wrote. Bit rot, a bad transfer, a text-mode copy, or an edited file. Other findings show where it hurts; without any, a changed byte sits inside a key or value and looks like data.',
    servers: `${ALL_REFUSE} With rdbchecksum no they do not compare it and load what they can read, wrong values included (measured for the RDB part of append-only sets on Redis 7.0 and 8.0, Valkey 8.1 and 9.1).`,
    advice: COPY_AGAIN,
  },
  RDB_CHECKSUM_DISABLED: {
    title: 'Saved without a checksum: nothing protects the content',
    meaning:
      'The eight checksum bytes are zero: the server saved with rdbchecksum no, or the file comes from a diskless replica transfer. The structure was checked, but a changed byte inside a value cannot be noticed by anyone.',
    servers: ALL_LOAD,
    advice:
      'Keep a hash of your own beside the file (sha256sum) from now on. To protect later backups, set rdbchecksum yes in the configuration of the source server.',
  },
  RDB_CHECKSUM_ABSENT: {
    title: 'A file from before RDB 5: it has no checksum',
    meaning:
      'Versions 1 to 4 (Redis up to 2.4) end at the EOF opcode; the checksum came with version 5. The structure was checked, but a changed byte inside a value cannot be noticed.',
    servers: `${ALL_LOAD} (Measured with a file of version 4.)`,
    advice: 'To get a checksum, load it into a current server and save it again with BGSAVE.',
  },
  RDB_TRAILING_BYTES: {
    title: 'Bytes behind the end of the file',
    meaning:
      'More bytes follow after EOF and checksum. Forty hex digits are the end marker of a diskless replica transfer that was captured into a file; commands mean an append-only file with an RDB preamble; zero bytes come from a block copy; anything else is an overwritten or joined file.',
    servers: `As dump.rdb it loads on all measured servers (${MEASURED}), which ignore the rest; the check tools call it ok. As the RDB base of an append-only set the rest is read as commands, and stray bytes stop the start.`,
    advice:
      'If the checksum is good, the dump in front is whole and can be used. Find out where the rest comes from: if two files were joined, the second one is not loaded.',
  },
} as const satisfies Family;
