// Hand-made logs and sets, in a directory of their own.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { RepairOptions, RepairPlan } from '../../src/repair/plan.js';
import { planRepair } from '../../src/repair/plan-repair.js';
import { writeRepair } from '../../src/repair/write-repair.js';
import { RdbBuilder, stringValue } from '../helpers/rdb-builder.js';

/** One command as it stands in a log. */
export function cmd(...args: string[]): string {
  return `*${args.length}\r\n${args.map((arg) => `$${Buffer.byteLength(arg, 'latin1')}\r\n${arg}\r\n`).join('')}`;
}

/** The annotation of a second. */
export function at(seconds: number): string {
  return `#TS:${seconds}\r\n`;
}

export const SELECT = cmd('SELECT', '0');
export const set = (key: string, value = 'v') => cmd('SET', key, value);
export const MULTI = cmd('MULTI');
export const EXEC = cmd('EXEC');

/** An RDB with one key, as the head of a log. */
export function rdbHead(field = 'aof-base', trailer: 'right' | 'wrong' | 'zero' = 'right'): Buffer {
  const builder = new RdbBuilder(10).aux('redis-ver', '7.0.15').aux(field, '1').selectDb(0).resizeDb(1, 0);
  return builder.key('base', stringValue('v')).finish(trailer);
}

export function bytes(...parts: (string | Uint8Array)[]): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
}

/** A place for inputs and copies, gone after the tests of the file at hand. */
export class Workshop {
  readonly path = mkdtempSync(join(tmpdir(), 'rdbkit-repair-'));
  private made = 0;

  constructor() {
    afterAll(() => rmSync(this.path, { recursive: true, force: true }));
  }

  /** A new path; nothing is there. */
  fresh(name = 'it'): string {
    const folder = join(this.path, String(this.made++));
    mkdirSync(folder);
    return join(folder, name);
  }

  file(content: string | Uint8Array, name = 'appendonly.aof'): string {
    const path = this.fresh(name);
    writeFileSync(path, typeof content === 'string' ? Buffer.from(content, 'latin1') : content);
    return path;
  }

  /** The directory of a set: files by name. Without a manifest, one that lists them by their names. */
  set(files: Readonly<Record<string, string | Uint8Array>>, manifest = manifestOf(Object.keys(files))): string {
    const folder = this.fresh('appendonlydir');
    mkdirSync(folder);
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(folder, name), typeof content === 'string' ? Buffer.from(content, 'latin1') : content);
    }
    writeFileSync(join(folder, 'a.manifest'), manifest);
    return folder;
  }
}

/** `a.1.base.rdb`, `a.2.incr.aof`: the number and the role stand in the name. */
export function manifestOf(names: readonly string[]): string {
  return names
    .map((name) => {
      const [, seq, role] = name.split('.');
      return `file ${name} seq ${seq} type ${role[0]}\n`;
    })
    .join('');
}

export interface Repaired {
  readonly plan: RepairPlan;
  /** Contents of the copy by name, `''` for a single file; undefined when it was refused. */
  readonly copy: Readonly<Record<string, string>> | undefined;
  readonly refusals: readonly string[];
}

/** Plans and, when nothing speaks against it, writes. The input must stay as it is, byte for byte. */
export async function repair(shop: Workshop, input: string, options: RepairOptions = {}): Promise<Repaired> {
  const before = fingerprint(input);
  const plan = await planRepair(input, options);
  const refusals = plan.refusals.map(({ code, remedy }) => (remedy ? `${code} (${remedy})` : code));
  const output = shop.fresh('copy');
  if (refusals.length === 0) await writeRepair(plan, output);
  if (fingerprint(input) !== before) throw new Error('the input was touched');
  const folder = readdirSync(join(output, '..'));
  if (folder.some((name) => name !== 'copy')) throw new Error(`left behind: ${folder}`);
  return { plan, refusals, copy: refusals.length === 0 ? contents(output) : undefined };
}

export function contents(path: string): Record<string, string> {
  if (!statSync(path).isDirectory()) return { '': readFileSync(path, 'latin1') };
  return Object.fromEntries(
    readdirSync(path)
      .sort()
      .map((name) => [name, readFileSync(join(path, name), 'latin1')]),
  );
}

/** Names, sizes, times and contents of everything below a path. */
export function fingerprint(path: string): string {
  const hash = createHash('sha256');
  const info = statSync(path, { bigint: true });
  hash.update(`${path} ${info.mode} ${info.size} ${info.mtimeNs} ${info.ino} ${info.nlink}`);
  if (info.isDirectory()) for (const name of readdirSync(path).sort()) hash.update(fingerprint(join(path, name)));
  else hash.update(readFileSync(path));
  return hash.digest('hex');
}
