import type { Family } from '../explanation.js';
import { AOF_MEASURED } from './aof-phrases.js';
import { NOT_MEASURED, NOTHING_TO_DO } from './phrases.js';

/** The files of an append-only set, as they lie on disk. */
export const AOF_SET = {
  AOF_MANIFEST_MISSING: {
    title: 'Files of an append-only set without a manifest',
    meaning:
      'Base or incr files lie in the directory, but no manifest. Only the manifest says which of them belong together and in which order. It was not copied, or has another name.',
    servers: `With appendonly yes all measured servers (${AOF_MEASURED}) start with no keys, write a new, empty base over one of the same name, and append to an incr file of the same name, whose old content is executed at the next start.`,
    advice:
      'Do not start a server on it. Copy the manifest from the source. If it is lost: list the base and the incr files with the highest numbers, in the order of their numbers, on a full copy, and verify that.',
  },
  AOF_SEVERAL_MANIFESTS: {
    title: 'More than one manifest in the directory',
    meaning:
      'Several files end with .manifest. A server reads the one that appendfilename names and does not see the others: their sets are another backup, or were left behind when appendfilename was changed.',
    servers: NOT_MEASURED,
    advice: 'Say which one you mean: give the path of the manifest itself.',
  },
  AOF_PART_MISSING: {
    title: 'A file that the manifest lists is missing',
    meaning:
      'The manifest names a base or incr file that is not in the directory. The set was copied while a rewrite replaced its files, or a file was deleted or not copied.',
    servers: `All measured servers (${AOF_MEASURED}) exit at start ("Unable to obtain the AOF file … length"); the check tools report it.`,
    advice:
      'Copy the whole directory again: first CONFIG SET auto-aof-rewrite-percentage 0 and wait until no rewrite is under way, then copy the manifest and all that it lists. Taking the line out of the manifest loses what the file held.',
  },
  AOF_PART_NOT_A_FILE: {
    title: 'A part of the set is not a regular file',
    meaning: 'Where the manifest names a file there is a directory, a pipe or a device. It was not opened.',
    servers: 'Not measured. By their source servers fail to read a directory, and wait for ever on a pipe.',
    advice: 'Copy the set again from its source.',
  },
  AOF_PART_UNREADABLE: {
    title: 'A part of the set cannot be looked at',
    meaning:
      'The operating system refused to tell about a file of the set: missing rights, a failing disk, a loop of links.',
    servers: 'A server that may not read it exits at start.',
    advice: 'Fix the cause that the message names, and verify again.',
  },
  AOF_PART_OUTSIDE: {
    title: 'A part of the set is a link to somewhere else',
    meaning:
      'A file of the set is a symbolic link that leads out of the directory. A copy that does not follow links has only the link, and a server that cuts or appends to the file changes it at the other place.',
    servers: NOT_MEASURED,
    advice: 'Put the file itself into the directory of the backup.',
  },
  AOF_PART_EMPTY: {
    title: 'A part of the set has no bytes',
    meaning:
      'A base file in RDB form (.base.rdb) is never empty when a server wrote it: its content is lost. One of commands (.base.aof, with aof-use-rdb-preamble no) is empty when the server held no keys as it wrote it, or its content is lost. An incr file is empty when nothing was written since the last rewrite, or its content is lost.',
    servers: `All measured servers (${AOF_MEASURED}) skip it and start as long as another file of the set has bytes: without the base only the later writes are there. The check tools call it empty and succeed.`,
    advice:
      'Compare the size with the source. For a base of zero bytes that has more at the source take the previous backup.',
  },
  AOF_ALL_PARTS_EMPTY: {
    title: 'All files of the set have no bytes',
    meaning: 'The manifest lists files, and none of them has any content. Nothing can be restored from it.',
    servers: `All measured servers (${AOF_MEASURED}) start with no keys. The check tools succeed.`,
    advice: 'Take the previous backup, and look at the job that made this one: a full disk, a copy that never began.',
  },
  AOF_PART_UNLISTED: {
    title: 'A base or incr file that the manifest does not list',
    meaning:
      'The file has the name of a part, but the manifest does not list it. It is left over from before a rewrite, it came with an old copy, or the manifest is older than the file: then its writes are not restored.',
    servers: `All measured servers (${AOF_MEASURED}) ignore it. When they later begin an incr file of the same name, they append to it, and its old content is executed at the next start.`,
    advice:
      'If its number is higher than all that are listed, the manifest may be too old: copy the set again. Otherwise remove the file from the backup.',
  },
  AOF_INCR_IS_RDB: {
    title: 'An RDB where commands should be',
    meaning:
      'A file that is listed as incr, for commands, holds an RDB. Somebody put a wrong file there: the commands that belong in its place are missing.',
    servers:
      'All measured servers (Redis 7.0 and 8.0, Valkey 8.1 and 9.1) load such an RDB; when one of its keys is there already, they crash. The check tools report it.',
    advice: 'Copy the set again from its source, or take the previous backup.',
  },
  AOF_SEQ_GAP: {
    title: 'A gap in the numbers of the incr files',
    meaning:
      'The incr files that the manifest lists do not follow each other by number. Servers give each new one the next number, so a file between them may be missing, or was taken out on purpose.',
    servers: `All measured servers (${AOF_MEASURED}) do not mind gaps.`,
    advice: 'Look at the source whether there is a file with the missing number.',
  },
  AOF_HISTORY_LISTED: {
    title: 'Files that are waiting to be deleted',
    meaning:
      'The manifest lists files of type h: they were replaced by a rewrite and not deleted yet. They are not part of the data, and may be missing.',
    servers: `All measured servers (${AOF_MEASURED}) do not read them, and delete them after loading.`,
    advice: NOTHING_TO_DO,
  },
  AOF_LEFTOVER: {
    title: 'A temporary file',
    meaning:
      'A server was writing this file (a rewrite, a manifest, or commands while the log was being switched on) when the copy was made, or when it died. It holds nothing that is part of the set.',
    servers: 'Servers ignore it, and do not remove all kinds of them.',
    advice: 'Nothing for loading. A large one on the source, older than the last start, can be deleted.',
  },
  AOF_LEGACY_IGNORED: {
    title: 'A single append-only file beside a set',
    meaning:
      'A file of the old form (one file, as up to Redis 6.2) lies beside a set with a manifest. It is left from before an upgrade, or from another backup.',
    servers: `All measured servers (${AOF_MEASURED}) ignore it when the set is usable. Without a usable set they move it into the directory and load it.`,
    advice: 'Take it out of the backup, or verify it on its own if it is the one that you mean.',
  },
} as const satisfies Family;
