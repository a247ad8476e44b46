// Slots of a cluster, for a node that is in one and a server that is not.
import { database, type FileOptions, head } from '../../verify/hand-made.js';
import { CLUSTER, group, ONE, REDIS_8, VALKEY_9 } from '../case.js';

const BOTH = { configurations: [CLUSTER] };
const JOB = '0123456789abcdef0123456789abcdef01234567';
/** Slot of `foo`. */
const SLOT = 12182;

export const cluster = group('slot', [
  ['info', 'none: SLOT_INFO of Redis', () => info(SLOT, 1, 0), BOTH],
  ['info-counts-wrong', 'SLOT_INFO announces 99 keys', () => info(SLOT, 99, 9), BOTH],
  ['info-other-slot', 'SLOT_INFO of a slot that the key is not in', () => info(5, 1, 0), BOTH],
  ['info-beyond', 'SLOT_INFO of slot 16384', () => info(16384, 1, 0), BOTH],
  ['info-far-beyond', 'SLOT_INFO of slot 2^40', () => info(2 ** 40, 1, 0), BOTH],
  ['hint', 'none: slot-info of Valkey 8', () => hint(`${SLOT},1,0`, { version: 11 }), BOTH],
  ['hint-four', 'none: slot-info of Valkey 9', () => hint(`${SLOT},1,0,0`), BOTH],
  ['hint-four-in-11', 'slot-info of four numbers in version 11', () => hint(`${SLOT},1,0,0`, { version: 11 }), BOTH],
  ['hint-five', 'slot-info of five numbers', () => hint(`${SLOT},1,0,0,7`, { version: 11 }), BOTH],
  ['hint-two', 'slot-info of two numbers', () => hint(`${SLOT},1`, { version: 11 }), BOTH],
  ['hint-one', 'slot-info of one number', () => hint(`${SLOT}`, { version: 11 }), BOTH],
  ['hint-one-valkey', 'slot-info of one number in a file of Valkey 9', () => hint(`${SLOT}`), BOTH],
  ['hint-text', 'slot-info of words', () => hint('a,b,c', { version: 11 }), BOTH],
  ['hint-empty', 'slot-info of nothing', () => hint('', { version: 11 }), BOTH],
  ['hint-beyond', 'slot-info of slot 16384', () => hint('16384,1,0', { version: 11 }), BOTH],
  ['hint-negative', 'slot-info of slot -1', () => hint('-1,1,0', { version: 11 }), BOTH],
  ['import', 'none: an import that goes on', () => importing(JOB, [[0, 5460]]), BOTH],
  ['import-short-name', 'an import whose name is a letter short', () => importing(JOB.slice(1), [[0, 5460]]), BOTH],
  ['import-without-ranges', 'an import of no slot', () => importing(JOB, []), BOTH],
  ['import-reversed', 'an import from the higher to the lower slot', () => importing(JOB, [[5460, 0]]), BOTH],
  ['import-beyond', 'an import of slot 16384', () => importing(JOB, [[16000, 16384]]), BOTH],
  [
    'import-overlapping',
    'an import of ranges that overlap',
    () =>
      importing(JOB, [
        [0, 100],
        [50, 150],
      ]),
    BOTH,
  ],
  ['import-of-key', 'an import of the slot that the key is in', () => importing(JOB, [[SLOT, SLOT]]), BOTH],
  [
    'import-twice',
    'two imports of one name',
    () =>
      head(VALKEY_9)
        .slotImport(JOB, [[0, 5]])
        .slotImport(JOB, [[6, 9]])
        .selectDb(0)
        .key('foo', ONE)
        .finish(),
    BOTH,
  ],
]);

function info(slot: number, keys: number, expires: number): Buffer {
  return database(1, 0, REDIS_8).slotInfo(slot, keys, expires).key('foo', ONE).finish();
}

function hint(text: string, options: FileOptions = VALKEY_9): Buffer {
  return database(1, 0, options).aux('slot-info', text).key('foo', ONE).finish();
}

function importing(job: string, ranges: Parameters<ReturnType<typeof head>['slotImport']>[1]): Buffer {
  return head(VALKEY_9).slotImport(job, ranges).selectDb(0).resizeDb(1, 0).key('foo', ONE).finish();
}
