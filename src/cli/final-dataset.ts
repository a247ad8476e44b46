import type { Materialize, OpenDatasetOptions } from '../backup/dataset.js';
import { STANDARD_INPUT } from '../backup/open.js';
import { printableText } from '../keyspace/bytes-text.js';
import type { MaterializeReport } from '../materialize/report.js';
import { plural } from '../report/format.js';
import { inputName } from './ending.js';

/** Where the copy goes (default the system's directory), and what the input is called when it was copied itself. */
interface MaterializerOptions {
  readonly tmpDir?: string | undefined;
  readonly shown?: string | undefined;
  /** Says nothing where all goes well. */
  readonly quiet?: boolean | undefined;
}

/**
 * What opens a log whose data only a server can tell: a disposable server executes a copy of it, and standard error says so.
 * Loaded when it is needed.
 */
export function materializer({ tmpDir, shown, quiet = false }: MaterializerOptions = {}): Materialize {
  return async (path, shownPath) => {
    const { finalDataset } = await import('../materialize/dataset.js');
    return finalDataset(path, {
      tmpDir,
      onMade: quiet ? undefined : (report) => note(shown ?? shownPath ?? path, report),
    });
  };
}

/** How commands open an input for its keys. */
export function openingOf(input: string, { tmpDir, quiet }: Omit<MaterializerOptions, 'shown'>): OpenDatasetOptions {
  const shown = input === STANDARD_INPUT ? input : undefined;
  return { materialize: materializer({ tmpDir, quiet, shown }), tmpDir };
}

function note(path: string, { server, commands }: MaterializeReport): void {
  if (!server) return;
  const { name, version } = server;
  const followed = `${plural(commands, 'command')} ${commands === 1 ? 'follows' : 'follow'}`;
  process.stderr.write(
    `rdbkit: ${inputName(path)}: ${followed}; this is the final dataset, as ${name} ${printableText(version)} makes it of a copy\n`,
  );
}
