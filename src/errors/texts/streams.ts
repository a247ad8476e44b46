import type { Family } from '../explanation.js';
import {
  DAMAGED_VALUE,
  NOT_MEASURED,
  NOTHING_TO_DO,
  REDIS_86_88_REFUSE,
  STREAM_LOADED,
  STREAM_REFUSED,
} from './phrases.js';

const NODE_CONTENT =
  'Redis 6.0, 7.0 and 8.0 and Valkey 8.1 load a wrong count unseen (since 7.0 unless sanitize-dump-payload is yes). Valkey 9.1 refuses to start from it; the check tools report it. A node of deleted entries only loads up to Redis 8.6 and is refused by 8.8 (development builds).';
const CHECK_SOURCE =
  'Compare with the source server (XINFO STREAM key FULL). If it has the same there, correct it with XSETID, then BGSAVE and verify; if not, the file was changed: take another copy or the previous backup.';

/** Streams: their nodes of entries, and what they say of themselves. */
export const STREAMS = {
  STREAM_BAD_NODE_KEY: {
    title: 'A stream node whose id has not 16 bytes',
    meaning:
      'Entries of a stream are kept in nodes, each under the id of its first entry, which has exactly 16 bytes. This one has another length: damage, or a faulty writer.',
    servers: 'Not measured. By the source of the servers the load fails.',
    advice: DAMAGED_VALUE,
  },
  STREAM_NODE_REPEATED: {
    title: 'A stream that has a node twice',
    meaning:
      'Two nodes of one stream have the same id. A server cannot make that: an id is damaged, or another program put the stream together.',
    servers: STREAM_REFUSED,
    advice: DAMAGED_VALUE,
  },
  STREAM_NODES_UNSORTED: {
    title: 'Stream nodes out of order or overlapping',
    meaning:
      'Nodes follow each other by id, and all entries of one come before the next. Here a node starts before the one in front of it ends. An id is damaged, or another program wrote it.',
    servers: STREAM_LOADED,
    advice:
      'Compare the entries with the source server (XRANGE) or the previous backup, since reading by range may skip or repeat some. With a wrong checksum, copy the file again.',
  },
  STREAM_NODE_EMPTY: {
    title: 'A stream node without anything in it',
    meaning:
      'The listpack of a node holds no entry, not even the master entry that tells the fields. Servers never write one: a length is damaged, or another program wrote it.',
    servers:
      'All measured servers (Redis 6.0, 7.0 and 8.0, Valkey 8.1 and 9.1) refuse to start from it; the check tools report it.',
    advice: DAMAGED_VALUE,
  },
  STREAM_NODE_INVALID: {
    title: 'A stream node that cannot be read to its end',
    meaning:
      'The listpack of a node is sound as such, but its content does not make up stream entries: a number is no number, fields are missing, or the length behind an entry is wrong. It is damage or a faulty writer; entries behind it in this node cannot be read.',
    servers:
      'Measured for a wrong length behind an entry: Redis 6.0, 7.0 and 8.0 and Valkey 8.1 load it unseen, Valkey 9.1 refuses to start. Flags that are text make Redis 7.0 and 8.0 and Valkey 8.1 crash. The check tools report both.',
    advice: DAMAGED_VALUE,
  },
  STREAM_NODE_COUNT_WRONG: {
    title: 'A stream node with another number of entries than it says',
    meaning:
      'Each node begins with the number of its live and of its deleted entries, and walking finds others. The number or an entry is damaged, or another program wrote it.',
    servers: NODE_CONTENT,
    advice: DAMAGED_VALUE,
  },
  STREAM_ENTRIES_UNSORTED: {
    title: 'Stream entries that are not in ascending order',
    meaning:
      'The ids of the entries in a node must ascend, and here they do not. An id is damaged, or another program wrote it. Servers trust the order when they search.',
    servers: STREAM_LOADED,
    advice:
      'Compare the entries with the source server (XRANGE) or the previous backup. With a wrong checksum, copy the file again.',
  },
  STREAM_LENGTH_WRONG: {
    title: 'A stream with another number of entries than it says',
    meaning:
      'The length stored behind the nodes is not the number of live entries found in them. Dumps of old servers exist in which the two disagree; damage or a faulty writer is possible too.',
    servers:
      'Redis 6.0, 7.0, 8.0 and 8.6 and Valkey 8.1 load it; their check tools call it ok. Redis 8.8 and Valkey 9.1 refuse to start from it, and their check tools report it. (8.6 and 8.8 as development builds.)',
    advice:
      'Before you move to a server that refuses it: load the file where it loads, copy the entries of the stream to a new key (XRANGE, XADD with the same ids) with its groups, delete the old one, then BGSAVE and verify.',
  },
  STREAM_LENGTH_WITHOUT_NODES: {
    title: 'A stream that claims entries but has none',
    meaning:
      'The stored length is above zero, but there is no node with entries. The length is damaged, or the nodes were lost when another program wrote the file.',
    servers:
      'Redis 7.0 and 8.0, Valkey 8.1 and 9.1 refuse to start from it; the check tools report it. Redis 6.0 loads it without a word.',
    advice: DAMAGED_VALUE,
  },
  STREAM_LAST_ID_TOO_LOW: {
    title: 'A stream whose last id is below its newest entry',
    meaning:
      'The stored last id must not be lower than the id of any entry; new ids are made from it. With a lower one, new entries may get ids that come before old ones. It is damage or a faulty writer.',
    servers: STREAM_LOADED,
    advice: CHECK_SOURCE,
  },
  STREAM_FIRST_ID_WRONG: {
    title: 'The stored first id is not the one of the first entry',
    meaning:
      'A stream notes the id of its first live entry (RDB 10 and later), and another entry is the first. The id is damaged, or another program wrote it.',
    servers: STREAM_LOADED,
    advice:
      'Compare with the source server (XINFO STREAM key). With a wrong checksum, copy the file again; with a good one the entries themselves are not touched by it.',
  },
  STREAM_MAX_DELETED_ID_WRONG: {
    title: 'The highest deleted id is above the last id',
    meaning:
      'A stream notes the highest id that was ever deleted (RDB 10 and later); it cannot lie behind the last id ever given out. One of the two is damaged, or another program wrote them.',
    servers: NOT_MEASURED,
    advice: CHECK_SOURCE,
  },
  STREAM_ENTRIES_ADDED_TOO_LOW: {
    title: 'Fewer entries were added than the stream has',
    meaning:
      'A stream counts all entries ever added (RDB 10 and later), which cannot be fewer than it holds. The counter is damaged, or another program wrote it. The lag of groups is computed from it.',
    servers: STREAM_LOADED,
    advice: CHECK_SOURCE,
  },
  STREAM_TIME_INVALID: {
    title: 'A time in a stream that cannot be right',
    meaning:
      'A delivery time of a pending entry, or the time when a consumer was last seen or active, is negative or absurd. It is damage, or another program wrote it. Idle times of pending entries come out wrong, so they may be claimed too early or too late.',
    servers:
      'With a negative delivery time, Redis 7.0 and 8.0, Valkey 8.1 and 9.1 load it without a word; the check tools call it ok. Other times: not measured.',
    advice:
      'Compare with XPENDING and XINFO CONSUMERS on the source server. With a wrong checksum, copy the file again; with a good one the entries themselves are not touched by it.',
  },
  STREAM_IDMP_SETTINGS_INVALID: {
    title: 'Idempotency settings of a stream out of range',
    meaning:
      'Since Redis 8.6 a stream keeps how long (1 to 86400 seconds) and how many (1 to 10000) ids of idempotent producers it remembers. One of the two is out of range: damage, or a faulty writer.',
    servers: REDIS_86_88_REFUSE,
    advice: DAMAGED_VALUE,
  },
  STREAM_IDMP_PRODUCER_REPEATED: {
    title: 'An idempotent producer listed twice in a stream',
    meaning:
      'Since Redis 8.6 a stream lists its idempotent producers, each once. Two here have the same name: damage, or a faulty writer.',
    servers: REDIS_86_88_REFUSE,
    advice: DAMAGED_VALUE,
  },
  STREAM_IDMP_SUSPICIOUS: {
    title: 'Records of idempotent producers that no server would write',
    meaning:
      'Something in the list of idempotent producers (Redis 8.6 and newer) is odd: an id twice, an id beyond the last entry, an empty name, more ids than allowed, producers out of order. Entries are not touched by it, but a repeated XADD may not be recognised as such, or a new one may be taken for a repetition.',
    servers:
      'Redis 8.6 and 8.8 (development builds) load it without a word, and drop repeated and expired ids; their check tools call it ok.',
    advice: `${NOTHING_TO_DO} If the checksum is wrong, copy the file again.`,
  },
} as const satisfies Family;
