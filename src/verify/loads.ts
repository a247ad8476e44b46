import type { FindingCode } from '../errors.js';
import {
  type Demands,
  type Outlook,
  outlook,
  requirements,
  type ServerSetup,
  stockSetup,
} from '../servers/loadability.js';
import {
  type Release,
  releaseName,
  releaseNamed,
  releaseNames,
  releaseOf,
  releaseThatWrites,
} from '../servers/releases.js';
import { Findings } from './findings.js';
import { withFindings } from './make-report.js';
import type { VerifyOptions } from './options.js';
import { OptionsError } from './options-error.js';
import type { FileReport, LoadReport, LoadVerdict } from './report.js';

/** A server that is asked about. */
interface Target {
  readonly name: string;
  /** undefined for a product or release that is not known here. */
  readonly release: Release | undefined;
  readonly setup: ServerSetup;
  /** The release that wrote the file. */
  readonly own: boolean;
}

const NO_DROPS = { expiredKeys: 0, emptyKeys: 0, expiredFields: 0 };

/** Throws OptionsError when a target has no name that is known. */
export function checkTargets({ targets = [] }: VerifyOptions): void {
  for (const name of targets) {
    if (releaseNamed(name)) continue;
    throw new OptionsError(`${JSON.stringify(name)} is no release known here; known are ${releaseNames().join(', ')}`);
  }
}

/**
 * Adds to the report whether servers would start from the file, and a finding for each reason why one would not that is not
 * a finding of the file already.
 */
export function withLoads(file: FileReport, demands: Demands, options: VerifyOptions): FileReport {
  const findings = new Findings();
  const targets = targetsOf(file, demands, options);
  const loads = targets.map((target) => loadReport(file, demands, target, findings));
  const needs = requirements(demands);
  if (needs.length > 0) {
    findings.add('TARGET_NEEDS', null, `a server that is to load the file needs ${needs.map(needText).join(', ')}`);
  }
  const report = withFindings({ ...file, loads }, findings, options);
  const verdicts = loads.map(({ verdict }) => verdict);
  const partly = options.failOnPartly === true && verdicts.includes('partly');
  const unknown = options.failOnUnknown === true && verdicts.includes('unknown');
  return partly || unknown ? { ...report, ok: false } : report;
}

/** The same for content that is no RDB: no server starts from what is empty or something else. */
export function withRefusals(file: FileReport, { targets = [] }: VerifyOptions): FileReport {
  const verdict = file.outcome === 'unknown' ? 'unknown' : 'no';
  const loads = [...new Set(targets.map(releaseNamed))]
    .filter((release) => release !== undefined)
    .map(
      (release): LoadReport => ({
        target: releaseName(release),
        verdict,
        basis: release.measured ? 'measured' : 'expected',
        requires: [],
        drops: NO_DROPS,
        reasons: codesOf(file, 'error'),
      }),
    );
  return { ...file, loads };
}

/** What a server has: the release that wrote the file what that proves, a server that is named its defaults. */
export function setupOf({ databases, modules, cluster }: VerifyOptions, named: boolean): ServerSetup {
  if (!named) return { databases, modules, cluster };
  const stock = stockSetup(cluster ?? false);
  return { databases: databases ?? stock.databases, modules: modules ?? stock.modules, cluster: stock.cluster };
}

function targetsOf(file: FileReport, demands: Demands, options: VerifyOptions): Target[] {
  const { targets = [] } = options;
  if (targets.length === 0) {
    return [{ ...writer(file, demands), setup: setupOf(options, false), own: true }];
  }
  const setup = setupOf(options, true);
  return [...new Set(targets.map(releaseNamed))]
    .filter((release) => release !== undefined)
    .map((release) => ({ name: releaseName(release), release, setup, own: false }));
}

/** The release that wrote the file. */
function writer(
  { producer, aux }: FileReport,
  { magic, rdbVersion, types, records }: Demands,
): Pick<Target, 'name' | 'release'> {
  const { name, version } = producer ?? { name: 'redis', version: null };
  // KeyDB gives the versions of the Redis it comes from.
  if (aux['mvcc-tstamp'] !== undefined || types.some(({ layout }) => layout === 'cron')) {
    return { name: 'keydb', release: undefined };
  }
  if (records.includes('ENTERPRISE')) return { name: 'redis-enterprise', release: undefined };
  if (name !== 'redis' && name !== 'valkey') return { name, release: undefined };
  // Development builds call themselves 255.255.255 or 999.999.999, and some files give no version.
  const [, major, minor] = /^(\d{1,2})\.(\d{1,2})(?!\d)/.exec(version ?? '') ?? [];
  if (version === null || minor === undefined) {
    const release = releaseThatWrites(magic === 'VALKEY' ? 'valkey' : name, rdbVersion);
    return release ? { name: releaseName(release), release: { ...release, measured: false } } : { name, release };
  }
  const release = releaseOf(name, version);
  return { name: release ? releaseName(release) : `${name}-${major}.${minor}`, release };
}

function loadReport(file: FileReport, demands: Demands, target: Target, findings: Findings): LoadReport {
  const { name, release, own } = target;
  const requires = requirements(demands);
  if (!release) {
    // Nobody knows what this product minds, but it has written the file.
    const broken = file.outcome === 'damaged';
    const reasons = broken ? codesOf(file, 'error') : [];
    return { target: name, verdict: broken ? 'no' : 'unknown', basis: 'expected', requires, drops: NO_DROPS, reasons };
  }
  const found = outlook(release, target.setup, demands);
  const unsure = own && file.outcome === 'unknown';
  const verdict = unsure ? 'unknown' : verdictOf(file, demands, found, own);
  // Damage is told already; of a server that was asked about, everything is told.
  if (verdict === 'no' && !(own && file.errors > 0)) tell(file, name, found, findings);
  const reasons: FindingCode[] = [
    ...new Set<FindingCode>([...found.objections.map(({ code }) => code), ...found.refused]),
  ];
  if (verdict === 'unknown' && demands.functions.uncertain) reasons.push('FUNCTION_UNCERTAIN');
  return {
    target: name,
    verdict,
    basis: release.measured ? 'measured' : 'expected',
    requires,
    drops: found.drops,
    reasons,
  };
}

function verdictOf(file: FileReport, demands: Demands, found: Outlook, own: boolean): LoadVerdict {
  if (found.objections.length > 0 || found.refused.length > 0) return 'no';
  if (!demands.whole) return 'unknown';
  // Its writer had loaded the libraries, if this is what it wrote.
  const proven = own && file.checksum.status === 'ok';
  if (demands.functions.uncertain && !proven) return 'unknown';
  const { expiredKeys, emptyKeys, expiredFields } = found.drops;
  return expiredKeys + emptyKeys + expiredFields > 0 ? 'partly' : 'yes';
}

/** A finding for each reason that is none yet, or not an error. */
function tell(file: FileReport, target: string, { objections, refused, crashes }: Outlook, findings: Findings): void {
  for (const { code, message } of objections) findings.add(code, null, message);
  const known = new Set(codesOf(file, 'error'));
  const untold = refused.filter((code) => !known.has(code));
  if (untold.length === 0) return;
  findings.add('TARGET_REFUSES', null, `${target} ${crashes ? 'crashes at' : 'refuses'} ${untold.join(', ')}`);
}

function codesOf(file: FileReport, severity: 'error'): FindingCode[] {
  return [...new Set(file.findings.filter((finding) => finding.severity === severity).map(({ code }) => code))];
}

function needText(need: string): string {
  const [what, name] = need.split(/:(.*)/s);
  switch (what) {
    case 'databases':
      return `${name} databases`;
    case 'module':
      return name === 'vectorset' ? 'the module vectorset (part of Redis since 8.0)' : `the module of ${name}`;
    case 'keymeta':
      return `the module that gave keys metadata of class ${name}`;
    case 'engine':
      return `the script engine ${name}`;
    default:
      return 'cluster mode';
  }
}
