// Options that several commands have, spelled and described in one way.
import { Option } from 'commander';

/** `-q, --quiet` of commands whose result is data: it stays, and only what is wrong is said beside it. */
export function quietOption(): Option {
  return new Option('-q, --quiet', 'say nothing on standard error but what is wrong');
}

/** `--tmp-dir` of commands that have a server execute logs. */
export function logDirOption(): Option {
  return new Option('--tmp-dir <dir>', "where the copy of an append-only log goes (default: the system's)");
}
