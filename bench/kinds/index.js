/**
 * What is measured: one entry per kind of dataset. Sizes are those of a full run.
 *
 * @typedef {object} Kind
 * @property {number} size how many `unit` a full run has
 * @property {string} unit
 * @property {((size: number) => number) | undefined} [keys] how many keys the server must hold in the end, when that is known
 * @property {Generator} commands what the snapshot is made of
 * @property {Generator} [log] the commands since then: the dataset is an append-only set
 * @property {Generator} [changes] the commands up to a second snapshot: the dataset is a pair of dumps
 *
 * @typedef {(size: number, random: import('../random.js').Random) => Iterable<import('../resp.js').Argument[]>} Generator
 */
import { base, incr } from './aof.js';
import { bighash } from './bighash.js';
import { incompressible, repetitive } from './bigstring.js';
import { json } from './json.js';
import { mixed } from './mixed.js';
import { prefixes } from './prefixes.js';
import { after, before } from './snapshots.js';
import { strings } from './strings.js';

const one = () => 1;
/** @param {number} size */
const all = (size) => size;

/** @type {Record<string, Kind>} */
export const kinds = {
  strings: { size: 4_000_000, unit: 'keys', keys: all, commands: strings },
  json: { size: 250_000, unit: 'documents', keys: all, commands: json },
  mixed: { size: 600_000, unit: 'keys', keys: all, commands: mixed },
  prefixes: { size: 4_000_000, unit: 'keys', keys: all, commands: prefixes },
  snapshots: { size: 4_000_000, unit: 'keys', keys: all, commands: before, changes: after },
  bighash: { size: 3_000_000, unit: 'fields', keys: one, commands: bighash },
  bigstring: { size: 400_000_000, unit: 'bytes', keys: one, commands: incompressible },
  aof: { size: 1_900_000, unit: 'commands', commands: base, log: incr },
  'bigstring-lzf': { size: 400_000_000, unit: 'bytes', keys: one, commands: repetitive },
};
