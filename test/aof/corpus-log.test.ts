// Files of real servers: what is counted in them, and where check tools and servers stop in damaged ones.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLog } from '../../src/aof/log.js';
import type { LogResult } from '../../src/aof/log-result.js';
import { LogVisitor } from '../../src/aof/log-visitor.js';
import { NoChecksum } from '../../src/bytes/checksum/checksum.js';
import { Kernels } from '../../src/bytes/kernels/kernels.js';
import { Window } from '../../src/bytes/window.js';
import type { FindingCode } from '../../src/errors.js';
import { parseRdb } from '../../src/rdb/parser.js';
import { RdbVisitor } from '../../src/rdb/visitor.js';
import { chunkedSource } from '../helpers/chunks.js';
import { CORPUS, filesBelow, lines } from '../helpers/corpus.js';

interface Part {
  file: string;
  format: string;
  commands?: Record<string, number>;
  annotations?: number;
  complete?: boolean;
  preambleLength?: number;
}

interface Verdict {
  file: string;
  damagedFile: string | null;
  detail: string;
  server: { name: string; version: string };
  check: { exit: number; lines: string[] };
}

class Codes extends LogVisitor {
  readonly codes: string[] = [];
  override problem(code: FindingCode): void {
    this.codes.push(code);
  }
}

/** Reads a file as a server does: an RDB first, when there is one. */
async function read(path: string): Promise<{ result: LogResult | undefined; codes: string[] }> {
  const bytes = readFileSync(path);
  const source = Object.assign(chunkedSource(bytes, [64 * 1024]), { size: bytes.length });
  const window = new Window(new Kernels(), source, new NoChecksum());
  if (/^(REDIS|VALKEY)\d/.test(bytes.toString('latin1', 0, 8))) {
    const rdb = await parseRdb(window, new RdbVisitor());
    if (!rdb.complete) return { result: undefined, codes: [rdb.failure.code] };
  }
  const visitor = new Codes();
  const result = await readLog(window, visitor);
  await window.settle();
  return { result, codes: result.fault ? [...visitor.codes, result.fault.code] : visitor.codes };
}

function sound(): { name: string; part: Part }[] {
  const metas = filesBelow(join(CORPUS, 'aof')).filter((name) => name.endsWith('.meta.json'));
  return metas.flatMap((name) => {
    const meta = JSON.parse(readFileSync(join(CORPUS, 'aof', name), 'utf8')) as { dir: string; files: Part[] };
    return meta.files
      .filter(({ file }) => !file.endsWith('.manifest'))
      .map((part) => ({ name: join('aof', dirname(name), meta.dir, part.file), part }));
  });
}

describe('corpus: sound files are read to their end', () => {
  const files = sound();
  if (files.length === 0) it.skip(`there is no corpus in ${CORPUS}`);
  it.each(files)('$name', async ({ name, part }) => {
    const { result, codes } = await read(join(CORPUS, name));
    expect(codes).toEqual([]);
    expect(result).toMatchObject({ fault: undefined, completeUpTo: result?.end });
    if (!part.commands) return;
    const counted: Record<string, number> = {};
    for (const { name: command, commands } of result?.tallies ?? []) counted[command.toUpperCase()] = commands;
    const expected: Record<string, number> = {};
    for (const [command, count] of Object.entries(part.commands)) {
      expected[command.toUpperCase()] = (expected[command.toUpperCase()] ?? 0) + count;
    }
    expect(counted).toEqual(expected);
    expect(result?.annotations).toBe(part.annotations ?? 0);
  });
});

/** The lines `AOF analyzed` of a check tool: what it says of each log that it walked. */
function analyzed({ check, damagedFile }: Verdict): { file: string; size: number; okUpTo: number }[] {
  return check.lines.flatMap((line) => {
    const match = /^AOF analyzed: (?:filename=(\S+), )?size=(\d+), ok_up_to=(\d+)/.exec(line);
    return match ? [{ file: match[1] ?? damagedFile ?? '', size: Number(match[2]), okUpTo: Number(match[3]) }] : [];
  });
}

describe('corpus: damaged files are good up to where the check tool says', () => {
  const exists = filesBelow(join(CORPUS, 'damaged')).includes('verdict.jsonl');
  const verdicts = exists ? (lines(join(CORPUS, 'damaged', 'verdict.jsonl')) as unknown as Verdict[]) : [];
  const cases = verdicts.flatMap((verdict) =>
    verdict.file.startsWith('aof/')
      ? analyzed(verdict).map((one) => ({ ...verdict, ...one, folder: verdict.file }))
      : [],
  );
  if (cases.length === 0) it.skip(`there is no corpus in ${CORPUS}`);
  it.each(cases)('$folder: $file ($detail)', async ({ folder, file, size, okUpTo, server }) => {
    if (file.endsWith('.manifest')) return;
    const parts = filesBelow(join(CORPUS, 'damaged', folder)).filter((name) => name.endsWith(file));
    const bytes = readFileSync(join(CORPUS, 'damaged', folder, parts[0]));
    const { result, codes } = await read(join(CORPUS, 'damaged', folder, parts[0]));
    // valkey-check-aof 9.1 does not know the magic of Valkey; check tools do not look for an RDB in incr files.
    if (okUpTo === 0 && /^(REDIS|VALKEY)/.test(bytes.toString('latin1', 0, 6))) return;
    expect(size).toBe(bytes.length);
    expect({ okUpTo: result?.okUpTo, good: codes.length === 0 }, `${codes} ${server.name}`).toEqual({
      okUpTo,
      good: okUpTo === size,
    });
  });
});
