// Any value that a file of a lineage can hold, with its truth.
import * as fc from 'fast-check';
import { arrayModel, intsetModel, listModel, setModel, stringModel, zsetModel } from './models/collections.js';
import { hashModel, redisExpiryModel, templateModel, valkeyExpiryModel } from './models/hashes.js';
import { bytes, type Model } from './models/parts.js';
import { anyStream } from './models/streams.js';

export type { Model } from './models/parts.js';
export type Lineage = 'redis' | 'valkey';

/** A value of any type that files of the lineage can hold, streams aside. */
export function anyKey(lineage: Lineage): fc.Arbitrary<Model> {
  const shared = [stringModel, listModel, setModel, intsetModel, zsetModel, hashModel];
  if (lineage === 'valkey') return fc.oneof(...shared, valkeyExpiryModel);
  return fc.oneof(...shared, redisExpiryModel, templateModel, arrayModel);
}

export function anyStreamKey(lineage: Lineage): fc.Arbitrary<Model> {
  return anyStream(lineage === 'valkey' ? [15, 19, 21] : [15, 19, 21, 26, 27], bytes);
}
