import type { Family } from '../explanation.js';

const TOGETHER =
  'No server sees the files together, so none can notice: each node starts from its own file, and the cluster shows the result.';

/** The files taken together, as the shards of one backup. */
export const SHARDS = {
  SHARDS_TOO_FEW: {
    title: 'There are no two shards to hold against each other',
    meaning:
      'With --shards at least two RDB files are needed, one for each shard of the cluster. Only one was given or found in the directories, or the others could not be read as RDB files.',
    servers: 'No server is concerned.',
    advice:
      'Give the dumps of all shards, or the directory that holds them; for a single file leave out --shards. Other findings say why an input could not be read.',
  },
  SHARDS_FILE_TWICE: {
    title: 'The same file stands for two shards',
    meaning:
      'Two files have the same size and the same checksum, so they are copies of one dump. Usually the job copied from one node twice, and the dump of another node is missing.',
    servers: TOGETHER,
    advice: 'See from which host and path each file comes, and copy the one that is missing.',
  },
  SHARDS_PRODUCER_DIFFERS: {
    title: 'The shards were written by different servers or versions',
    meaning:
      'The headers name different products or versions. During a rolling upgrade that is normal; otherwise one file is older than the others or comes from another cluster.',
    servers: `${TOGETHER} A node of the older version may refuse a file of the newer one.`,
    advice:
      'If the cluster is being upgraded, restore on the newest of these versions, and take another backup when it is done. Otherwise see where the odd file comes from.',
  },
  SHARDS_CTIME_SKEW: {
    title: 'The shards were saved too far apart',
    meaning:
      'By their ctime more time than --max-skew (10 minutes by default) lies between the first save and the last. What clients wrote in between is in some shards and not in others, and slots that moved in between may be twice or nowhere. Often one node failed to save, and an older dump was copied.',
    servers: TOGETHER,
    advice:
      'Look at rdb_last_bgsave_status on the node whose file is the oldest, then run BGSAVE on all nodes together. If the distance is meant, allow it with --max-skew.',
  },
  SHARDS_CTIME_UNKNOWN: {
    title: 'A shard does not say when it was saved',
    meaning:
      'The ctime field is missing or is no time, so this file cannot be held against the others. Servers write it since RDB 7; another program made the file, or it is damaged.',
    servers: TOGETHER,
    advice: 'Compare the modification times of the files on the hosts that they come from.',
  },
  SHARDS_REPL_ID_REPEATED: {
    title: 'Two files belong to the same replication history',
    meaning:
      'The repl-id field is the same, as in the dumps of a primary and its replica, or of one node at two times. Each shard of a cluster has an id of its own, so one shard is there twice and another one is probably missing.',
    servers: TOGETHER,
    advice:
      'Keep one file of each shard, the one with the higher offset unless you want the older state, and see that every shard has one (CLUSTER SHARDS or CLUSTER NODES lists them).',
  },
  SHARDS_SLOT_TWICE: {
    title: 'A slot has keys in two files',
    meaning:
      'Each slot belongs to one shard. Many slots in two files mean that one shard is there twice, or that the files come from different times or clusters. A single one may have been on its way from one node to the other while they were saved; then each file has a part of its keys.',
    servers: `${TOGETHER} Not measured: by their source, nodes that load keys of slots they do not own claim the slots, mark them as being imported, or delete the keys, depending on the version and on nodes.conf.`,
    advice:
      'Take another backup while no slot is being moved (CLUSTER NODES shows none in brackets). If you have to use this one, load all files into one new cluster by command, and decide which file wins.',
  },
  SHARDS_SLOTS_MISSING: {
    title: 'Slots that no file has keys of',
    meaning:
      'Slots without keys are not written, so some are missing in every small dataset. As an error it is a gap that is too long for that: the dump of a shard is missing, or slots were moved between the saves and are in neither file. As a warning: a few slots are empty in a dataset that should fill all of them, unless hash tags crowd its keys.',
    servers: `${TOGETHER} The keys of these slots are simply not there.`,
    advice:
      'Compare the ranges with CLUSTER SHARDS or CLUSTER NODES on the source: the node that owns them is the one whose dump is missing. CLUSTER COUNTKEYSINSLOT on it tells whether a slot has keys.',
  },
  SHARDS_NO_SLOTS: {
    title: 'Whether slots are missing cannot be told',
    meaning:
      'A file does not say in which slots its keys are, or was not read to its end. Redis 7.4 and newer and Valkey 8.0 and newer write slots into the dumps of cluster nodes; older ones and nodes without cluster mode do not.',
    servers: 'No server minds it.',
    advice:
      'Compare the files with the list of nodes (CLUSTER NODES) by hand: one of each shard. With --level header or checksum, leave that out to look at the slots.',
  },
} as const satisfies Family;
