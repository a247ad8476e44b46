import type { Family } from '../explanation.js';

const NO_SERVER = 'No server is concerned: it is what this run of rdbkit was told to expect.';

/** What the caller said the file has to be. */
export const EXPECTATIONS = {
  EXPECT_MAX_AGE: {
    title: 'Older than allowed by --max-age, or its age cannot be told',
    meaning:
      'The age is the time since the save began, by the ctime field of the file; the time of the copy does not count. A file that says nothing, or that says it was made in the future, cannot show that it is recent. Often the backup job went on copying an old dump because no new one was made.',
    servers: NO_SERVER,
    advice:
      'On the source server compare LASTSAVE and rdb_last_bgsave_status (INFO persistence): if saving fails, its log says why. For a time in the future compare date -u on both machines.',
  },
  EXPECT_MIN_KEYS: {
    title: 'Fewer keys than --min-keys asks for',
    meaning:
      'Keys were counted in all databases, expired ones included. In a file that could not be read to its end, only those in front of the damage are counted. Few keys in a sound file mean another instance, a replica before its first sync, an instance that was flushed or restarted empty, or a limit that is out of date.',
    servers: `${NO_SERVER} An empty dump starts without complaint everywhere.`,
    advice:
      'Compare with INFO keyspace on the source server. If it has more keys, make a new snapshot there; if it lost them, keep the older backups and stop the job before it overwrites them.',
  },
  EXPECT_MAX_KEYS: {
    title: 'More keys than --max-keys allows',
    meaning:
      'Keys were counted in all databases, expired ones included. It may be the dump of another instance, or keys pile up because their expiry was forgotten, or the limit is out of date.',
    servers: NO_SERVER,
    advice:
      'Compare with INFO keyspace on the source server. If the number is right there, raise the limit; if it is a surprise, look for keys that should expire and do not.',
  },
  EXPECT_MIN_SIZE: {
    title: 'Smaller than --min-size asks for',
    meaning:
      'The bytes of the file were counted; for a gzip, those of its content. A small file is a cut copy, the dump of an empty or another instance, or the limit is out of date.',
    servers: NO_SERVER,
    advice:
      'See what else this report says: damage means a cut copy. If the file is sound, compare the number of keys with the source server. Compression (rdbcompression) changes the size, too.',
  },
  EXPECT_PRODUCER: {
    title: 'Written by another server than expected',
    meaning:
      'The header names the program that saved the file, and it is not the one of --expect-producer, or it names none. The dump of another instance was copied, or the instance was moved to the other product.',
    servers: `${NO_SERVER} Which servers can load the file depends on its version and content, not on this name.`,
    advice:
      'Check that the job copies from the right instance. If the move was meant, change the expectation, and see with --for which servers would load the file.',
  },
  EXPECT_VERSION: {
    title: 'Written by another version than expected',
    meaning:
      'The version in the header is outside the range of --expect-version, is missing, or tells nothing: development builds call themselves 255.255.255. Release candidates count by their number: 8.0.0-rc1 comes before 8.0.0.',
    servers: `${NO_SERVER} An older server may refuse what a newer one saved.`,
    advice:
      'Check that the job copies from the right instance, and whether it was upgraded. If that was meant, change the range, and see with --for which servers would load the file.',
  },
  EXPECT_CHECKSUM: {
    title: 'No checksum, and --require-checksum asks for one',
    meaning:
      'The file was saved with rdbchecksum no, came from a diskless transfer, or is older than RDB 5. Its structure was checked as far as asked for, but a changed byte inside a value cannot be noticed by anyone.',
    servers: `${NO_SERVER} Servers load such files without a word.`,
    advice:
      'Set rdbchecksum yes on the source server (in its configuration, then restart), and take the backup from a BGSAVE, not from a replication stream.',
  },
} as const satisfies Family;
