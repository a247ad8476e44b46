import type { RehearseOptions } from '../rehearse/options.js';
import type { RehearsalReport } from '../rehearse/report.js';

/**
 * Holds a restore drill, as `rdbkit rehearse` does: a disposable server loads a full copy of the backup, every key is compared,
 * and nothing stays behind. The verdict is in the report: `restored` is the only good one. Rejects with BackupError for an
 * input that is no backup, with DisposableError when no drill could be held, and with the system's error.
 */
export async function rehearseBackup(
  path: string,
  options: Omit<RehearseOptions, 'keep'> = {},
): Promise<RehearsalReport> {
  // What talks to servers is loaded for those who want one.
  const { rehearse } = await import('../rehearse/rehearse.js');
  const { report } = await rehearse(path, options);
  return report;
}
