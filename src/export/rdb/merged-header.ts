// Under which header the keys of several files can stand together.
import type { ValueType } from '../../rdb/format.js';
import type { WrittenHeader } from '../../rdb/writer/rdb-writer.js';
import { ExportError } from './options.js';
import type { Survey } from './survey.js';

/** The last version that Redis and Valkey share. */
const LAST_COMMON = 11;

/**
 * The header of the newest input. Redis after RDB 11 and Valkey after 80 gave the same numbers different meanings: such files
 * go together only as far as their keys use what both share, under the last version that they share. Throws ExportError.
 */
export function mergedHeader(surveys: readonly Survey[]): WrittenHeader {
  const newest = surveys.reduce((best, each) => (each.header.version > best.header.version ? each : best));
  const redis = surveys.find(({ header }) => header.lineage === 'redis');
  const valkey = surveys.find(({ header }) => header.lineage === 'valkey');
  if (!redis || !valkey) return { magic: newest.header.magic, version: newest.header.version };
  for (const each of surveys) {
    const own = ownOf(each);
    if (own === undefined) continue;
    const [here, there] = each.header.lineage === 'valkey' ? ['Valkey', redis] : ['Redis', valkey];
    const message = `${each.input.path} holds ${own}, which only ${here} reads, and ${there.input.path} is of the other lineage: they cannot stand in one file`;
    throw new ExportError('conflict', message);
  }
  return { magic: 'REDIS', version: LAST_COMMON };
}

/** What a file holds that the versions both share do not have; undefined for nothing. */
function ownOf({ types, hasKeyMeta, records }: Survey): string | undefined {
  const type = [...types].find(({ since }: ValueType) => since > LAST_COMMON);
  if (type) return `keys of the type ${type.name}`;
  if (hasKeyMeta) return 'metadata of modules on keys';
  if (records.some(({ kind }) => kind === 'import')) return 'slots that were being imported';
  return undefined;
}
