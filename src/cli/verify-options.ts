import type { Expectations, VerifyOptions } from '../verify/options.js';
import type { VerifyFlags } from './verify.js';

/** Shards of one backup are saved within this time, unless `--max-skew` says otherwise. */
const MAX_SKEW_MS = 10 * 60_000;

/** What the flags ask of `verify()`. */
export function optionsOf(flags: VerifyFlags): VerifyOptions {
  const { failOn = [] } = flags;
  return {
    level: flags.level,
    failOnWarning: failOn.includes('warning'),
    failOnPartly: failOn.includes('partly'),
    failOnUnknown: failOn.includes('unknown'),
    duplicates: flags.duplicates,
    jobs: flags.jobs,
    maxMemory: flags.maxMemory,
    expect: expectations(flags),
    ...given('targets', flags.for),
    ...given('databases', flags.databases),
    ...given('modules', flags.modules),
    ...(flags.cluster === undefined ? {} : { cluster: flags.cluster === 'yes' }),
    ...(flags.shards ? { shards: { maxSkewMs: flags.maxSkew ?? MAX_SKEW_MS } } : {}),
    ...given('tmpDir', flags.tmpDir),
  };
}

function expectations(flags: VerifyFlags): Expectations {
  return {
    ...given('maxAgeMs', flags.maxAge),
    ...given('minKeys', flags.minKeys),
    ...given('maxKeys', flags.maxKeys),
    ...given('minSize', flags.minSize),
    ...given('producer', flags.expectProducer),
    ...given('version', flags.expectVersion),
    ...given('checksum', flags.requireChecksum),
  };
}

/** A property, when there is a value for it. */
function given<K extends string, V>(name: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [P in K]?: V });
}
