import type { FindingCode, Severity } from '../errors.js';
import type { ValueType } from '../rdb/format.js';
import { type Effect, effectOn, type Form } from './minds.js';
import { isBuiltIn, provides } from './modules.js';
import { isFrom, type Release, releaseName } from './releases.js';

/** A record that not every release knows. */
export type RecordKind =
  | 'FUNCTION2'
  | 'FUNCTION_PRE_GA'
  | 'SLOT_INFO'
  | 'KEY_META'
  | 'SLOT_IMPORT'
  | 'HASH_TEMPLATE'
  | 'ENTERPRISE';

/** A defect, and how often it was met. */
export interface Defect {
  readonly code: FindingCode;
  readonly form: Form;
  readonly severity: Severity;
  readonly count: number;
}

/** The function libraries of a file, as far as their texts tell. */
export interface FunctionDemands {
  /** Engines other than Lua. */
  readonly engines: readonly string[];
  /** Some library uses the global `server`. */
  readonly serverApi: boolean;
  /** Of some library it cannot be told without running it whether it loads. */
  readonly uncertain: boolean;
}

/** What a file demands of the server that loads it. */
export interface Demands {
  /** Who wrote the file, by its auxiliary fields. */
  readonly producer: { readonly name: string; readonly version: string | null } | null;
  readonly magic: 'REDIS' | 'VALKEY';
  readonly rdbVersion: number;
  readonly types: readonly ValueType[];
  readonly records: readonly RecordKind[];
  /** The highest number of a database; 0 when there are no keys. */
  readonly lastDatabase: number;
  /** Types of modules, by the names in the file. */
  readonly modules: readonly string[];
  /** Classes of key metadata that a server must know. */
  readonly metaClasses: readonly string[];
  readonly functions: FunctionDemands;
  readonly defects: readonly Defect[];
  readonly expiredKeys: number;
  readonly expiredFields: number;
  /** Empty collections that are among the expired keys. */
  readonly emptyAndExpired: number;
  /** Hashes of which every field has expired. */
  readonly vanishedHashes: number;
  /** The whole file was looked at; otherwise what was not found may be there. */
  readonly whole: boolean;
}

/** What the server has; undefined: what the file proves that its writer had. */
export interface ServerSetup {
  readonly databases: number | undefined;
  readonly modules: readonly string[] | undefined;
  readonly cluster: boolean | undefined;
}

/** Why a server would not start, when it is not for a defect of the file. */
export type Objection = { readonly code: TargetCode; readonly message: string };

export type TargetCode =
  | 'TARGET_VERSION_REFUSED'
  | 'TARGET_TYPE_UNKNOWN'
  | 'TARGET_RECORD_UNKNOWN'
  | 'TARGET_MODULE_MISSING'
  | 'TARGET_FUNCTION_REFUSED'
  | 'TARGET_DATABASES_TOO_FEW'
  | 'TARGET_CLUSTER_OFF'
  | 'TARGET_CLUSTER_DATABASES';

/** What a server would do. */
export interface Outlook {
  /** The release refuses or lacks something; each with a sentence. */
  readonly objections: readonly Objection[];
  /** Defects that it refuses, or crashes at. */
  readonly refused: readonly FindingCode[];
  readonly crashes: boolean;
  readonly drops: { readonly expiredKeys: number; readonly emptyKeys: number; readonly expiredFields: number };
}

/** The databases of a server that is not configured otherwise. */
export const DEFAULT_DATABASES = 16;
/** More databases cannot be configured. */
const MOST_DATABASES = 2 ** 31 - 1;
/** RDB versions that Valkey calls foreign start here. */
const REDIS_ONLY_SINCE = 12;
const VALKEY_SINCE = 80;
const FUNCTIONS_SINCE = 10;
/** HASH_METADATA_PRE_GA and its sister, of release candidates of 7.4. */
const FIRST_REDIS_TYPE = 22;

/** What `release`, set up like that, would do with a file of such demands. */
export function outlook(release: Release, setup: ServerSetup, demands: Demands): Outlook {
  const objections = [
    ...versionObjections(release, demands),
    ...typeObjections(release, demands),
    ...recordObjections(release, demands),
    ...functionObjections(release, demands),
    ...setupObjections(release, setup, demands),
  ];
  const refused: FindingCode[] = [];
  let emptyKeys = 0;
  let crashes = false;
  for (const { code, form, severity, count } of demands.defects) {
    // Of two records of a key, one has expired and is dropped.
    if (code === 'DUPLICATE_KEY' && severity !== 'error') continue;
    const effect: Effect = effectOn(release, code, form);
    if (effect === 'drops') emptyKeys += count;
    else if (effect !== 'loads' && !refused.includes(code)) refused.push(code);
    if (effect === 'crashes') crashes = true;
  }
  const { expiredKeys, expiredFields } = demands;
  if (emptyKeys > 0) emptyKeys = Math.max(0, emptyKeys - demands.emptyAndExpired);
  emptyKeys += demands.vanishedHashes;
  return { objections, refused, crashes, drops: { expiredKeys, emptyKeys, expiredFields } };
}

function versionObjections(release: Release, { magic, rdbVersion }: Demands): Objection[] {
  const name = releaseName(release);
  const refusal = (why: string): Objection[] => [{ code: 'TARGET_VERSION_REFUSED', message: `${name} ${why}` }];
  if (magic === 'VALKEY') {
    if (release.rdb < VALKEY_SINCE) return refusal('does not know files that begin with VALKEY');
    return rdbVersion > release.rdb
      ? refusal(`reads Valkey's RDB up to ${release.rdb}, and this is ${rdbVersion}`)
      : [];
  }
  if (release.lineage === 'valkey') {
    if (rdbVersion < REDIS_ONLY_SINCE) return [];
    return refusal(`refuses RDB ${rdbVersion}, which only Redis writes (rdb-version-check strict)`);
  }
  return rdbVersion > release.rdb ? refusal(`reads RDB up to ${release.rdb}, and this is ${rdbVersion}`) : [];
}

function typeObjections(release: Release, { magic, types }: Demands): Objection[] {
  return types
    .filter((type) => !knowsType(release, magic, type))
    .map(({ code, name }) => ({
      code: 'TARGET_TYPE_UNKNOWN',
      message: `${releaseName(release)} does not know value type ${code} (${name})`,
    }));
}

/** Servers go by the number of the type, whatever the version in the header. */
function knowsType(release: Release, magic: 'REDIS' | 'VALKEY', { code, name, layout, since }: ValueType): boolean {
  if (layout === 'cron' || layout === 'modulePreGa') return false;
  if (code < FIRST_REDIS_TYPE) return since <= release.rdb;
  if (release.lineage === 'valkey') return magic === 'VALKEY' && name === 'HASH_2' && release.rdb >= VALKEY_SINCE;
  return magic === 'REDIS' && since <= release.rdb;
}

function recordObjections(release: Release, { records }: Demands): Objection[] {
  return records
    .filter((record) => !knowsRecord(release, record))
    .map((record) => ({
      code: 'TARGET_RECORD_UNKNOWN',
      message: `${releaseName(release)} does not know ${record} records`,
    }));
}

function knowsRecord(release: Release, record: RecordKind): boolean {
  const redis = release.lineage === 'redis';
  switch (record) {
    case 'FUNCTION2':
      return release.rdb >= FUNCTIONS_SINCE;
    case 'FUNCTION_PRE_GA':
      return redis && release.major === 7 && release.minor === 0;
    case 'SLOT_INFO':
      return redis ? release.rdb >= 12 : release.rdb >= VALKEY_SINCE;
    case 'KEY_META':
      return redis && release.rdb >= 13;
    case 'SLOT_IMPORT':
      return release.rdb >= VALKEY_SINCE;
    case 'HASH_TEMPLATE':
      return redis && release.rdb >= 15;
    case 'ENTERPRISE':
      return false;
  }
}

function functionObjections(release: Release, { functions: { serverApi, engines } }: Demands): Objection[] {
  if (release.rdb < FUNCTIONS_SINCE) return [];
  const found: string[] = [];
  const name = releaseName(release);
  if (serverApi && release.lineage === 'redis') {
    found.push(`a function library uses the global "server", which ${name} does not have`);
  }
  if (!takesEngines(release)) {
    found.push(...engines.map((engine) => `a function library needs the engine ${engine}, and ${name} has only lua`));
  }
  return found.map((message) => ({ code: 'TARGET_FUNCTION_REFUSED', message }));
}

/** Whether modules can give it script engines. */
function takesEngines(release: Release): boolean {
  return release.lineage === 'valkey' && isFrom(release, 8, 1);
}

function setupObjections(release: Release, setup: ServerSetup, demands: Demands): Objection[] {
  const found: Objection[] = [];
  const name = releaseName(release);
  const { lastDatabase } = demands;
  const { databases, modules, cluster } = setup;
  const one = cluster && (databases === undefined || !hasClusterDatabases(release));
  if (one && lastDatabase > 0) {
    const message = `the file holds database ${lastDatabase}, and in cluster mode ${name} has only database 0`;
    found.push({ code: 'TARGET_CLUSTER_DATABASES', message });
  } else if (databases !== undefined && lastDatabase >= databases) {
    const message = `the file holds database ${lastDatabase}, and ${name} has ${databases} (0 to ${databases - 1})`;
    found.push({ code: 'TARGET_DATABASES_TOO_FEW', message });
  } else if (databases === undefined && lastDatabase >= MOST_DATABASES) {
    const message = `the file holds database ${lastDatabase}, and ${name} cannot have more than ${MOST_DATABASES}`;
    found.push({ code: 'TARGET_DATABASES_TOO_FEW', message });
  }
  if (cluster === false && demands.records.includes('SLOT_IMPORT')) {
    const message = `the file was saved while slots were imported; with cluster mode off ${name} dies of that`;
    found.push({ code: 'TARGET_CLUSTER_OFF', message });
  }
  if (modules === undefined) return found;
  for (const engine of demands.functions.engines) {
    if (!takesEngines(release) || provides(modules, engine)) continue;
    found.push({ code: 'TARGET_MODULE_MISSING', message: `${name} lacks the script engine ${engine}` });
  }
  for (const type of demands.modules) {
    if (isBuiltIn(release, type) || provides(modules, type)) continue;
    found.push({ code: 'TARGET_MODULE_MISSING', message: `${name} lacks the module of ${type}` });
  }
  for (const metaClass of demands.metaClasses) {
    if (provides(modules, metaClass)) continue;
    const message = `${name} lacks the module that gave keys metadata of class ${metaClass}`;
    found.push({ code: 'TARGET_MODULE_MISSING', message });
  }
  return found;
}

/** Whether it can have more than one database in cluster mode. */
function hasClusterDatabases(release: Release): boolean {
  return release.lineage === 'valkey' && isFrom(release, 9, 0);
}

/** What a server needs beyond its defaults. */
export function requirements({ lastDatabase, modules, metaClasses, functions, records }: Demands): string[] {
  return [
    ...(lastDatabase >= DEFAULT_DATABASES ? [`databases:${lastDatabase + 1}`] : []),
    ...modules.map((type) => `module:${type}`),
    ...metaClasses.map((name) => `keymeta:${name}`),
    ...functions.engines.map((name) => `engine:${name}`),
    ...(records.includes('SLOT_IMPORT') ? ['cluster'] : []),
  ];
}

/** How a server is set up when nobody says otherwise. */
export function stockSetup(cluster: boolean): ServerSetup {
  return { databases: cluster ? undefined : DEFAULT_DATABASES, modules: [], cluster };
}
