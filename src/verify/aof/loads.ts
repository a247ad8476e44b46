import type { FindingCode } from '../../errors.js';
import { type Demands, outlook, requirements, type ServerSetup } from '../../servers/loadability.js';
import { type LogCircumstances, logEffectOn } from '../../servers/log-minds.js';
import { isFrom, type Release, releaseName } from '../../servers/releases.js';
import type { Findings } from '../findings.js';
import type { LoadReport, LoadVerdict } from '../report.js';
import { isKnownTo } from './commands.js';
import type { CheckedLog } from './log.js';

/** One file of what a server loads, in the order of loading. */
export interface LoadedPart {
  /** As shown. */
  readonly name: string;
  readonly demands: Demands | undefined;
  readonly log: CheckedLog | undefined;
  /** What was found in it. */
  readonly codes: readonly FindingCode[];
}

/** Everything that decides whether a server starts from an append-only file or set. */
export interface AofFacts {
  /** A directory with a manifest, which servers have since Redis 7.0. */
  readonly isSet: boolean;
  readonly parts: readonly LoadedPart[];
  /** What was found of the manifest and the directory. */
  readonly codes: readonly FindingCode[];
  /** Somebody asks for this server; it is not just the one that may have written the file. */
  readonly named: boolean;
  /** Everything was looked at. */
  readonly whole: boolean;
}

const NO_DROPS = { expiredKeys: 0, emptyKeys: 0, expiredFields: 0 };

/** What `release` would do on a start with `aof-load-truncated` set to `truncated`. */
export function aofLoad(
  release: Release,
  setup: ServerSetup,
  facts: AofFacts,
  truncated: 'yes' | 'no',
  findings: Findings,
): LoadReport {
  const reasons = new Set<FindingCode>();
  const lost = new Set<FindingCode>();
  const whole = { loadTruncated: truncated === 'yes', last: true };
  for (const code of facts.codes) judgeCode(release, code, whole, reasons, lost);
  let emptyKeys = 0;
  const requires = new Set<string>();
  const name = releaseName(release);
  if (facts.isSet && release.lineage === 'redis' && !isFrom(release, 7, 0)) {
    reasons.add('TARGET_AOF_FORM');
    findings.add('TARGET_AOF_FORM', null, `${name} does not know append-only sets: it would start empty`);
  }
  facts.parts.forEach((part, i) => {
    const last = i === facts.parts.length - 1;
    if (part.demands) {
      const { objections, refused, drops } = outlook(release, setup, keptAlive(part.demands));
      for (const { code, message } of objections) {
        reasons.add(code);
        findings.add(code, null, `${part.name}: ${message}`);
      }
      for (const code of refused) reasons.add(code);
      for (const need of requirements(part.demands)) requires.add(need);
      emptyKeys += drops.emptyKeys;
    }
    const circumstances = { loadTruncated: truncated === 'yes', last, claimed: part.log?.log.fault?.claimed };
    for (const code of part.codes) judgeCode(release, code, circumstances, reasons, lost);
    if (part.log) judgeLog(release, part, part.log, facts.named, { reasons, findings });
  });
  const verdict: LoadVerdict =
    reasons.size > 0 ? 'no' : !facts.whole ? 'unknown' : lost.size > 0 || emptyKeys > 0 ? 'partly' : 'yes';
  return {
    target: name,
    with: { aofLoadTruncated: truncated },
    verdict,
    basis: release.measured ? 'measured' : 'expected',
    requires: [...requires],
    drops: { ...NO_DROPS, emptyKeys },
    reasons: verdict === 'no' ? [...reasons] : [...lost],
  };
}

/** Keys that have expired stay when they are loaded from an append-only file; they expire afterwards. */
function keptAlive(demands: Demands): Demands {
  return { ...demands, expiredKeys: 0, emptyAndExpired: 0, expiredFields: 0, vanishedHashes: 0 };
}

/** From these servers start, with less than there is. */
const LOSES: ReadonlySet<FindingCode> = new Set<FindingCode>(['AOF_MANIFEST_NO_BASE', 'AOF_PART_EMPTY']);

function judgeCode(
  release: Release,
  code: FindingCode,
  circumstances: LogCircumstances,
  reasons: Set<FindingCode>,
  lost: Set<FindingCode>,
): void {
  const effect = logEffectOn(release, code, circumstances);
  if (effect === 'refuses' || effect === 'crashes') reasons.add(code);
  // An RDB in the place of commands: they crash when a key is there already.
  else if (code === 'AOF_INCR_IS_RDB') reasons.add(code);
  else if (effect !== 'loads' || LOSES.has(code)) lost.add(code);
}

interface Judged {
  readonly reasons: Set<FindingCode>;
  readonly findings: Findings;
}

function judgeLog(
  release: Release,
  part: LoadedPart,
  { log, special }: CheckedLog,
  named: boolean,
  { reasons, findings }: Judged,
): void {
  const name = releaseName(release);
  if (log.annotations > 0 && release.lineage === 'redis' && !isFrom(release, 7, 0)) {
    reasons.add('TARGET_AOF_FORM');
    findings.add('TARGET_AOF_FORM', null, `${part.name}: ${name} does not know time annotations (#TS:…)`);
  }
  const offsets = new Map(log.tallies.map((tally) => [tally.name, tally.firstOffset]));
  for (const [command, firstOffset] of [...offsets, ...special]) {
    if (isKnownTo(release, command)) continue;
    // The writer's own release has what it wrote, be it by a module; unknown to all is told already.
    if (!named && special.has(command)) continue;
    reasons.add('TARGET_COMMAND_UNKNOWN');
    findings.add('TARGET_COMMAND_UNKNOWN', firstOffset, `${part.name}: ${name} does not know the command ${command}`);
  }
}
