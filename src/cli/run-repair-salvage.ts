import { explain } from '../errors/explain.js';
import { RepairError } from '../repair/plan.js';
import type { Salvaged } from '../repair/salvage/salvage.js';
import { salvage } from '../repair/salvage/write-salvage.js';
import { textWidth } from '../report/format.js';
import { palette } from '../report/palette.js';
import { salvageJson } from '../report/salvage-json.js';
import { salvageText } from '../report/salvage-text.js';
import { inputName } from './ending.js';
import { ExitCode } from './exit-code.js';
import { ProgressBar } from './progress-bar.js';
import type { RepairFlags } from './repair.js';

const STATUS = { whole: ExitCode.OK, lost: ExitCode.TOLD, newer: ExitCode.UNKNOWN } as const;

/**
 * Runs `repair --salvage` and returns its exit status. `file`: the input, or a copy of it. Rejects with RepairError.
 */
export async function runSalvage(input: string, file: string, flags: RepairFlags): Promise<number> {
  if (flags.until !== undefined || flags.truncateAtDamage) {
    throw new RepairError('--until and --truncate-at-damage cut append-only files; --salvage is for RDB files');
  }
  const done = await work(file, flags);
  const shown = flags.json ? input : inputName(input);
  const salvaged = file === input ? done : { ...done, survey: { ...done.survey, input: shown } };
  const text = flags.json
    ? salvageJson(salvaged)
    : salvageText(salvaged, {
        quiet: flags.quiet ?? false,
        colors: palette(process.stdout, flags.color),
        width: textWidth(process.stdout),
        explain,
      });
  process.stdout.write(text);
  return STATUS[salvaged.outcome];
}

async function work(input: string, flags: RepairFlags): Promise<Salvaged> {
  const bar = new ProgressBar(flags.progress && !flags.quiet);
  try {
    return await salvage(input, flags.output, {
      includeSuspect: flags.includeSuspect ?? false,
      ...(flags.tmpDir === undefined ? {} : { tmpDir: flags.tmpDir }),
      ...(bar.wanted ? { onProgress: (done, total) => bar.update(done, total) } : {}),
    });
  } finally {
    bar.stop();
  }
}
