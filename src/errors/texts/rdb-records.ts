import type { Family } from '../explanation.js';
import { ALL_LOAD, ALL_REFUSE, COPY_AGAIN, MEASURED, NOTHING_TO_DO } from './phrases.js';

const KNOWS_MORE =
  'With a wrong checksum it is damage: copy the file again or take the previous backup. With a good one, verify and load it with the software that wrote it, or with a newer release of it.';

/** Records: types, opcodes, lengths, strings, databases, and what stands in front of a key. */
export const RDB_RECORDS = {
  RDB_UNKNOWN_TYPE: {
    title: 'A value type that is not known',
    meaning:
      'The byte where a value type should stand is none that this kind of file has. In a file with a good checksum a newer server, a fork or an unreleased build wrote it; with a wrong checksum it is damage. Where the value ends cannot be told, so no key behind it was checked.',
    servers: ALL_REFUSE,
    advice: KNOWS_MORE,
  },
  RDB_UNKNOWN_OPCODE: {
    title: 'An opcode that is not known',
    meaning:
      'The byte where an opcode or a value type should stand means nothing in this kind of file. In a file with a good checksum a newer server, a fork or an unreleased build wrote it; with a wrong checksum it is damage. Nothing behind it was checked.',
    servers: ALL_REFUSE,
    advice: KNOWS_MORE,
  },
  RDB_TYPE_NEWER_THAN_HEADER: {
    title: 'A value type newer than the version in the header',
    meaning:
      'No server writes this type under the version that the header names. Either the type byte is damaged, or someone lowered the version so that an older server takes the file.',
    servers:
      'Loaders go by the type, not by the header. Redis 8.6 and 8.8 (development builds) load files of version 13 or 14 that were lowered to 11 or 12; Redis 7.0 and 8.0 refuse to start from types they do not know; Valkey 9.1 refuses type 22 in a REDIS0011 file as foreign.',
    advice:
      'With a wrong checksum, copy the file again. With a good one, find out who changed the header, and load it only into a release that knows the type.',
  },
  RDB_OPCODE_NEWER_THAN_HEADER: {
    title: 'An opcode newer than the version in the header',
    meaning:
      'No server writes this opcode under the version that the header names. Either the byte is damaged, or someone lowered the version so that an older server takes the file.',
    servers:
      'Not measured for each opcode. Redis 8.6 and 8.8 (development builds) load files of version 13 or 14 that were lowered to 11 or 12; a server that does not know an opcode refuses to start from it.',
    advice:
      'With a wrong checksum, copy the file again. With a good one, find out who changed the header, and load it only into a release that knows the opcode.',
  },
  RDB_BAD_LENGTH: {
    title: 'A length that cannot be one',
    meaning:
      'A length starts with a byte that no writer uses (82 to bf hex), or claims more bytes than the whole file has, or is 2^64 - 1, which servers take for a failed read. It is damaged, or an earlier damage made the reader look in the wrong place. What follows cannot be read in step.',
    servers: ALL_REFUSE,
    advice: COPY_AGAIN,
  },
  RDB_SPECIAL_LENGTH: {
    title: 'A string encoding where a plain length belongs',
    meaning:
      'The two top bits of a length say "specially encoded string", in a place where only a number can stand. Servers take the low six bits as the number, so the wrong count goes unnoticed. It is a sign of damage or of a faulty writer.',
    servers: `${ALL_LOAD} Only array indexes are stricter: Redis 8.8 refuses them in this form.`,
    advice:
      'Do not trust the value, even if it loads: compare the key with the source server or the previous backup. With a wrong checksum, copy the file again.',
  },
  RDB_LENGTH_NOT_SHORTEST: {
    title: 'A length longer than it has to be',
    meaning:
      'A length is written in more bytes than it needs. It is valid and reads the same; Redis and Valkey write the shortest form, so another program wrote or edited the file.',
    servers: ALL_LOAD,
    advice: `${NOTHING_TO_DO} If you believed that a server wrote this file, ask what handled it in between.`,
  },
  RDB_BAD_STRING_ENCODING: {
    title: 'A string encoding that does not exist',
    meaning:
      'A string is announced in a special form other than the four known ones (8, 16, 32-bit integer, LZF). It is damage, or a form of Redis Enterprise (c4 hex) whose layout is not known. Where the string ends cannot be told.',
    servers: ALL_REFUSE,
    advice: COPY_AGAIN,
  },
  RDB_STRING_TOO_LARGE: {
    title: 'A string larger than any server can hold',
    meaning:
      'A length claims more bytes than a server accepts for a string. Nearly always the length field is damaged, or an earlier damage made the reader look in the wrong place.',
    servers:
      'Measured with a claim of 2^40 bytes: Redis 6.0 crashes; Redis 7.0 and 8.0, Valkey 8.1 and 9.1 refuse to start (short read); the check tools report it.',
    advice: COPY_AGAIN,
  },
  RDB_MODULE_PRE_GA: {
    title: 'A module value in the form of the 4.0 release candidates',
    meaning:
      'Type 6 was used for module values before Redis 4.0 was released. Its content has no framing: without the module nobody can tell where it ends, so nothing behind it was checked. In a newer file it is a damaged type byte.',
    servers: ALL_REFUSE,
    advice:
      'If the file is that old, export the key with the software that wrote it. Otherwise treat it as damage: copy the file again or take the previous backup.',
  },
  RDB_DB_OUT_OF_RANGE: {
    title: 'A database number above the default of 16 databases',
    meaning:
      'The file selects a database whose number is not below the setting databases (16 by default, or what was given for the target). It was saved by a server with more databases, or the number is damaged.',
    servers: `All measured servers (${MEASURED}) refuse to start when the number is not below their setting databases; the check tools call the file ok. In cluster mode a file with several databases makes Redis 7.0 crash; Redis 8.0 and Valkey 9.1 refuse it.`,
    advice: 'Set databases in the target to at least the highest number plus one before the start.',
  },
  RDB_DB_REPEATED: {
    title: 'A database section that comes again',
    meaning:
      'A database is selected again after another one. Only the snapshots of Valkey 9.2 that are made without a fork are known to do so; otherwise another program put the file together.',
    servers:
      'Not measured as such. Loaders do not enforce an order of records; a key that is in the file twice in one database ends the start of every measured server.',
    advice: `${NOTHING_TO_DO} If the file was merged from several dumps, make sure that no key is in it twice.`,
  },
  RDB_NO_SELECTDB: {
    title: 'Keys without a database in front of them',
    meaning:
      'Keys stand in the file before any SELECTDB opcode; they belong to database 0. Servers always write SELECTDB, so another program made the file.',
    servers: ALL_LOAD,
    advice: NOTHING_TO_DO,
  },
  RDB_SIZE_HINT_WRONG: {
    title: 'The announced number of keys is not what is there',
    meaning:
      'RESIZEDB announces how many keys, and how many with an expire, a database has; counting gives other numbers. Servers use it only to size their tables. In a file that a server wrote both agree, so keys were removed or added by another program, or a number is damaged.',
    servers: ALL_LOAD,
    advice:
      'Compare the number of keys with what you expect or with the previous backup. If fewer keys are there than announced, do not throw the previous backup away.',
  },
  RDB_SIZE_HINT_HUGE: {
    title: 'The announced number of keys is beyond all measure',
    meaning:
      'RESIZEDB announces more than eight million million keys, and the file holds far fewer. The number is damaged, or another program wrote it. Servers make a table for so many keys before they read the first one.',
    servers:
      'Redis 6.0 and 7.0, Valkey 8.1 and 9.1 run out of memory and crash when they start from it; Redis 8.0 loads it. Numbers from 2^60 on overflow, and Valkey loads those. The check tools call it ok.',
    advice:
      'With a wrong checksum, copy the file again or take the previous backup. With a good one, load it on Redis 8 and save it again with BGSAVE.',
  },
  RDB_DANGLING_ATTRIBUTE: {
    title: 'An expire or LRU/LFU record that no key follows',
    meaning:
      'An EXPIRETIME, IDLE or FREQ opcode belongs to the next key, but a SELECTDB, another record or the end of the file comes first. A key may have been cut out by a program that did not know about them, or a byte is damaged.',
    servers: `With AUX or SELECTDB in between, all measured servers (${MEASURED}) load it, and the attribute goes to the next key that comes, wherever that is; the check tools call it ok. In front of the end of the file: not measured.`,
    advice:
      'Check the first key behind the offset: it may get an expire that is not its own. Ask what edited the file, and prefer an unedited one.',
  },
  RDB_ATTRIBUTE_REPEATED: {
    title: 'The same attribute twice in front of one key',
    meaning:
      'Two expires, two IDLE or two FREQ records stand before a key. Servers write each at most once, so another program made it, or a key between them is missing.',
    servers: 'Not measured in the matrix. By the source of the servers the last one wins.',
    advice:
      'Compare the expire of the key with the source server or the previous backup. With a wrong checksum, copy the file again.',
  },
  RDB_IDLE_AND_FREQ: {
    title: 'Both LRU and LFU data on one key',
    meaning:
      'A server writes IDLE with an LRU policy and FREQ with an LFU policy, never both. Another program wrote the file. The value itself is not touched by it.',
    servers: ALL_LOAD,
    advice: `${NOTHING_TO_DO} Only the eviction order of the key may be off.`,
  },
  RDB_KEY_META_MISPLACED: {
    title: 'Key metadata that is not directly in front of a key',
    meaning:
      'A KEY_META record (Redis 8.6 and newer) must be the last thing before the value type of its key. Here another record or the end of the file follows. A server takes the next byte as a value type and is out of step.',
    servers:
      'Redis 8.6 and 8.8 (development builds) refuse to start from it; their check tools call it ok. Older servers do not know the opcode.',
    advice: COPY_AGAIN,
  },
  RDB_KEY_META_BAD: {
    title: 'Key metadata that cannot be read as such',
    meaning:
      'A KEY_META record announces a number of classes that no server writes (1 to 7 are possible), or holds a value with an unknown module opcode. It is damage or a faulty writer.',
    servers:
      'Measured on development builds: more than 7 classes, Redis 8.6 and 8.8 refuse to start while their check tools call it ok; an unknown module opcode, 8.6 loads it and 8.8 refuses and reports it; no class at all, both load it.',
    advice: COPY_AGAIN,
  },
} as const satisfies Family;
