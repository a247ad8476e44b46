// The files of fixtures/loading are what the cases build. With RDBKIT_RECORD=1 it writes them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { CASES } from './cases/index.js';
import { committedFiles, FOLDER, fileName, RECORDING, readRecord, writeFiles } from './record.js';

beforeAll(() => {
  if (RECORDING) writeFiles(CASES);
});

test('every case has a name and a trait of its own', () => {
  expect(repeated(CASES.map(({ name }) => name))).toEqual([]);
  expect(CASES.filter(({ name }) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))).toEqual([]);
  expect(CASES.filter(({ trait }) => trait === '' || trait.includes('\n'))).toEqual([]);
});

test('every case is a file, and every file a case', () => {
  expect(committedFiles()).toEqual(CASES.map(fileName).sort());
});

test('every file is what its case builds', () => {
  const others = CASES.filter((each) => !readFileSync(join(FOLDER, fileName(each))).equals(each.bytes()));
  expect(others.map(({ name }) => name)).toEqual([]);
});

test('every case builds the same bytes again', () => {
  expect(CASES.filter(({ bytes }) => !bytes().equals(bytes())).map(({ name }) => name)).toEqual([]);
});

test.skipIf(RECORDING)('every file has a record', () => {
  const recorded = new Set(readRecord().map(({ file }) => file));
  expect([...recorded].sort()).toEqual(committedFiles());
});

function repeated(names: readonly string[]): string[] {
  return names.filter((name, i) => names.indexOf(name) !== i);
}
