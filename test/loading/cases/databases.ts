// Databases that a server has, or has not.
import { len } from '../../helpers/rdb-builder.js';
import { database, head } from '../../verify/hand-made.js';
import { CLUSTER, CLUSTER_OF_16_DATABASES, COMMON, DATABASES_32, group, ONE } from '../case.js';

export const databases = group('database', [
  [
    '1',
    'only database 1',
    () => keyIn(1),
    { configurations: [{ args: ['--databases 1'] }, CLUSTER, CLUSTER_OF_16_DATABASES] },
  ],
  ['15', 'the last of the default databases', () => keyIn(15), { configurations: [{ args: ['--databases 15'] }] }],
  ['16', 'the first beyond the default databases', () => keyIn(16), { configurations: [DATABASES_32] }],
  ['20', 'database 20', () => keyIn(20), { configurations: [DATABASES_32] }],
  ['31', 'database 31', () => keyIn(31), { configurations: [DATABASES_32] }],
  ['32', 'database 32', () => keyIn(32), { configurations: [DATABASES_32] }],
  ['16-without-keys', 'database 16 is selected but holds no key', () => head(COMMON).selectDb(16).finish()],
  [
    '16-after-keys',
    'a sound database in front of database 16',
    () => database(1, 0, COMMON).key('k', ONE).selectDb(16).resizeDb(1, 0).key('k', ONE).finish(),
  ],
  [
    '16-left-at-once',
    'database 16 is selected, then database 0, which holds the key',
    () => head(COMMON).selectDb(16).selectDb(0).resizeDb(1, 0).key('k', ONE).finish(),
  ],
  ['huge', 'database 2^31', () => keyIn(2 ** 31)],
  ['negative', 'database 2^64 - 1', () => head(COMMON).bytes(Buffer.of(254), len(-1)).key('k', ONE).finish()],
  ['high-bits', 'database 2^32, whose low half is 0', () => keyIn(2 ** 32)],
  [
    'several',
    'databases 0, 1 and 15',
    () => database(1, 0, COMMON).key('k', ONE).selectDb(1).key('k', ONE).selectDb(15).key('k', ONE).finish(),
    { configurations: [CLUSTER, CLUSTER_OF_16_DATABASES] },
  ],
]);

function keyIn(db: number): Buffer {
  return head(COMMON).selectDb(db).resizeDb(1, 0).key('k', ONE).finish();
}
