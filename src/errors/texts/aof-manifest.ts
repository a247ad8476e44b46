import type { Family } from '../explanation.js';
import { AOF_MEASURED, EDIT_MANIFEST, MANIFEST_REFUSED } from './aof-phrases.js';
import { NOTHING_TO_DO } from './phrases.js';

/** The manifest of an append-only set, line by line. */
export const AOF_MANIFEST = {
  AOF_MANIFEST_EMPTY: {
    title: 'A manifest of zero bytes',
    meaning:
      'The manifest says which files belong to the set. It has no bytes: the disk was full, or a copy never began. The files of the set may all be there.',
    servers: `All measured servers (${AOF_MEASURED}) exit at start. The check tools call it empty and succeed.`,
    advice:
      'Copy the manifest again. If it is lost: list the base and the incr files with the highest numbers, in the order of their numbers, on a full copy, and verify that.',
  },
  AOF_MANIFEST_LINE_TOO_LONG: {
    title: 'A line of the manifest is too long',
    meaning:
      'Servers read at most 1024 bytes of a line, its line end included. A longer one is damage or was written by another program; a comment that is too long goes on as a line of its own.',
    servers: MANIFEST_REFUSED,
    advice: EDIT_MANIFEST,
  },
  AOF_MANIFEST_NO_FINAL_LF: {
    title: 'The last line of the manifest has no end',
    meaning:
      'The last line does not end with LF. The file was cut, perhaps by lines and not only by a byte, or an editor left it out.',
    servers: `${MANIFEST_REFUSED} They call the line too long.`,
    advice: `${EDIT_MANIFEST} Do not just add the line end: lines may be missing behind it.`,
  },
  AOF_MANIFEST_ZERO_BYTE: {
    title: 'A zero byte in the manifest',
    meaning: 'A line holds a zero byte, which no server writes: the file is damaged, as after a power loss.',
    servers: `${MANIFEST_REFUSED} In a comment they do not mind it.`,
    advice: EDIT_MANIFEST,
  },
  AOF_MANIFEST_EMPTY_LINE: {
    title: 'An empty line in the manifest',
    meaning: 'A line is empty or holds only blanks. It was edited, or damaged.',
    servers: MANIFEST_REFUSED,
    advice: 'Take the empty line out, on a copy.',
  },
  AOF_MANIFEST_BAD_QUOTES: {
    title: 'Quotes in the manifest that do not match',
    meaning: 'A quoted name is not closed, or something stands right behind the closing quote.',
    servers: MANIFEST_REFUSED,
    advice: EDIT_MANIFEST,
  },
  AOF_MANIFEST_BAD_FIELDS: {
    title: 'A line of the manifest that is no list of pairs',
    meaning:
      'A line consists of pairs, at least three: file NAME seq NUMBER type LETTER. This one has an odd number of words, or fewer than six. Names with blanks must be quoted.',
    servers: MANIFEST_REFUSED,
    advice: EDIT_MANIFEST,
  },
  AOF_MANIFEST_FIELD_MISSING: {
    title: 'A line of the manifest without file, seq or type',
    meaning: 'Each line names a file, its number and its type. One of the three is missing here.',
    servers: MANIFEST_REFUSED,
    advice: EDIT_MANIFEST,
  },
  AOF_MANIFEST_BAD_NAME: {
    title: 'A name in the manifest that is no name of a file',
    meaning:
      'The manifest names files of its own directory. This name holds a slash or a backslash, or is "..", "." or empty. It was edited, or made to lead elsewhere; rdbkit does not follow it.',
    servers: `Names with / or \\ are refused by all measured servers (${AOF_MEASURED}) at start, with the line; "..", "." and an empty name were not measured: they name a directory, which does not load.`,
    advice: EDIT_MANIFEST,
  },
  AOF_MANIFEST_BAD_SEQ: {
    title: 'A number in the manifest that cannot be',
    meaning: 'The seq of a line does not begin with a number, or is 0. Servers count from 1.',
    servers: MANIFEST_REFUSED,
    advice: EDIT_MANIFEST,
  },
  AOF_MANIFEST_BAD_TYPE: {
    title: 'A type in the manifest that does not exist',
    meaning: 'The type of a file is b (base), i (incr) or h (history), in lower case. This is another one.',
    servers: MANIFEST_REFUSED,
    advice: EDIT_MANIFEST,
  },
  AOF_MANIFEST_TWO_BASES: {
    title: 'Two base files in the manifest',
    meaning:
      'A set has at most one base file, and two lines have type b. Two manifests were joined, or one was edited.',
    servers: `${MANIFEST_REFUSED} ("Found duplicate base file information")`,
    advice: EDIT_MANIFEST,
  },
  AOF_MANIFEST_NOT_ASCENDING: {
    title: 'Incr files in the manifest that do not ascend',
    meaning:
      'The numbers of the incr files must go up from line to line, from 1 on. Here one is not higher than the one before: a line stands twice or in the wrong place.',
    servers: `${MANIFEST_REFUSED} ("Found a non-monotonic sequence number")`,
    advice: EDIT_MANIFEST,
  },
  AOF_MANIFEST_TOO_LARGE: {
    title: 'A manifest that is too large to be one',
    meaning:
      'A manifest has a line for each file of the set, a few hundred bytes in all. This file has more than 16 MiB, so it is something else under that name. It was not read.',
    servers: 'Not measured. Servers have no such limit; they exit at the first line that is none.',
    advice: 'Look at what the file is. Copy the manifest again from its source.',
  },
  AOF_MANIFEST_LISTS_NOTHING: {
    title: 'A manifest that lists no base and no incr file',
    meaning: 'There are only comments or lines of history. To a server the set is empty, whatever files lie beside it.',
    servers: `All measured servers (${AOF_MEASURED}) start with no keys, and write a new base file over one of the same name; history files that are listed they delete. The check tools succeed.`,
    advice: 'Do not start a server on it: that can overwrite the data. Copy the manifest again from its source.',
  },
  AOF_MANIFEST_NO_BASE: {
    title: 'A manifest without a base file',
    meaning:
      'Only incr files are listed. That is right for a set that was begun with an empty database and never rewritten, as Redis 8 writes it. Otherwise the line of the base is lost, and with it the larger part of the data.',
    servers: `All measured servers (${AOF_MEASURED}) load the incr files alone and start. The check tools succeed.`,
    advice:
      'If a base file lies beside the manifest, or the first incr file is not number 1, the line is missing: copy the manifest again.',
  },
  AOF_MANIFEST_FILE_TWICE: {
    title: 'A file that the manifest lists twice',
    meaning:
      'Two lines name the same file. Its commands are executed twice: counters count twice, lists get their elements twice.',
    servers: `All measured servers (${AOF_MEASURED}) load the file twice, without a word.`,
    advice: EDIT_MANIFEST,
  },
  AOF_MANIFEST_FIELD_UNKNOWN: {
    title: 'A field in the manifest that is not known',
    meaning:
      'Besides file, seq and type, Redis 8 writes startoffset and endoffset. Another field comes from a newer release, or from another program.',
    servers: `All measured servers (${AOF_MEASURED}) skip fields that they do not know.`,
    advice: NOTHING_TO_DO,
  },
  AOF_MANIFEST_UNUSUAL: {
    title: 'A line of the manifest that no server writes like that',
    meaning:
      'The line is valid, but has CR LF, blanks around it, another order, upper case, text behind a number, or a longer word for the type. Someone edited it, or a transfer converted its line ends.',
    servers: `All measured servers (${AOF_MEASURED}) read it. The check tools but that of Redis 7.0 do not take the file for a manifest when it does not begin with "file", and call it invalid.`,
    advice:
      'If a transfer converted line ends, the other files of the set may be damaged by it: copy all of them as binary.',
  },
} as const satisfies Family;
