import type { LoadingCase } from '../case.js';
import { cluster } from './cluster.js';
import { hashes, lists, sets, zsets } from './collections.js';
import { intsets, listpacks, ziplists, zipmaps } from './containers.js';
import { databases } from './databases.js';
import { duplicates } from './duplicates.js';
import { empties } from './empties.js';
import { expired } from './expired.js';
import { fieldExpiry } from './field-expiry.js';
import { files, records } from './file.js';
import { functions } from './functions.js';
import { modules } from './modules.js';
import { sound } from './sound.js';
import { streams } from './streams.js';
import { strings } from './strings.js';
import { headers, newerOpcodes, newerTypes } from './versions.js';

export const CASES: readonly LoadingCase[] = [
  ...sound,
  ...duplicates,
  ...databases,
  ...files,
  ...records,
  ...strings,
  ...empties,
  ...lists,
  ...sets,
  ...zsets,
  ...hashes,
  ...fieldExpiry,
  ...listpacks,
  ...ziplists,
  ...zipmaps,
  ...intsets,
  ...streams,
  ...functions,
  ...modules,
  ...headers,
  ...newerTypes,
  ...newerOpcodes,
  ...cluster,
  ...expired,
];
