// Reports that leave the house: the same findings, without the names that stand in the dataset.
import { createHash } from 'node:crypto';
import { explain } from '../errors/explain.js';
import { bytesToText, printableText } from '../keyspace/bytes-text.js';
import type { FileReport, Finding, VerifyReport } from '../verify/report.js';

/** `hash`: a key is told from others, and found again in another report. `none`: not even that. */
export type HiddenNames = 'hash' | 'none';

/** Of the hash, so many hexadecimal digits. */
const DIGITS = 16;
/** Shorter keys are words of the message as well. */
const SHORTEST = 4;

const VERSION = /^(df-v?)?\d{1,5}(\.\d{1,5}){1,3}([-+][a-z]{1,6}[.\d]{0,6})?$/;
const NUMBER = /^-?\d{1,20}$/;

/** Auxiliary fields that servers write, and what they look like. What looks otherwise may be a part of something else. */
const AUX: Readonly<Record<string, RegExp>> = {
  'redis-ver': VERSION,
  'valkey-ver': VERSION,
  'redis-bits': NUMBER,
  ctime: NUMBER,
  'used-mem': NUMBER,
  'repl-stream-db': NUMBER,
  'repl-id': /^[0-9a-f]{40}$/,
  'repl-offset': NUMBER,
  'aof-base': NUMBER,
  'aof-preamble': NUMBER,
};

/** Messages that repeat text of the file: instead of them stands what the code means. */
const REPEAT_TEXT =
  /^(AUX_|FUNCTION_|INPUT_NOT_A_BACKUP$|RDB_BAD_VERSION$|AOF_(GARBAGE|TEXT|UNKNOWN_COMMAND|BAD_\w+|NUMBER_\w+)$)/;
/** These repeat the version of the producer, or what a server needs. */
const REPEAT_FACTS = /^(EXPECT_VERSION$|SHARDS_PRODUCER_DIFFERS$|TARGET_)/;
const TARGET = /^(redis|redis-enterprise|valkey|keydb|dragonfly)(-\d{1,5}\.\d{1,5})?$/;
const NEED = /^(cluster|databases:\d+|(module|keymeta):[\w-]{1,9}|engine:[a-z0-9]{1,8})$/;

/**
 * The report without names of the dataset. A key becomes `sha256:` and 16 hexadecimal digits of the SHA-256 of its name (of
 * the first 1024 bytes), or null; where a message repeats text of the file, that text is left out; of the auxiliary fields
 * those stay that servers write and that look as they should. Paths, and the names of modules, stay.
 *
 * A hash hides a name from those who cannot guess it: whoever can guess it can check the guess.
 */
export function hideKeyNames(report: VerifyReport, names: HiddenNames): VerifyReport {
  const hide = (finding: Finding, odd: boolean): Finding => ({
    ...finding,
    key: finding.key === null || names === 'none' ? null : Buffer.from(hashOf(finding.key)),
    message: messageOf(finding, odd),
  });
  const oddFacts = report.files.map(hasOddFacts);
  return {
    ...report,
    keyNames: names,
    files: report.files.map((file, i) => hideIn(file, (finding) => hide(finding, oddFacts[i]))),
    findings: report.findings.map((finding) => hide(finding, oddFacts.includes(true))),
  };
}

function hideIn<F extends FileReport>(file: F, hide: (finding: Finding) => Finding): F {
  const { parts } = file;
  return {
    ...file,
    ...withoutText(file),
    findings: file.findings.map(hide),
    ...(parts ? { parts: parts.map((part) => hideIn(part, hide)) } : {}),
  };
}

function hashOf(name: Uint8Array): string {
  return `sha256:${createHash('sha256').update(name).digest('hex').slice(0, DIGITS)}`;
}

function messageOf({ code, message, key }: Finding, odd: boolean): string {
  if (REPEAT_TEXT.test(code) || (odd && REPEAT_FACTS.test(code))) return explain(code).title;
  let text = message;
  for (const name of key === null ? [] : [bytesToText(key), printableText(bytesToText(key))]) {
    if (name.length >= SHORTEST) text = text.replaceAll(name, '…');
  }
  // Whatever is quoted: from the first quote to the last, as the text may hold some itself. An apostrophe is none.
  return text.replace(/".*"/s, '"…"').replace(/(^|[\s(])'.*'/s, "$1'…'");
}

/** Whether a version or a need is none that servers have, but text from somewhere. */
function hasOddFacts({ producer, loads }: FileReport): boolean {
  return (
    !isVersion(producer?.version) ||
    loads.some(({ target, requires }) => !TARGET.test(target) || !requires.every((need) => NEED.test(need)))
  );
}

function withoutText(file: FileReport): FileReport {
  const { producer } = file;
  return {
    ...file,
    producer: producer && { ...producer, version: isVersion(producer.version) ? producer.version : null },
    aux: Object.fromEntries(Object.entries(file.aux).filter(([name, value]) => AUX[name]?.test(value))),
    loads: file.loads.map((load) => ({
      ...load,
      target: TARGET.test(load.target) ? load.target : load.target.replace(/-.*/s, ''),
      requires: load.requires.map((need) => (NEED.test(need) ? need : need.replace(/:.*/s, ''))),
    })),
  };
}

function isVersion(version: string | null | undefined): boolean {
  return version === null || version === undefined || VERSION.test(version);
}
