import type { Family } from '../explanation.js';
import { AOF_MEASURED, DAMAGED_LOG } from './aof-phrases.js';
import { NOTHING_TO_DO } from './phrases.js';

const CRITICAL = 'while they log a line with "== CRITICAL =="';

/** What the commands of an append-only file say. */
export const AOF_COMMANDS = {
  AOF_NESTED_MULTI: {
    title: 'A MULTI inside a transaction',
    meaning:
      'A second MULTI stands before the EXEC of the first. The EXEC between them is missing: part of the file was lost, or files were joined.',
    servers: `All measured servers (${AOF_MEASURED}, and Redis 6.0) load it, and execute the commands of both; Redis logs a line with "== CRITICAL ==". The check tools call the file invalid, and their --fix would cut from the first MULTI on.`,
    advice: DAMAGED_LOG,
  },
  AOF_EXEC_WITHOUT_MULTI: {
    title: 'An EXEC without a MULTI',
    meaning:
      'A transaction ends that never began. Its MULTI was lost: the file was cut at its start, or files were joined. The commands before the EXEC are executed all the same.',
    servers: `All measured servers (${AOF_MEASURED}) load it ${CRITICAL}; the check tools call the file invalid, and their --fix would cut from the EXEC on.`,
    advice: DAMAGED_LOG,
  },
  AOF_DISCARD_IN_MULTI: {
    title: 'A DISCARD inside a transaction',
    meaning:
      'Servers never log DISCARD: a transaction that was given up leaves nothing. Another program wrote this, such as a recorder of client traffic.',
    servers: `All measured servers (${AOF_MEASURED}) queue it like any command, so the transaction does not end there. Without an EXEC everything from its MULTI on is cut; with one, all of them die of it (SIGSEGV), Redis 6.0 too. The check tools call such a file invalid.`,
    advice: 'Take the MULTI, the DISCARD and all between them out, on a copy; they were meant to have no effect.',
  },
  AOF_SELECT_INVALID: {
    title: 'SELECT without the number of a database',
    meaning:
      'The argument of SELECT is no number from 0 on. The commands that follow go to the database that was selected before, where they may overwrite keys.',
    servers: `All measured servers (${AOF_MEASURED}) refuse such a SELECT ${CRITICAL}, and load on into the database selected before. The check tools say nothing.`,
    advice: DAMAGED_LOG,
  },
  AOF_DB_OUT_OF_RANGE: {
    title: 'SELECT of a database that the server does not have',
    meaning:
      'The log selects a database beyond the number that the server is configured for (databases, 16 by default; one in cluster mode). The server refuses the SELECT, and the commands that follow go to the database selected before: keys of two databases are mixed.',
    servers: `All measured servers (${AOF_MEASURED}) load it ${CRITICAL}, with the keys in the wrong database. The check tools say nothing.`,
    advice: 'Start the server with databases set above the highest number in the log.',
  },
  AOF_UNKNOWN_COMMAND: {
    title: 'A command that the server does not know',
    meaning:
      'A name stands in the log that the release at hand has no command for: it was written by a newer release or by one with a module, the command is renamed in its configuration, or the name is damaged.',
    servers: `All measured servers (${AOF_MEASURED}) exit when they meet it ("Unknown command … reading the append only file"), also inside transactions. The check tools say nothing.`,
    advice:
      'Load the set into the release that wrote it, with the same modules and the same rename-command lines. If the name is damaged, copy the file again.',
  },
  AOF_WRONG_ARITY: {
    title: 'A command with too few or too many arguments',
    meaning:
      'The command is known, but cannot have so many arguments. Its number of arguments is damaged, or another program wrote the file.',
    servers:
      'Redis 7.0 and 8.0 die of it while they load (SIGSEGV); Valkey 8.1 and 9.1 exit with a message. Redis 6.0 reads past the arguments: it dies, or stores whatever lay there. The check tools say nothing.',
    advice: DAMAGED_LOG,
  },
  AOF_COMMAND_REACHES_OUT: {
    title: 'A command that does more than change data',
    meaning:
      'The log holds a command that servers do not log, and that changes configuration, users, replication or modules, or runs a script. Loading a log executes it: it is a program. Someone put it there, or recorded client traffic.',
    servers:
      'Measured while loading: CONFIG SET, ACL SETUSER, REPLICAOF and EVAL are executed, and MODULE LOAD opens the library even with enable-module-command no; SHUTDOWN has no effect. Redis 4 and 5 logged EVAL and EVALSHA themselves (by their source), and Redis 6.0 logs SCRIPT LOAD. The check tools say nothing.',
    advice:
      'Do not start a server on it before you know where it comes from. Look at the command at the offset; cut it out on a copy if it does not belong there.',
  },
  AOF_COMMAND_WITHOUT_EFFECT: {
    title: 'A command that changes nothing',
    meaning:
      'The log holds a command that only reads, or that is about a connection. Servers do not log these (but PFCOUNT): another program wrote the file, such as a recorder of client traffic.',
    servers: `All measured servers (${AOF_MEASURED}) execute it without effect while they load. The check tools say nothing.`,
    advice: NOTHING_TO_DO,
  },
} as const satisfies Family;
