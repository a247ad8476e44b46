import type { Family } from '../explanation.js';
import { AOF_ALL_LOAD_CHECK_MINDS, AOF_ALL_REFUSE, AOF_MEASURED, DAMAGED_LOG, TORN_LOG } from './aof-phrases.js';
import { NOT_MEASURED, NOTHING_TO_DO } from './phrases.js';

/** The command log of append-only files: framing and annotations. */
export const AOF_LOG = {
  AOF_TRUNCATED_TAIL: {
    title: 'The log ends inside a command',
    meaning:
      'The last command is not all there. That is normal for a copy of a running server, and after a crash or power loss: the writes of the last moments are missing. In a file that is not the last one of its set, it means a bad copy.',
    servers: `The last file of a set: with aof-load-truncated yes (the default) all measured servers (${AOF_MEASURED}) cut it after the last whole command and start; with no they exit. Any other file: they cut it, then exit, and at the second start come up with the data silently missing. The check tools report it.`,
    advice: TORN_LOG,
  },
  AOF_TRUNCATED_MIDDLE: {
    title: 'A file in front of others of its set was cut',
    meaning:
      'Commands are missing in the middle of the history: a file that is not the last one ends inside a command or a transaction. Everything behind was written on top of what is lost.',
    servers: `All measured servers (${AOF_MEASURED}) shorten the file and exit. At the second start they come up without a word, with the data missing, and the check tools call the set valid from then on. With aof-load-truncated no they exit and leave the file as it is.`,
    advice:
      'Do not start a server on this set, and not on hard links to it: the start changes the files. Copy the set again from its source, or take the previous backup.',
  },
  AOF_OPEN_MULTI: {
    title: 'The log ends inside a transaction',
    meaning:
      'A MULTI has no EXEC: the file was cut, or the server died, before the transaction was complete. Nothing of it takes effect. The place to cut is before the MULTI.',
    servers:
      'When the last command is whole, all measured servers with aof-load-truncated yes cut the last file before the MULTI and start. When the file also ends inside a command, Redis 7.0 and 8.0 and Valkey 8.1 cut behind the last whole command: the MULTI stays, the server appends to it, and the next start throws all that away. Valkey 9.1 cuts before the MULTI.',
    advice:
      'Cut the file before the MULTI, on a copy, before any server starts from it. Where a server was started already, make it write a new set with BGREWRITEAOF at once.',
  },
  AOF_ZERO_TAIL: {
    title: 'Zero bytes up to the end of the log',
    meaning:
      'From some place on there are only zero bytes. The file system had made the room, and power was lost before the data arrived; or a copy was preallocated and never finished. What stands in front can be whole.',
    servers: `All measured servers (${AOF_MEASURED}) refuse to start from it: to them it is a format error, not a cut end, and aof-load-truncated does not help. Redis 8.4 and later can cut it with aof-load-corrupt-tail-max-size (by its documentation). The check tools report it.`,
    advice:
      'If there is a copy without the zeros, take it. Otherwise cut the zeros off, on a copy: everything in front of them loads.',
  },
  AOF_LENGTH_PAST_END: {
    title: 'A length swallows the commands behind it',
    meaning:
      'An argument claims more bytes than the file has left, but what follows it looks like commands. So the length is damaged, not the end: the commands behind it are there, and a server does not see them.',
    servers:
      'A length of 100,000: with aof-load-truncated yes all measured servers take it for a cut end, cut the last file there and start without the commands behind it. A length of 99,999,999,999: Redis 7.0 does the same, Redis 6.0 and 8.0, Valkey 8.1 and 9.1 die of it (out of memory). The check tools report it, or die as well.',
    advice:
      'Do not start a server on it: the commands behind would be lost without a word. Copy the file again from its source. If it stays like that, the true length can often be seen, as the next line is known.',
  },
  AOF_BAD_COUNT: {
    title: 'A command without a number of arguments',
    meaning:
      'A command begins with * and the number of its arguments. Here that number is missing, zero, negative or impossible: the bytes are damaged, or the place is not the start of a command at all.',
    servers: `All measured servers (${AOF_MEASURED}) refuse to start from *0, *-1 and *x ("Bad file format"). The check tools pass *0 and *-1, and report the others.`,
    advice: DAMAGED_LOG,
  },
  AOF_BAD_LENGTH: {
    title: 'An argument without a length',
    meaning:
      'An argument begins with $ and its length. Here no number follows: the bytes are damaged, or an earlier length led to a wrong place.',
    servers: `All measured servers (${AOF_MEASURED}) take such a length for 0 and lose their place, and refuse to start ("Bad file format"). The check tools report it.`,
    advice: DAMAGED_LOG,
  },
  AOF_NEGATIVE_LENGTH: {
    title: 'An argument of negative length',
    meaning:
      'The length of an argument is below zero, as $-1 is in replies that mean nothing. Logs never hold it: the bytes are damaged, or another program wrote the file.',
    servers: `All measured servers (${AOF_MEASURED}, and Redis 6.0) die of $-1 while they load; the check tools report it.`,
    advice: DAMAGED_LOG,
  },
  AOF_ARGUMENT_TOO_LARGE: {
    title: 'An argument that does not fit this machine',
    meaning:
      'An argument whose content is needed is larger than the memory that the system gives. Nothing is said about the rest of the file.',
    servers: 'Not a matter of the content: a server that loads it needs the same memory and more.',
    advice: 'Verify on a machine with more memory, or without a limit on address space (ulimit -v).',
  },
  AOF_EXPECTED_ARGUMENT: {
    title: 'A command with fewer arguments than it claims',
    meaning:
      'A command says how many arguments it has, and where the next one should begin with $, something else stands. Either the number is damaged, or the length of the argument before, or bytes were removed or inserted.',
    servers: AOF_ALL_REFUSE,
    advice: DAMAGED_LOG,
  },
  AOF_BLANK_LINE: {
    title: 'An empty line in the log',
    meaning:
      'A line end stands where a command should begin. Nobody writes that: the length of the argument before is damaged, or someone opened the file in an editor. Clients may send empty lines, logs may not hold them.',
    servers: AOF_ALL_REFUSE,
    advice: DAMAGED_LOG,
  },
  AOF_TEXT: {
    title: 'Text in the log where a command should begin',
    meaning:
      'Readable text stands where a command should begin with *. It may be a command as typed by hand (SET a 1), which logs may not hold, a line from another file, or the rest of an argument whose length is damaged.',
    servers: AOF_ALL_REFUSE,
    advice: DAMAGED_LOG,
  },
  AOF_GARBAGE: {
    title: 'Bytes in the log that belong to no command',
    meaning:
      'Where a command should begin with *, other bytes stand. At the end of the file they may be all that is wrong: a disk that returned old content, or a file that was overwritten. In the middle, the length of the argument before is damaged, or a block is.',
    servers: `${AOF_ALL_REFUSE} A tail of garbage is no cut end to them. Redis 8.4 and later can cut a small one with aof-load-corrupt-tail-max-size (by its documentation).`,
    advice: DAMAGED_LOG,
  },
  AOF_RDB_INSIDE: {
    title: 'An RDB file inside the log',
    meaning:
      'An RDB header stands where a command should begin. An RDB can stand only at the very start of a file. Two files were joined, or one was written over the other.',
    servers: AOF_ALL_REFUSE,
    advice: 'Split the file there and look at both parts: each may be whole. Find out which program joined them.',
  },
  AOF_ARGUMENT_NOT_TERMINATED: {
    title: 'No CR LF behind an argument',
    meaning:
      'Behind the bytes of an argument CR LF must follow, and other bytes stand there. The length is damaged, the argument is, or just these two bytes. If the log goes on well behind them, the argument itself may still be right.',
    servers: `All measured servers (${AOF_MEASURED}) skip two bytes there, whatever they are, and load; when the length is the damage, they lose their place and refuse at the next command. The check tools call the file invalid.`,
    advice:
      'Something changed the file after it was written, so other bytes may be wrong, too, and nothing would show it. Copy it again from its source.',
  },
  AOF_LINE_END: {
    title: 'Lines that end with LF instead of CR LF',
    meaning:
      'A header line of a command has lost its CR. A transfer in text mode or a tool that converts line ends does that, and the same tool may have changed values.',
    servers: AOF_ALL_LOAD_CHECK_MINDS,
    advice:
      'Copy the file again, as binary. Do not trust a load of this one: values that hold CR LF have lost bytes, and lengths show it only by chance.',
  },
  AOF_NUMBER_JUNK: {
    title: 'Something behind a number in the log',
    meaning:
      'Behind the number of arguments or a length, before the line end, stand other bytes. No server writes that: the line was damaged or edited.',
    servers: AOF_ALL_LOAD_CHECK_MINDS,
    advice: DAMAGED_LOG,
  },
  AOF_NUMBER_UNUSUAL: {
    title: 'A number in the log that no server writes like that',
    meaning:
      'A number of arguments or a length has blanks, a plus sign or zeros in front. Another program wrote the file, or a byte was changed. It reads the same.',
    servers: `All measured servers (${AOF_MEASURED}) load it without a word; the check tools call the file valid.`,
    advice: 'Ask which program made the file. If a server wrote it, copy it again: then a byte has changed.',
  },
  AOF_ANNOTATION_TOO_LONG: {
    title: 'An annotation that is too long',
    meaning:
      'A line that begins with # has more than 1023 bytes. Servers read only so much of it, and take the rest for a command. Only another program writes such lines; or a byte that became a # swallows what follows.',
    servers: AOF_ALL_REFUSE,
    advice: DAMAGED_LOG,
  },
  AOF_ANNOTATION_CUT: {
    title: 'The log ends inside an annotation',
    meaning:
      'The last line begins with # and has no line end: the file was cut there. No data are missing that stood before it.',
    servers: `All measured servers (${AOF_MEASURED}) skip the line and start; what they then append stands in the same line, and the next start ends with "Bad file format". The check tools call the file valid. Redis 6.0 knows no annotations and refuses it.`,
    advice: 'Cut the line off, on a copy, before a server appends to the file.',
  },
  AOF_ANNOTATION_UNKNOWN: {
    title: 'An annotation of an unknown kind',
    meaning:
      'A line begins with # and is not #TS. The measured releases write only timestamps; a newer one may write others, and another program may leave comments.',
    servers: `All measured servers (${AOF_MEASURED}) skip every line that begins with #. Redis 6.0 knows none and refuses them.`,
    advice: NOTHING_TO_DO,
  },
  AOF_TIMESTAMP_INVALID: {
    title: 'A timestamp that is no number',
    meaning: 'Behind #TS: a number of seconds since 1970 must stand. The line was damaged or edited.',
    servers: `All measured servers (${AOF_MEASURED}) skip annotations without reading them, Redis 6.0 refuses all of them; check tools read them only with --truncate-to-timestamp.`,
    advice: 'The data load. For a cut at a point in time use the timestamps around it.',
  },
  AOF_TIMESTAMP_BACKWARDS: {
    title: 'Timestamps that go back',
    meaning:
      'A timestamp is lower than the one before. The clock of the server was set back, or parts of different files were joined.',
    servers: NOT_MEASURED,
    advice:
      'Nothing for loading. A cut at a point in time takes the first timestamp that is later than the time asked for: check that this is the place you mean.',
  },
} as const satisfies Family;
