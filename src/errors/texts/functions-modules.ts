import type { Family } from '../explanation.js';
import { COPY_AGAIN, NOTHING_TO_DO, REDIS_810_UNMEASURED } from './phrases.js';

const LIBRARY_REFUSED =
  'Redis 7.0 and 8.0, Valkey 8.1 and 9.1 refuse to start from the file, although the check tools call it ok. Redis 6.0 has no functions.';
const LIBRARY_ADVICE =
  'Take the previous backup. If the source server still runs, load the library there again (FUNCTION LOAD REPLACE), then BGSAVE and verify.';

/** Function libraries, hash templates, modules. */
export const FUNCTIONS_MODULES = {
  FUNCTION_NO_HEADER: {
    title: 'A function library without its first line',
    meaning:
      'The source of a library begins with a line such as "#!lua name=mylib"; this one does not. The text is damaged, or another program wrote it.',
    servers: LIBRARY_REFUSED,
    advice: LIBRARY_ADVICE,
  },
  FUNCTION_BAD_HEADER: {
    title: 'A function library with a first line that servers do not take',
    meaning:
      'The first line names the engine and the library, as in "#!lua name=mylib". Here a name is missing or has characters other than letters, digits and underscores, or there is an option that no known release has.',
    servers: LIBRARY_REFUSED,
    advice: LIBRARY_ADVICE,
  },
  FUNCTION_ENGINE_UNKNOWN: {
    title: 'A function library for an engine that servers do not have',
    meaning:
      'The first line names the engine that runs the library. Servers have one, lua; Valkey since 8.1 can get others from modules.',
    servers: `${LIBRARY_REFUSED} With the module of the engine, Valkey should load it; that was not measured.`,
    advice: `If it is Valkey, load the module of the engine before the restore. Else: ${LIBRARY_ADVICE}`,
  },
  FUNCTION_NOT_COMPILABLE: {
    title: 'A function library that is no valid Lua 5.1',
    meaning:
      'The text of the library cannot be compiled. A server would not have taken it from a client, so the text is damaged, or another program wrote it.',
    servers: LIBRARY_REFUSED,
    advice: LIBRARY_ADVICE,
  },
  FUNCTION_FAILS: {
    title: 'A function library that fails while it is loaded',
    meaning:
      'Servers run the top level of a library to learn which functions it has. This one does something there that ends with an error, or registers no function, or one with a bad name or flag.',
    servers: LIBRARY_REFUSED,
    advice: LIBRARY_ADVICE,
  },
  FUNCTION_NAME_TWICE: {
    title: 'One function in two libraries',
    meaning:
      'Names of functions are common to all libraries of a server, whatever their case. Two libraries of the file register the same one, so the file was put together by another program.',
    servers: LIBRARY_REFUSED,
    advice: LIBRARY_ADVICE,
  },
  FUNCTION_UNCERTAIN: {
    title: 'A function library of which only a server can say whether it loads',
    meaning:
      'Servers run the top level of a library while they load the file. This one does more there than register functions, so without running it nobody can tell. Its header was checked. The server that wrote the file had loaded it; another release may not.',
    servers: 'Redis since 7.0 and Valkey refuse to start when a library fails.',
    advice:
      'Start a server of the release that you would restore to on a copy of the file, once, and look whether it comes up.',
  },
  FUNCTION_PRE_GA: {
    title: 'A function library in the form of the 7.0 release candidates',
    meaning:
      'Release candidates of Redis 7.0 stored libraries in another form (opcode 246). The file comes from such a server.',
    servers: 'Redis 7.0 still loads it. Redis 7.2 and newer and Valkey refuse it ("Pre-release function format").',
    advice: 'Load the file into Redis 7.0 and save it again with BGSAVE; that writes the released form.',
  },
  FUNCTION_LIBRARY_TWICE: {
    title: 'The same function library twice',
    meaning:
      'Two libraries in the file have one name. A server holds a name once, so another program put the file together, for example from several dumps.',
    servers: LIBRARY_REFUSED,
    advice:
      'Do not rely on a start from this file. Use the unmerged dumps, or make a new snapshot with BGSAVE on the source server.',
  },
  TEMPLATE_INVALID: {
    title: 'A hash template that breaks its rules',
    meaning:
      'Redis 8.10 keeps the field names of similar hashes in templates. A template needs at least one field, its fields in strictly ascending order (by length, then bytes), and a number of its own. This one breaks a rule: damage or a faulty writer.',
    servers: REDIS_810_UNMEASURED,
    advice: COPY_AGAIN,
  },
  TEMPLATE_UNKNOWN: {
    title: 'A hash that refers to a template that is not there',
    meaning:
      'The field names of the hash stand in a template that the file does not define in front of it. Without it the values have no names, and for some forms nobody can tell how many follow.',
    servers: REDIS_810_UNMEASURED,
    advice: COPY_AGAIN,
  },
  TEMPLATE_UNUSED: {
    title: 'A hash template that no key uses',
    meaning:
      'The file defines a template (Redis 8.10), but no hash refers to it. It takes a little space and holds no data.',
    servers: 'Not measured.',
    advice: `${NOTHING_TO_DO} If you miss hashes, compare the number of keys with what you expect.`,
  },
  MODULE_BAD_OPCODE: {
    title: 'An unknown opcode inside the data of a module',
    meaning:
      'Module data is a row of values, each announced by an opcode from 1 to 5, and ended by 0. Another number is damage, and where the data ends cannot be told, so nothing behind it was checked.',
    servers:
      'Not measured for values. Without the module no measured server (Redis 6.0, 7.0 and 8.0, Valkey 8.1 and 9.1) starts from module data at all, sound or not.',
    advice: COPY_AGAIN,
  },
  MODULE_AUX_INVALID: {
    title: 'A module record outside the keys that is malformed',
    meaning:
      'A MODULE_AUX record must say whether it belongs before or after the keys, in a fixed form; this one does not. It is damage or a faulty writer.',
    servers:
      'Not measured for malformed ones. Without the module no measured server (Redis 6.0, 7.0 and 8.0, Valkey 8.1 and 9.1) starts from such a record, sound or not.',
    advice: COPY_AGAIN,
  },
} as const satisfies Family;
