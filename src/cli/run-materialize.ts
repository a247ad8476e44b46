import type { Spool } from '../backup/spool.js';
import { DisposableError } from '../disposable/errors.js';
import { printableText } from '../keyspace/bytes-text.js';
import { LiveError } from '../live/live-error.js';
import { materialize } from '../materialize/materialize.js';
import type { MaterializePhase } from '../materialize/options.js';
import type { MaterializeReport } from '../materialize/report.js';
import { NoLogError, RepairError } from '../repair/plan.js';
import { textWidth } from '../report/format.js';
import { materializeJson } from '../report/materialize/materialize-json.js';
import { materializeText } from '../report/materialize/materialize-text.js';
import { palette } from '../report/palette.js';
import { inputName, tellFailure } from './ending.js';
import { ExitCode } from './exit-code.js';
import type { MaterializeFlags } from './materialize.js';
import { PhaseBars } from './phase-bars.js';
import { spoolOf } from './spool-input.js';

/** What stands in front of the bar. */
const LABELS: Readonly<Record<MaterializePhase, string>> = {
  read: 'reading  ',
  look: 'looking  ',
  copy: 'copying  ',
  load: 'loading  ',
  save: 'saving   ',
  check: 'checking ',
};

/** Runs the command and returns its exit status. */
export async function runMaterialize(input: string, flags: MaterializeFlags): Promise<number> {
  const { output, until, server, trust, timeout, tmpDir } = flags;
  const bars = new PhaseBars(flags.progress && !flags.quiet, LABELS);
  let spool: Spool | undefined;
  try {
    spool = await spoolOf(input, tmpDir);
    const made = await materialize(spool?.path ?? input, output, {
      ...{ untilMs: until, server, trust, timeoutMs: timeout, tmpDir },
      ...(bars.wanted ? { onProgress: bars.update } : {}),
    });
    bars.stop();
    const report = spool ? { ...made, path: input } : made;
    const text = flags.json
      ? materializeJson(report, output)
      : materializeText({ ...report, path: inputName(report.path) }, output, {
          quiet: flags.quiet ?? false,
          colors: palette(process.stdout, flags.color),
          width: textWidth(process.stdout),
        });
    process.stdout.write(text);
    return statusOf(input, report);
  } catch (error) {
    bars.stop();
    if (error instanceof DisposableError || error instanceof LiveError) {
      process.stderr.write(`rdbkit: ${inputName(input)}: ${printableText(error.message)}\n`);
      return ExitCode.TROUBLE;
    }
    if (!(error instanceof RepairError)) return tellFailure(input, error);
    const isDump = error instanceof NoLogError;
    const reason = isDump
      ? `${inputName(input)}: it is an RDB, and no log of commands follows: its data stand in it as they are`
      : error.message;
    process.stderr.write(`rdbkit: ${printableText(reason)}\n`);
    return ExitCode.TROUBLE;
  } finally {
    spool?.remove();
  }
}

function statusOf(input: string, { verdict, refusals }: MaterializeReport): number {
  if (verdict === 'made') return ExitCode.OK;
  const said = verdict === 'incomplete' ? 'the result is not whole' : 'nothing was written';
  process.stderr.write(`rdbkit: ${inputName(input)}: ${said}\n`);
  return refusals.some(({ unknown }) => unknown) ? ExitCode.UNKNOWN : ExitCode.TOLD;
}
