// The set that the cases damage: a base of 50 keys, and two incr files of 20 SET each. Made by hand, in forms that all
// servers since Redis 7.0 read, so that one set does for all of them.
import { RdbBuilder, stringValue } from '../helpers/rdb-builder.js';

/** Path in the data directory to content; null for a directory. */
export type Files = Readonly<Record<string, Buffer | string | null>>;

export const BASE_KEYS = 50;
export const INCR_KEYS = 20;
/** Keys of the undamaged set. */
export const ALL_KEYS = BASE_KEYS + 2 * INCR_KEYS;

export const DIRECTORY = 'appendonlydir';
export const NAME = 'appendonly.aof';
export const MANIFEST = `${DIRECTORY}/${NAME}.manifest`;
export const BASE = `${DIRECTORY}/${NAME}.2.base.rdb`;
export const MIDDLE = `${DIRECTORY}/${NAME}.2.incr.aof`;
export const LAST = `${DIRECTORY}/${NAME}.3.incr.aof`;

/** A command as logs hold it. */
export function record(...words: string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}

const number = (n: number) => String(n).padStart(2, '0');

/** The commands of an incr file, whose keys all have seven bytes, and their values six. */
export function commands(file: number): string[] {
  const sets = Array.from({ length: INCR_KEYS }, (_, i) =>
    record('SET', `incr${file}${number(i)}`, `val-${number(i)}`),
  );
  return [record('SELECT', '0'), ...sets];
}

export function incr(file: number): string {
  return commands(file).join('');
}

/** What the head of a base, or of an old hybrid file, looks like. */
export function rdb(version = 10, aux = 'aof-base'): RdbBuilder {
  const builder = new RdbBuilder(version).aux('redis-ver', '7.0.15').aux('redis-bits', '64').aux(aux, '1').selectDb(0);
  builder.resizeDb(BASE_KEYS, 0);
  for (let i = 0; i < BASE_KEYS; i++) builder.key(`base-${number(i)}`, stringValue(`value ${number(i)}`));
  return builder;
}

export const line = (role: string, seq: number | string, name: string) => `file ${name} seq ${seq} type ${role}\n`;
export const BASE_LINE = line('b', 2, `${NAME}.2.base.rdb`);
export const MIDDLE_LINE = line('i', 2, `${NAME}.2.incr.aof`);
export const LAST_LINE = line('i', 3, `${NAME}.3.incr.aof`);

export const SOUND: Files = {
  [MANIFEST]: BASE_LINE + MIDDLE_LINE + LAST_LINE,
  [BASE]: rdb().finish(),
  [MIDDLE]: incr(2),
  [LAST]: incr(3),
};

/** The set with some files replaced, added, or, where undefined, left out. */
export function but(changes: Readonly<Record<string, Buffer | string | null | undefined>>): Files {
  const all = Object.entries({ ...SOUND, ...changes });
  return Object.fromEntries(
    all.flatMap(([path, content]) => (content === undefined ? [] : [[path, content] as const])),
  );
}

/** An incr file in which the command number `at` (SELECT is 0) is replaced. */
export function replaced(file: number, at: number, change: (command: string) => string): string {
  const all = commands(file);
  all[at] = change(all[at]);
  return all.join('');
}
