import type { Spool } from '../backup/spool.js';
import { explain } from '../errors/explain.js';
import { printableText } from '../keyspace/bytes-text.js';
import { RepairError, type RepairPlan } from '../repair/plan.js';
import { planRepair } from '../repair/plan-repair.js';
import { outputTrouble, writeRepair } from '../repair/write-repair.js';
import { textWidth } from '../report/format.js';
import { palette } from '../report/palette.js';
import { repairJson } from '../report/repair-json.js';
import { repairText } from '../report/repair-text.js';
import { inputName, tellFailure } from './ending.js';
import { ExitCode } from './exit-code.js';
import { ProgressBar } from './progress-bar.js';
import type { RepairFlags } from './repair.js';
import { runSalvage } from './run-repair-salvage.js';
import { spoolOf } from './spool-input.js';

/** Runs the command and returns its exit status. */
export async function runRepair(input: string, flags: RepairFlags): Promise<number> {
  const { output, until } = flags;
  let spool: Spool | undefined;
  try {
    const taken = outputTrouble(output, input);
    if (taken !== undefined) throw new RepairError(taken);
    spool = await spoolOf(input, flags.tmpDir);
    const file = spool?.path ?? input;
    if (flags.salvage) return await runSalvage(input, file, flags);
    if (flags.includeSuspect) throw new RepairError('--include-suspect goes with --salvage');
    const done = await repair(file, flags);
    const { written } = done;
    const plan = spool ? planOf(done.plan, file, flags.json ? input : inputName(input)) : done.plan;
    const outcome = { plan, output, written, untilMs: until };
    const text = flags.json
      ? repairJson(outcome)
      : repairText(outcome, {
          quiet: flags.quiet ?? false,
          colors: palette(process.stdout, flags.color),
          width: textWidth(process.stdout),
          explain,
        });
    process.stdout.write(text);
    if (written) return ExitCode.OK;
    process.stderr.write(`rdbkit: ${inputName(input)}: nothing was written\n`);
    return plan.refusals.some(({ unknown }) => unknown) ? ExitCode.UNKNOWN : ExitCode.TOLD;
  } catch (error) {
    if (!(error instanceof RepairError)) return tellFailure(input, error);
    const message = spool ? error.message.replaceAll(spool.path, inputName(input)) : error.message;
    process.stderr.write(`rdbkit: ${printableText(message)}\n`);
    return ExitCode.TROUBLE;
  } finally {
    spool?.remove();
  }
}

/** The plan for a copy of the input, told as that of the input. */
function planOf(plan: RepairPlan, copy: string, shown: string): RepairPlan {
  const named = <T extends { readonly path: string }>(each: T): T =>
    each.path === copy ? { ...each, path: shown } : each;
  return {
    ...plan,
    input: shown,
    parts: plan.parts.map(named),
    cut: plan.cut && named(plan.cut),
    findings: plan.findings.map(named),
    refusals: plan.refusals.map(named),
  };
}

async function repair(input: string, flags: RepairFlags): Promise<{ plan: RepairPlan; written: boolean }> {
  const bar = new ProgressBar(flags.progress && !flags.quiet);
  let read = 0;
  let size: number | undefined;
  try {
    const plan = await planRepair(input, {
      ...(flags.until === undefined ? {} : { untilMs: flags.until }),
      truncateAtDamage: flags.truncateAtDamage ?? false,
      onProgress: (done, total) => {
        read = done;
        size = total;
        // Read once, and then copied.
        if (bar.wanted) bar.update(done, total === undefined ? undefined : 2 * total);
      },
    });
    if (plan.refusals.length > 0) return { plan, written: false };
    await writeRepair(plan, flags.output, {
      onProgress: (done) => {
        if (bar.wanted) bar.update(read + done, size === undefined ? undefined : 2 * size);
      },
    });
    return { plan, written: true };
  } finally {
    bar.stop();
  }
}
