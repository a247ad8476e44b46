import type { Family } from '../explanation.js';
import { COPY_AGAIN, DAMAGED_VALUE, MEASURED, NOTHING_TO_DO, REBUILD } from './phrases.js';

/** Lists, sets, sorted sets and hashes, in whatever form they stand in the file. */
export const VALUES = {
  DUPLICATE_KEY: {
    title: 'A key that stands twice in its database',
    meaning:
      'Two records of one database have the same name. Servers never write that: the file was put together or edited by another program, or snapshots were glued. If one of the two has expired by the time it is loaded, it is dropped and the other one loads; otherwise the server dies.',
    servers:
      'All measured servers (Redis 6.0, 7.0 and 8.0, Valkey 8.1 and 9.1) crash when they start from it, although the check tools call the file ok.',
    advice:
      'Do not rely on this file. Take it again from the server with BGSAVE, or take the previous backup. "confirmed": false means that the input could be read only once, so that the names were compared by their fingerprints.',
  },
  EMPTY_COLLECTION: {
    title: 'A list, set, sorted set or hash without elements',
    meaning:
      'A server deletes such a key together with its last element, so it never saves an empty one. The count is damaged, or another program wrote the file.',
    servers:
      'Redis 7.0 and 8.0, Valkey 8.1 and 9.1 skip the key and go on, but refuse to start from an empty intset or zipmap. Redis 6.0 loads it. The check tools report it.',
    advice: `The key is gone after a restore; see whether it had elements on the source server or in the previous backup. With a wrong checksum, copy the file again.`,
  },
  SET_DUPLICATE_MEMBER: {
    title: 'A set that has a member twice',
    meaning:
      'The members of a set are different by definition. Damage made two of them equal, or a faulty program wrote the file; with a good checksum the writing server may have had the fault in its memory.',
    servers:
      'In the plain form Redis 7.0 and 8.0, Valkey 8.1 and 9.1 refuse to start from it, and Redis 6.0 loads it. In a listpack or an intset Redis 7.0 and 8.0 and Valkey 8.1 load it unseen, and Valkey 9.1 refuses. The check tools report it.',
    advice: REBUILD,
  },
  HASH_DUPLICATE_FIELD: {
    title: 'A hash that has a field twice',
    meaning:
      'The fields of a hash are different by definition. Damage made two of them equal, or a faulty program wrote the file. Which of the two values counts is not defined.',
    servers:
      'A big hash in the plain form: all measured servers refuse to start. A small one, or one in a listpack: Redis up to 8.0 and Valkey 8.1 load it unseen, Valkey 9.1 refuses; a small one with field expires (type 24) loads on Redis 8.0. In a ziplist or zipmap: Redis 6.0 loads it, all later ones refuse. The check tools report it.',
    advice: `${REBUILD} A big one loads nowhere: take the previous backup.`,
  },
  ZSET_DUPLICATE_MEMBER: {
    title: 'A sorted set that has a member twice',
    meaning:
      'The members of a sorted set are different by definition. Damage made two of them equal, or a faulty program wrote the file. Which of the two scores counts is not defined.',
    servers:
      'In the plain form and in a ziplist Redis 7.0 and 8.0, Valkey 8.1 and 9.1 refuse to start from it, and Redis 6.0 loads it. In a listpack Redis 7.0 and 8.0 and Valkey 8.1 load it unseen, and Valkey 9.1 refuses. The check tools report it.',
    advice: REBUILD,
  },
  ZSET_SCORE_NAN: {
    title: 'A score that is not a number (NaN)',
    meaning:
      'No command can set a score to NaN, since it has no place in an order. The score is damaged, or another program wrote it.',
    servers:
      'In the plain form Redis 6.0 crashes, Redis 7.0 and 8.0, Valkey 8.1 and 9.1 refuse to start, and the check tools report it. In a listpack Redis 7.0 and 8.0 and Valkey 8.1 load it; Valkey 9.1 refuses, and only its check tool reports it.',
    advice: DAMAGED_VALUE,
  },
  ZSET_SCORE_INVALID: {
    title: 'A score that cannot be read as a number',
    meaning:
      'Scores stand as text in old and in compact forms, and this text is no number. The bytes are damaged, or member and score are out of step.',
    servers:
      'In the plain form of RDB 7 and older, Redis 6.0 loads it; Redis 7.0 and 8.0, Valkey 8.1 and 9.1 refuse to start, and the check tools report it. In a listpack or ziplist every measured server that knows the form loads it, and the check tools call it ok.',
    advice: DAMAGED_VALUE,
  },
  ZSET_UNSORTED: {
    title: 'A compact sorted set that is not in order',
    meaning:
      'In a listpack or ziplist, members stand by ascending score, then by bytes; here they do not. Servers trust the order, so ranks and ranges of this key may come out wrong. A score is damaged, or another program wrote it.',
    servers: `Every measured server that knows the form (${MEASURED}) loads it without a word; the check tools call it ok.`,
    advice:
      'Compare the scores with the source server or the previous backup. If they are right, write the key anew (ZRANGE 0 -1 WITHSCORES, DEL, ZADD), which sorts it.',
  },
  QUICKLIST_BAD_CONTAINER: {
    title: 'A list node of a kind that does not exist',
    meaning:
      'Each node of a list says whether it is one plain element (1) or a listpack (2). This one says something else, or has no bytes at all. It is damage or a faulty writer.',
    servers:
      'Redis 7.0 and 8.0, Valkey 8.1 and 9.1 refuse to start from it; the check tools report it. Redis 6.0 does not know the form.',
    advice: DAMAGED_VALUE,
  },
  QUICKLIST_EMPTY_NODE: {
    title: 'A list node without elements',
    meaning:
      'One node of a list holds nothing. Servers drop a node together with its last element, so a faulty writer or damage is behind it. The other nodes are not touched by it.',
    servers: `One empty node among others loads on all measured servers (${MEASURED}), and the check tools call it ok. If all nodes are empty, Redis 7.0 and 8.0, Valkey 8.1 and 9.1 skip the key. A node of zero bytes stops their start.`,
    advice: 'See whether the list is complete: compare its length with the source server or the previous backup.',
  },
  HASH_FIELD_EXPIRE_INVALID: {
    title: 'A field expire that is out of range or not a number',
    meaning:
      'The expire of a hash field is beyond what the format can hold, negative, or no integer. The bytes are damaged, or another program wrote them.',
    servers:
      'Measured: Redis 8.0 refuses to start from a type 24 hash with an expire above 2^48-1, Valkey 9.1 from a type 22 hash with -5; their check tools report it. In a listpack (type 25) it is not measured; by the source only the check of contents finds it.',
    advice: DAMAGED_VALUE,
  },
  HASH_FIELD_EXPIRE_UNSORTED: {
    title: 'Field expires that are not in ascending order',
    meaning:
      'In a compact hash the fields that expire stand first, the nearest expire in front. Here they do not. It is damage, or another program wrote it.',
    servers: 'Redis 8.0 loads it without a word; its check tool reports it. Other servers: not measured.',
    advice: REBUILD,
  },
  HASH_MIN_EXPIRE_WRONG: {
    title: 'The earliest field expire is not the announced one',
    meaning:
      'A hash with field expires begins with the earliest of them, as a hint, and the fields say otherwise. After HPERSIST a server may leave an old value there; otherwise it is a damaged byte or another program.',
    servers: 'Redis 8.0 loads it without a word; its check tool calls it ok. Other servers: not measured.',
    advice:
      'For type 24 hashes compare the expires with the source server (HPEXPIRETIME): there they are counted from this value. Otherwise nothing has to be done.',
  },
  HASH_WITHOUT_FIELD_EXPIRE: {
    title: 'A hash stored in a form for field expires, without any',
    meaning:
      'The hash has the form that can hold expires of single fields, but no field expires. Redis 8.0 leaves a compact hash like that after HPERSIST; it is valid. For the other forms servers go back to a plain hash when they save, so another program wrote it.',
    servers:
      'Redis 8.0 writes and loads the compact form (type 25) like that itself. The other forms (24, and 22 of Valkey): not measured.',
    advice: NOTHING_TO_DO,
  },
  CONTAINER_TOO_LARGE: {
    title: 'A compact container far larger than any server makes',
    meaning:
      'A listpack, ziplist, intset or zipmap claims a size beyond every server limit. Servers keep them to some kilobytes or megabytes. The length is damaged, or the file was made to exhaust memory. It was not unpacked or checked.',
    servers: 'Not measured.',
    advice: `${COPY_AGAIN} Do not load a file of unknown origin that has this.`,
  },
} as const satisfies Family;
