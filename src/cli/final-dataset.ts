import type { Materialize } from '../backup/dataset.js';
import { printableText } from '../keyspace/bytes-text.js';
import type { MaterializeReport } from '../materialize/report.js';
import { plural } from '../report/format.js';
import { inputName } from './ending.js';

/** Where the copy goes (default the system's directory), and what the input is called when it was copied itself. */
interface MaterializerOptions {
  readonly tmpDir?: string | undefined;
  readonly shown?: string | undefined;
}

/**
 * What opens a log whose data only a server can tell: a disposable server executes a copy of it, and standard error says so.
 * Loaded when it is needed.
 */
export function materializer({ tmpDir, shown }: MaterializerOptions = {}): Materialize {
  return async (path) => {
    leaveOnSignals();
    const { finalDataset } = await import('../materialize/dataset.js');
    return finalDataset(path, { tmpDir, onMade: (report) => note(shown ?? path, report) });
  };
}

function note(path: string, { server, commands }: MaterializeReport): void {
  if (!server) return;
  const { name, version } = server;
  const followed = `${plural(commands, 'command')} ${commands === 1 ? 'follows' : 'follow'}`;
  process.stderr.write(
    `rdbkit: ${inputName(path)}: ${followed}; this is the final dataset, as ${name} ${printableText(version)} makes it of a copy\n`,
  );
}

let isPrepared = false;

/** Whatever ends the program, the server and its directory go with it: at its exit. */
export function leaveOnSignals(): void {
  if (isPrepared) return;
  isPrepared = true;
  process.once('SIGTERM', () => process.exit(143));
  process.once('SIGHUP', () => process.exit(129));
}
