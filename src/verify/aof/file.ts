import type { LogResult } from '../../aof/log-result.js';
import type { Demands } from '../../servers/loadability.js';
import { RELEASES, type Release, releaseNamed, releaseOf } from '../../servers/releases.js';
import { Findings } from '../findings.js';
import { setupOf } from '../loads.js';
import { withFindings } from '../make-report.js';
import type { VerifyOptions } from '../options.js';
import type { FileReport, LoadReport } from '../report.js';
import { type AofFacts, aofLoad } from './loads.js';

/** Adds to the report of an append-only file or set whether servers would start from it. */
export function withAofLoads(file: FileReport, known: Omit<AofFacts, 'named'>, options: VerifyOptions): FileReport {
  const explicit = (options.targets ?? []).length > 0;
  const facts: AofFacts = { ...known, named: explicit };
  const findings = new Findings();
  const loads: LoadReport[] = [];
  for (const release of explicit ? named(options) : [writerOf(facts, options)]) {
    const setup = setupOf(options, explicit);
    const told = new Findings();
    for (const truncated of ['yes', 'no'] as const) {
      // What is wrong is the same for both; it is told once.
      loads.push(aofLoad(release, setup, facts, truncated, truncated === 'yes' ? told : new Findings()));
    }
    if (explicit || file.errors === 0) for (const one of told.kept) findings.add(one.code, one.offset, one.message);
  }
  const report = withFindings({ ...file, loads }, findings, options);
  const verdicts = loads.map(({ verdict }) => verdict);
  const partly = options.failOnPartly === true && verdicts.includes('partly');
  const unknown = options.failOnUnknown === true && verdicts.includes('unknown');
  return partly || unknown ? { ...report, ok: false } : report;
}

function named({ targets = [] }: VerifyOptions): Release[] {
  return [...new Set(targets.map(releaseNamed))].filter((release) => release !== undefined);
}

/**
 * The release that wrote it, when an RDB in it says so. Logs do not name their writer: then the oldest release that would
 * start from it stands for it, else the newest Redis that was tried.
 */
function writerOf(facts: AofFacts, options: VerifyOptions): Release {
  for (const { demands } of facts.parts) {
    const release = demands && writerOfRdb(demands);
    if (release) return release;
  }
  const setup = setupOf(options, false);
  const strict = { ...facts, named: true };
  const starts = (release: Release) => aofLoad(release, setup, strict, 'yes', new Findings()).verdict !== 'no';
  return (
    RELEASES.find(starts) ??
    RELEASES.filter(({ lineage, measured }) => lineage === 'redis' && measured).at(-1) ??
    RELEASES[0]
  );
}

function writerOfRdb({ producer }: Demands): Release | undefined {
  return producer?.version ? releaseOf(producer.name, producer.version) : undefined;
}

/** What a log says of time: the last annotation, else when the file was written to. */
export function madeAt(
  log: LogResult | undefined,
  modifiedMs: number | undefined,
): Pick<FileReport, 'createdAtMs' | 'createdAtSource'> {
  if (log?.lastTimestamp !== undefined) return { createdAtMs: log.lastTimestamp * 1000, createdAtSource: 'annotation' };
  if (modifiedMs !== undefined) return { createdAtMs: modifiedMs, createdAtSource: 'modified' };
  return { createdAtMs: null };
}
