/** `diff --html` from the command line: what is written, what is printed beside it, and how it ends. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FIXTURES, goldens } from '../helpers/corpus.js';
import { rdbkit } from './run.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rdbkit-diff-html-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [left, right] = goldens(FIXTURES)
  .filter(({ name }) => !/damaged|loading/.test(name))
  .map(({ rdb }) => rdb);

test('writes a page instead of text, and leaves nothing else behind', () => {
  const page = join(folder, 'page.html');
  const { code, stdout, stderr } = rdbkit(['diff', left, right, '--html', page]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('page.html: written');
  expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
  expect(readdirSync(folder)).toEqual(['page.html']);
});

test('writes a page beside JSON with the same numbers', () => {
  const page = join(folder, 'beside.html');
  const { code, stdout } = rdbkit(['diff', left, right, '--json', '--html', page]);
  expect(code).toBe(1);
  const { summary } = JSON.parse(stdout);
  const [, data] = /id="data">([\s\S]*?)<\/script>/.exec(readFileSync(page, 'utf8')) ?? [];
  const { added, removed, changed, unchanged, changes } = JSON.parse(data ?? '');
  expect({ added, removed, changed, unchanged }).toEqual({
    added: summary.added,
    removed: summary.removed,
    changed: summary.changed,
    unchanged: summary.unchanged,
  });
  expect(changes).toHaveLength(added + removed + changed);
});

test('ends with 0 when nothing differs, with 2 when the page cannot be written', () => {
  expect(rdbkit(['diff', left, left, '--quiet', '--html', join(folder, 'same.html')]).code).toBe(0);
  const { code, stderr } = rdbkit(['diff', left, left, '--html', join(folder, 'no', 'such', 'page.html')]);
  expect(code).toBe(2);
  expect(stderr).toContain('cannot be written');
});
