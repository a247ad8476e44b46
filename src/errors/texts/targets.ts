import type { Family } from '../explanation.js';

const OTHER_SERVER =
  'Restore on a server of the release that wrote the file (its first lines name it), or on one of the same lineage that is newer. To move to another lineage, replay the data into a running server instead of handing it the file.';
const TRY_IT =
  'rdbkit verify --for NAME answers for any release; --databases, --modules and --cluster say what it has.';

/** What a certain server lacks or refuses. */
export const TARGETS = {
  TARGET_NEEDS: {
    title: 'What a server needs to load the file, beyond its defaults',
    meaning:
      'The file holds databases above 15, data of modules, function libraries of another engine, or the state of a cluster node that imported slots. Its writer had what that takes; a server that is to load it needs the same.',
    servers: 'Without it servers refuse to start from the file, or die, although their check tools call it ok.',
    advice: `Have it ready on the server that you would restore to: the setting databases, the modules, cluster-enabled. ${TRY_IT}`,
  },
  TARGET_REFUSES: {
    title: 'The server would not start from the file',
    meaning:
      'The findings that the message names are of a kind that this release refuses, or crashes at, when it loads a file.',
    servers: 'The one that the message names. What others do stands under each of the codes.',
    advice: `Look at the findings one by one (rdbkit explain CODE). ${OTHER_SERVER}`,
  },
  TARGET_VERSION_REFUSED: {
    title: 'The server does not read files of this version',
    meaning:
      'The number in the header is above what this release reads, or of the other lineage: Redis since 7.4 and Valkey since 9.0 write formats that the other one does not take.',
    servers:
      'Measured: Redis reads every RDB up to its own version, and no file that begins with VALKEY. Valkey reads RDB up to 11, and since 9.0 its own; 12 to 79 it refuses, unless rdb-version-check is relaxed, which is judged nowhere here.',
    advice: OTHER_SERVER,
  },
  TARGET_TYPE_UNKNOWN: {
    title: 'The server does not know a type of value in the file',
    meaning:
      'A value stands in a form that came with a later release, or that only the other lineage or another product has. It does not matter that the number in the header is low.',
    servers: 'Every server stops at a type that it does not know and refuses to start; the check tools as well.',
    advice: OTHER_SERVER,
  },
  TARGET_RECORD_UNKNOWN: {
    title: 'The server does not know a kind of record in the file',
    meaning:
      'Between the keys stands a record that came with a later release or that only the other lineage has: functions (Redis 7.0), slot hints, key metadata, slot imports, templates.',
    servers: 'Every server stops at an opcode that it does not know and refuses to start; the check tools as well.',
    advice: OTHER_SERVER,
  },
  TARGET_MODULE_MISSING: {
    title: 'The server lacks a module, or a script engine',
    meaning:
      'The file holds data of a module, metadata that a module gave to keys, or functions for an engine that comes with a module. Without it nobody can make sense of them.',
    servers:
      'All measured servers (Redis 6.0, 7.0 and 8.0, Valkey 8.1 and 9.1) refuse to start, and end with exit status 0 as if all were well; the check tools call the file ok.',
    advice: `Load the module on the server that you would restore to (loadmodule in its configuration), and say so with --modules NAME. ${TRY_IT}`,
  },
  TARGET_FUNCTION_REFUSED: {
    title: 'The server cannot run a function library of the file',
    meaning:
      'A library uses something that only the other lineage has, such as the global "server" of Valkey, or an engine that this release cannot have. Libraries are run while the file is loaded.',
    servers:
      'Measured: Redis 7.0 and 8.0 refuse to start from a file whose library uses "server"; Valkey 8.1 and 9.1 load it.',
    advice:
      'Before the backup is made, change the library to the common API (redis.register_function works on both), load it with FUNCTION LOAD REPLACE, then BGSAVE.',
  },
  TARGET_DATABASES_TOO_FEW: {
    title: 'The server has fewer databases than the file',
    meaning: 'Keys stand in a database whose number is not below the setting "databases", 16 when it is not set.',
    servers:
      'All measured servers (Redis 6.0, 7.0 and 8.0, Valkey 8.1 and 9.1) refuse to start; the check tools call the file ok.',
    advice:
      'Set databases in the configuration of the server that you would restore to, and say so with --databases N.',
  },
  TARGET_CLUSTER_OFF: {
    title: 'The server has to run in cluster mode',
    meaning:
      'The file comes from a node of a Valkey 9 cluster that was importing slots when it was saved, and says so in a record of its own.',
    servers: 'Measured: Valkey 9.1 with cluster mode off dies at that record; its check tool calls the file ok.',
    advice:
      'Start the server with cluster-enabled yes, or save again when no slots are being moved (CLUSTER GETSLOTMIGRATIONS).',
  },
  TARGET_CLUSTER_DATABASES: {
    title: 'A server in cluster mode has one database, and the file has more',
    meaning:
      'Keys stand in a database other than 0. Cluster nodes have only that one, but for Valkey 9 with cluster-databases.',
    servers: 'Measured: Redis 7.0 crashes, Redis 8.0 and Valkey 9.1 refuse to start.',
    advice:
      'Restore to a server that is not in cluster mode, or, on Valkey 9, set cluster-databases and say so with --databases N.',
  },
  TARGET_AOF_FORM: {
    title: 'The server does not know this form of append-only files',
    meaning:
      'Sets of several files with a manifest, and time annotations (#TS lines), came with Redis 7.0. Older releases have one file without annotations.',
    servers:
      'Measured: Redis 6.0 does not look into the directory of a set, and starts empty; it refuses a log with annotations (format error).',
    advice: 'Restore on Redis 7.0 or newer, or on Valkey.',
  },
  TARGET_COMMAND_UNKNOWN: {
    title: 'The server does not know a command of the log',
    meaning: 'The log holds a command that came with a later release, or that only the other lineage or a module has.',
    servers:
      'All measured servers (Redis 7.0 and 8.0, Valkey 8.1 and 9.1) refuse to start from a log with a command that they do not know, also inside a transaction; the check tools call it ok.',
    advice: 'Restore on a server of the release that wrote the log or a newer one, with its modules.',
  },
} as const satisfies Family;
