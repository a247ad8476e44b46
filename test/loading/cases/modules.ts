// What only a module can read.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIXTURES } from '../../helpers/corpus.js';
import { hex, len, moduleId, moduleValue, str, type Value } from '../../helpers/rdb-builder.js';
import { database, head, rawValue } from '../../verify/hand-made.js';
import { COMMON, EXPIRED_MS, group, ONE, pair, REDIS_8 } from '../case.js';

const UNKNOWN = moduleValue('hellotype', 0, [{ uint: 1 }, { string: 'x' }]);

/** Section 12.10 of the format reference: what Redis 8.0 wrote for a vector set of one element. */
const VECTORS: Value = rawValue(
  7,
  hex('81 bd e7 2d a2 bb 1e b4 00  02 03 02 01 02 50 01 02 00  05 02 65 31 05 03 7f 00 00'),
  hex('02 05 02 01 02 00 02 00 02 20 02 81 3f 80 00 00 3f 80 00 00  00'),
);

export const modules = group('module', [
  ['value', 'a value of a module that no server has', () => pair(UNKNOWN)],
  ['value-json', 'a value of RedisJSON', () => pair(moduleValue('ReJSON-RL', 3, [{ string: '{"a":1}' }]))],
  [
    'value-alone-expired',
    'such a value that expired in 2001',
    () => database(2, 1, COMMON).expireMs(EXPIRED_MS).key('k', UNKNOWN).key('after', ONE).finish(),
  ],
  [
    'value-unknown-opcode',
    'such a value with an opcode that does not exist',
    () => pair(rawValue(7, len(moduleId('hellotype', 0)), hex('09 01 00'))),
  ],
  [
    'value-without-end',
    'such a value without its end',
    () =>
      database(1, 0, COMMON)
        .key('k', rawValue(7, len(moduleId('hellotype', 0)), hex('02 01')))
        .finish(),
  ],
  ['aux-before', 'data of an unknown module in front of the keys', () => aux(1)],
  [
    'aux-after',
    'data of an unknown module behind the keys',
    () =>
      database(1, 0, COMMON)
        .key('k', ONE)
        .moduleAux('hellotype', 0, 2, [{ uint: 1 }])
        .finish(),
  ],
  [
    'aux-empty',
    'data of an unknown module that are empty',
    () => head(COMMON).moduleAux('hellotype', 0, 1, []).selectDb(0).key('k', ONE).finish(),
  ],
  ['aux-when-3', 'data of an unknown module, neither before nor behind the keys', () => aux(3)],
  [
    'aux-without-when',
    'data of an unknown module that do not say when',
    () =>
      head(COMMON)
        .bytes(hex('f7'), len(moduleId('hellotype', 0)), hex('05'), str('x'), hex('00'))
        .selectDb(0)
        .key('k', ONE)
        .finish(),
  ],
  [
    'aux-damaged',
    'data of an unknown module with an opcode that does not exist',
    () =>
      head(COMMON)
        .bytes(hex('f7'), len(moduleId('hellotype', 0)), hex('02 01 09 00'))
        .selectDb(0)
        .key('k', ONE)
        .finish(),
  ],
  [
    'aux-without-keys',
    'data of an unknown module and nothing else',
    () =>
      head(COMMON)
        .moduleAux('hellotype', 0, 1, [{ uint: 1 }])
        .finish(),
  ],
  ['vectors', 'a vector set, which Redis 8 has built in', () => pair(VECTORS, REDIS_8)],
  ['vectors-version-9', 'a vector set in a file of version 9', () => pair(VECTORS)],
  [
    'vectors-of-redis',
    'vector sets as Redis 8.0 saved them',
    () => readFileSync(join(FIXTURES, 'redis-8.0', 'vectors.rdb')),
  ],
  [
    'vectors-encoding-5',
    'a vector set of a later encoding',
    () => pair(rawValue(7, len(moduleId('vectorset', 5)), VECTORS.body.subarray(9)), REDIS_8),
  ],
]);

function aux(when: number): Buffer {
  return head(COMMON)
    .moduleAux('hellotype', 0, when, [{ sint: -1 }, { double: 0.5 }])
    .selectDb(0)
    .resizeDb(1, 0)
    .key('k', ONE)
    .finish();
}
