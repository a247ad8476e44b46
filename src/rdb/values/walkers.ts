import type { Layout } from '../format.js';
import { walkArray } from './array.js';
import { walkBlob, walkListpackEx, walkQuicklist, walkQuicklist2 } from './containers.js';
import { walkCron } from './cron.js';
import { walkHash2, walkHashMetadata, walkHashMetadataPreGa } from './hash-expiry.js';
import { walkModule } from './module.js';
import { walkHash, walkList, walkSet, walkString, walkZset, walkZset2 } from './plain.js';
import type { Walker } from './state.js';
import { walkStream } from './stream.js';
import { walkTemplate } from './template.js';

/** How each layout is read. To add a value type: name it in format.ts, write its walker, list it here. */
export const WALKERS: Readonly<Record<Layout, Walker>> = {
  string: walkString,
  list: walkList,
  set: walkSet,
  zset: walkZset,
  zset2: walkZset2,
  hash: walkHash,
  blob: walkBlob,
  quicklist: walkQuicklist,
  quicklist2: walkQuicklist2,
  stream: walkStream,
  hashMetadata: walkHashMetadata,
  hashMetadataPreGa: walkHashMetadataPreGa,
  hash2: walkHash2,
  listpackEx: walkListpackEx,
  array: walkArray,
  template: walkTemplate,
  module: walkModule,
  modulePreGa: (p) => p.stop('RDB_MODULE_PRE_GA', p.mark, 'module data of the oldest form has no known end'),
  cron: walkCron,
};
