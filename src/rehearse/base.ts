// The dump that a backup is, or that commands follow.
import { type Dataset, datasetOf, openDataset } from '../backup/dataset.js';
import { openInput, openPart } from '../backup/open.js';
import type { BackupFiles } from '../disposable/backup-files.js';

/**
 * Opens the dump in front of the commands of a log, as a dataset of its own: its keys before any of them. Whoever opened it
 * closes it. Rejects with BackupError when the log begins with commands.
 */
export async function openBase(files: BackupFiles): Promise<Dataset> {
  if (files.kind === 'rdb') return openDataset(files.path);
  const base = files.kind === 'aof-set' ? files.set.parts.find(({ entry }) => entry.role === 'base') : undefined;
  const dataset = await datasetOf(files.path, await (base ? openPart(base.path) : openInput(files.path)));
  return {
    ...dataset,
    async scan(options) {
      const { findings, ...result } = await dataset.scan(options);
      const ours = findings.filter(({ code }) => code !== 'AOF_COMMANDS_BEHIND');
      if (ours.length === findings.length || result.limited) return { ...result, findings };
      const isDamaged = ours.some(({ severity }) => severity === 'error');
      return { ...result, complete: true, outcome: isDamaged ? 'damaged' : 'sound', findings: ours };
    },
  };
}
