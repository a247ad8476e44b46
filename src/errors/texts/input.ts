import type { Family } from '../explanation.js';
import { COPY_AGAIN } from './phrases.js';

/** The input as such: files, directories, compression around them. */
export const INPUT = {
  INPUT_EMPTY: {
    title: 'The file has no bytes',
    meaning:
      'With zero bytes nothing tells what kind of backup it is. It comes from a copy that never began, a full disk, or a backup job that redirected an empty output.',
    servers:
      'As dump.rdb it is a truncated file, and a server exits at start. An append-only file of zero bytes is skipped: if no listed file has any bytes, the server starts with no keys (measured: Redis 7.0 and 8.0, Valkey 8.1 and 9.1).',
    advice:
      'Take the previous backup, and look at the job that made this file: free disk space, its exit code, the size it reported.',
  },
  INPUT_NOT_A_BACKUP: {
    title: 'Neither an RDB file nor an append-only file',
    meaning:
      'The first bytes are none that Redis or Valkey write: no REDIS, no VALKEY, no command log, no manifest, no gzip. It is another file, an archive (tar, zip), an encrypted one, or a backup whose start is damaged.',
    servers: 'A server that finds another magic in its dump answers "Wrong signature" and exits.',
    advice:
      'Check that the path is right, and unpack or decrypt the file first. If it should be a dump, copy it again from where it was made, or take the previous backup.',
  },
  INPUT_UNREADABLE: {
    title: 'The input could not be read',
    meaning:
      'The operating system refused to open the file or failed while reading it: a missing file, missing rights, a failing disk, a lost network mount. Nothing is said about its content beyond the place where reading stopped.',
    servers: 'Not a matter of the content: a server on that path would meet the same failure.',
    advice:
      'Fix the cause that the message names (path, rights, mount) and verify again. If the disk reports read errors, take the previous backup from another disk.',
  },
  TEMPORARY_FILE_FAILED: {
    title: 'A temporary file could not be made or written',
    meaning:
      'A very large set, hash or sorted set needs more memory for the search for repeated members than allowed, so a temporary file was to hold the rest. The system refused it. Nothing is said about the backup.',
    servers: 'No server is concerned: this is about the machine that rdbkit runs on.',
    advice:
      'Give a directory with free space and write permission with --tmp-dir, or allow more memory with --max-memory, and verify again.',
  },
  INPUT_CHANGED: {
    title: 'The file changed while it was read',
    meaning:
      'Size or modification time were not the same at the end as at the start, so the result describes no single state of the file. Something was still writing it: a copy in progress, or a server. BGSAVE writes to a temporary file and renames it when finished, so a finished dump does not change in place.',
    servers: 'Not a matter of the content: what a server would load depends on the moment it reads.',
    advice:
      'Wait until the copy is finished, or copy the finished dump elsewhere, and verify that copy. For append-only files, copy the set first: its last file grows with every write.',
  },
  INPUT_NO_BACKUP_IN_DIRECTORY: {
    title: 'No backup in this directory',
    meaning:
      'The directory holds neither a dump.rdb nor an append-only set with a manifest. The path may be one level off, dbfilename or appenddirname may be set to other names, or the backup was never put there.',
    servers:
      'With appendonly yes and no manifest, a server starts with no keys and writes a new, empty set there (measured: Redis 7.0 and 8.0, Valkey 8.1 and 9.1).',
    advice:
      'Give the file itself, or the directory that CONFIG GET dir names on the source server. Do not start a server on this directory to find out.',
  },
  GZIP_TRUNCATED: {
    title: 'The gzip stream ends too early',
    meaning:
      'The compressed data stop before their own end mark. The copy or upload was cut, the disk was full, or the compressing job was killed. What came out before the cut was still read.',
    servers: 'Servers do not read gzip: what counts is the file that comes out, and its end is missing.',
    advice: COPY_AGAIN,
  },
  GZIP_DAMAGED: {
    title: 'The gzip stream is damaged',
    meaning:
      'The compressed data cannot be decoded, or the CRC-32 or length at their end does not match what came out. Bytes changed after compression: bit rot, a bad transfer, a text-mode copy.',
    servers: 'Servers do not read gzip: what counts is the file that comes out, and its content is not to be trusted.',
    advice: COPY_AGAIN,
  },
  ZSTD_NOT_READ: {
    title: 'A zstd stream, recognised but not read yet',
    meaning:
      'The file starts with the zstd magic. This release recognises zstd but does not decompress it, so nothing inside was checked. It does not mean that the backup is bad.',
    servers: 'Servers do not read zstd either: the file has to be decompressed before a start.',
    advice: 'Decompress first (zstd -d FILE.zst, or zstd -dc FILE.zst | rdbkit verify -) and verify the result.',
  },
  VCS_NOT_READ: {
    title: 'The compressed envelope of Valkey 9.2, not read yet',
    meaning:
      'The file starts with VCS: Valkey 9.2 writes it with rdbcompression lz4 or lz4-stream, as one LZ4 frame around a whole RDB file. This release recognises the envelope but does not open it, so nothing inside was checked. It does not mean that the backup is bad.',
    servers: 'Not measured. The envelope is known from Valkey 9.2 only.',
    advice:
      'To get a file that can be verified, set rdbcompression yes (LZF) on the server that wrote it, and save again with BGSAVE.',
  },
  AOF_COMMANDS_BEHIND: {
    title: 'Commands follow that change the data',
    meaning:
      'The file begins with an RDB, and commands follow that were executed after it was made. The RDB alone is an earlier state; what the dataset is now, only a server that executes the commands can tell.',
    servers: 'Servers load the RDB and execute the commands.',
    advice:
      'With a redis-server or valkey-server on PATH, rdbkit lets it execute a copy of the file; from standard input it cannot, so give the file by its name. rdbkit materialize writes the result as an RDB, and rdbkit stats tells what the commands are.',
  },
  AOF_COMMAND_FAILED: {
    title: 'A server refused commands of the log',
    meaning:
      'A disposable server executed a copy of the log, and some of its commands failed: a command for another type than the key has, or a database that does not exist. A server logs only what it has done, so the log does not fit the data that it began with, or it was edited.',
    servers: 'Servers write a line with CRITICAL to their log, and go on without the command.',
    advice:
      'See whether the base and the logs belong together (rdbkit verify), and whether the set was put together by hand. What the server made of it may not be what was there.',
  },
  AOF_NOT_CHECKED: {
    title: 'Append-only commands behind an RDB, not looked at at this level',
    meaning:
      'The file is an RDB with a log of commands behind it, as Redis 4.0 to 6.2 write it. Where the RDB ends is known only to whoever reads all of it, and that was not asked for.',
    servers: 'Not looked at.',
    advice: 'Verify it at the level structure, which is the default.',
  },
} as const satisfies Family;
