import type { RehearsalReport, Verdict } from '../../rehearse/report.js';
import { gauges, type Sample, seconds } from '../exposition.js';

const gauge = gauges('rdbkit_rehearse');
const VERDICTS: readonly Verdict[] = ['restored', 'different', 'failed', 'refused', 'unknown'];

export interface RehearseMetricsOptions {
  readonly nowMs: number;
  /** What the program exits with. */
  readonly exitStatus: number;
  /** The backup, as given. */
  readonly path: string;
}

/** A drill as metrics; `report` is undefined when none could be held. */
export function rehearseMetrics(report: RehearsalReport | undefined, options: RehearseMetricsOptions): string {
  const { nowMs, exitStatus, path } = options;
  const one = (value: number | null | undefined): Sample[] =>
    typeof value === 'number' ? [{ labels: { path }, value }] : [];
  const sum = (name: 'found' | 'compared' | 'missing' | 'different' | 'unsure' | 'extra' | 'expired') =>
    report?.server && report.compared !== 'nothing'
      ? one(report.databases.reduce((all, database) => all + database[name], 0))
      : [];
  const { server, readyMs, memory } = report ?? {};
  return [
    gauge('success', '1 when the backup was restored and is what it should be', one(Number(exitStatus === 0))),
    gauge(
      'verdict',
      '1 for how the drill ended; none of them is 1 when it could not be held',
      VERDICTS.map((verdict) => ({ labels: { path, verdict }, value: Number(report?.verdict === verdict) })),
    ),
    gauge(
      'info',
      'The server of the drill; always 1',
      server ? [{ labels: { path, server: server.name, version: server.version }, value: 1 }] : [],
    ),
    gauge('ready_seconds', 'From the start of the server until it had loaded everything', one(inSeconds(readyMs))),
    gauge('duration_seconds', 'How long the whole drill took', one(inSeconds(report?.durationMs))),
    gauge('memory_bytes', 'What the server used when it had loaded everything', one(memory?.used)),
    gauge('keys_memory_bytes', 'Of it, keys and the tables by which they are found', one(memory?.keys)),
    gauge('estimated_memory_bytes', 'What keys and their tables were estimated to take', one(memory?.estimated)),
    gauge('compared_keys', 'Keys that were compared: those that no command of a log may have changed', sum('compared')),
    gauge('keys', 'Keys of the backup that the server held', sum('found')),
    gauge('expired_keys', 'Keys that had expired when the drill began, and that a restart would drop', sum('expired')),
    gauge('missing_keys', 'Keys of the backup that the server did not hold', sum('missing')),
    gauge('different_keys', 'Keys with another type, value or expiry', sum('different')),
    gauge('unsure_keys', 'Keys whose value only a module could compare', sum('unsure')),
    gauge('extra_keys', 'Keys that the backup does not hold', sum('extra')),
    gauge('failed_commands', 'Commands of the log that failed', server ? one(report?.failedCommands.count) : []),
    gauge('exit_status', '0 restored, 1 not restored, 2 no drill could be held, 3 cannot tell', one(exitStatus)),
    gauge('last_run_timestamp_seconds', 'When this run ended', one(seconds(nowMs))),
    gauge(
      'last_success_timestamp_seconds',
      'When this run ended, if the backup was restored',
      exitStatus === 0 ? one(seconds(nowMs)) : [],
    ),
  ].join('');
}

function inSeconds(ms: number | null | undefined): number | undefined {
  return typeof ms === 'number' ? seconds(ms) : undefined;
}
