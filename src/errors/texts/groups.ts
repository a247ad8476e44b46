import type { Family } from '../explanation.js';
import { DAMAGED_VALUE, STREAM_LOADED, STREAM_REFUSED } from './phrases.js';

const CHECK_SOURCE =
  'Compare with the source server (XINFO STREAM key FULL). If it has the same there, correct it with XGROUP SETID, then BGSAVE and verify; if not, the file was changed: take another copy or the previous backup.';
const ANEW =
  'With a wrong checksum, copy the file again or take the previous backup. With a good one, note the last id and the pending entries of the group (XINFO STREAM key FULL) on a server that loads the file, then destroy the group and create it anew.';

/** Consumer groups of streams: consumers, pending entries, released entries. */
export const GROUPS = {
  STREAM_GROUP_REPEATED: {
    title: 'A stream that has a consumer group twice',
    meaning:
      'Two groups of one stream have the same name. A server cannot make that: a name is damaged, or another program put the stream together.',
    servers: STREAM_REFUSED,
    advice: DAMAGED_VALUE,
  },
  STREAM_GROUP_LAST_ID_AHEAD: {
    title: 'A consumer group that is ahead of its stream',
    meaning:
      'The last id delivered to the group is higher than the last id of the stream. Entries added below it will never be delivered to the group. It comes from XGROUP SETID with a high id, from damage, or from another program.',
    servers: STREAM_LOADED,
    advice: CHECK_SOURCE,
  },
  STREAM_ENTRIES_READ_WRONG: {
    title: 'A consumer group that read more than was ever added',
    meaning:
      'The counter of entries read by the group (RDB 10 and later) is higher than the number of entries ever added to the stream, or below -1. Somebody set it with ENTRIESREAD of XGROUP CREATE or XGROUP SETID, where servers take any number, or it is damage. Only the lag shown for the group depends on it.',
    servers: STREAM_LOADED,
    advice: CHECK_SOURCE,
  },
  STREAM_CONSUMER_REPEATED: {
    title: 'A consumer group that has a consumer twice',
    meaning:
      'Two consumers of one group have the same name. A server cannot make that: a name is damaged, or another program put the stream together.',
    servers: STREAM_REFUSED,
    advice: DAMAGED_VALUE,
  },
  STREAM_PENDING_REPEATED: {
    title: 'A pending entry listed twice',
    meaning:
      'A list of pending entries has the same id twice. A server keeps each once: an id is damaged, or another program wrote it.',
    servers:
      'In the list of the group all measured servers (Redis 6.0, 7.0 and 8.0, Valkey 8.1 and 9.1) refuse to start from it; the check tools report it. In the list of a consumer: not measured on its own.',
    advice: DAMAGED_VALUE,
  },
  STREAM_PENDING_UNKNOWN: {
    title: 'A consumer with a pending entry that its group does not have',
    meaning:
      'What a consumer has pending must also stand in the list of its group, which holds delivery time and count. This id does not: one of the two lists is damaged, or another program wrote it.',
    servers:
      'All measured servers (Redis 6.0, 7.0 and 8.0, Valkey 8.1 and 9.1) refuse to start from it; the check tools report it.',
    advice: DAMAGED_VALUE,
  },
  STREAM_PENDING_OWNED_TWICE: {
    title: 'A pending entry that two consumers own',
    meaning:
      'A pending entry belongs to one consumer; here two of a group list the same id. An id is damaged, or the writer had the fault in its memory.',
    servers:
      'Redis 8.8 and Valkey 9.1 refuse to start from it, and so does 7.0.15 as Debian 12 patches it (deb12u10); their check tools report it. Earlier builds of Redis 7.0, Redis 8.0 and 8.6 and Valkey 8.1 load it, and their check tools call it ok. Redis 6.0 was not tested. (8.6 and 8.8 as development builds.)',
    advice: ANEW,
  },
  STREAM_PENDING_WITHOUT_OWNER: {
    title: 'A pending entry that no consumer owns',
    meaning:
      'The list of the group has an id that none of its consumers has, and that was not released either (Redis 8.8 lists such ones on their own). An id is damaged, or another program wrote it.',
    servers:
      'Redis 6.0, 7.0 and 8.0 and Valkey 8.1 load it; so do 8.6 and 8.8 (development builds) unless sanitize-dump-payload is yes, and 8.6 then crashes when the entry is read. Valkey 9.1 refuses to start from it. The check tools report it.',
    advice:
      'Take the previous backup, or a fresh snapshot if the source server is sound. On Redis 8.6 do not list the pending entries of this group.',
  },
  STREAM_PENDING_AHEAD: {
    title: 'A pending entry that the group has not reached yet',
    meaning:
      'An id is pending, so it was delivered, but it is higher than the last id delivered to the group. XGROUP SETID to a lower id leaves this behind; damage and other programs can, too.',
    servers:
      'All measured servers (Redis 6.0, 7.0 and 8.0, Valkey 8.1 and 9.1) load a pending id in the future without a word; the check tools call it ok.',
    advice:
      'See with XPENDING on the source server whether the id is pending there too. If it is, nothing has to be done; the entry may be delivered a second time.',
  },
  STREAM_NACK_INVALID: {
    title: 'A released entry that is not pending, or still owned',
    meaning:
      'Redis 8.8 lists entries that were released (XNACK). Each must be pending in its group and must not belong to a consumer; this one breaks that. It is damage or a faulty writer.',
    servers:
      'Redis 8.8 (a development build) refuses to start from it; its check tool reports it. Older servers do not know the list.',
    advice: DAMAGED_VALUE,
  },
  STREAM_NACK_REPEATED: {
    title: 'A released entry listed twice',
    meaning:
      'The list of released entries of a group (Redis 8.8) has an id twice. Servers list each once: an id is damaged, or another program wrote it.',
    servers:
      'Redis 8.8 (a development build) loads it without a word; its check tool calls it ok. Older servers do not know the list.',
    advice:
      'Compare with XPENDING on the source server: another id may be missing. With a wrong checksum, copy the file again.',
  },
} as const satisfies Family;
