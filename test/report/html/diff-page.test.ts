import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Diff } from '../../../src/diff/report.js';
import { type DiffHtmlOptions, diffHtml } from '../../../src/report/html/diff-html.js';
import type { DiffPageData } from '../../../src/report/html/diff-page-data.js';
import { demoDiff, hostileDiff, input, madeDiff } from './demo-diff.js';
import { ESCAPED, LONG, MARKUP } from './hostile.js';

const COMPARED = { ignoreTtl: false, ttlTolerance: 0 };

describe('the page of a comparison', () => {
  test.each([
    ['of a usual one', demoDiff()],
    ['of a hostile one', hostileDiff()],
  ])('%s has two scripts, and a policy that names the one that runs', (_, diff) => {
    const page = diffHtml(diff, COMPARED);
    expect(page.match(/<\/script/gi) ?? []).toHaveLength(2);
    const script = page.slice(page.lastIndexOf('<script>') + 8, page.lastIndexOf('</script>'));
    const style = page.slice(page.indexOf('<style>') + 7, page.indexOf('</style>'));
    const [policy] = /(?<=http-equiv="Content-Security-Policy" content=")[^"]*/.exec(page) ?? [];
    expect(policy?.split('; ')).toEqual([
      "default-src 'none'",
      `script-src 'sha256-${sha256(script)}'`,
      `style-src 'sha256-${sha256(style)}'`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  test('is called by both files, as text', () => {
    expect(titleOf(demoDiff())).toBe('monday.rdb → tuesday.rdb · rdbkit diff');
    const diff = demoDiff();
    const inputs = [input('/a/</title><b>.rdb', null), input('b.rdb', null), input('-', null)];
    const right = { ...diff.summary.right, inputs: [input('-', null)] };
    const shards = { ...diff, summary: { ...diff.summary, left: { ...diff.summary.left, inputs }, right } };
    expect(titleOf(shards)).toBe('title&#62;&#60;b&#62;.rdb and 2 more → standard input · rdbkit diff');
  });

  test('holds nothing that could end the element of its data', () => {
    expect(rawData(hostileDiff())).not.toMatch(/[<>&\u2028\u2029]/);
  });

  test('holds names with what is dangerous to a reader escaped, and the first 256 bytes of long ones', () => {
    const added = pageData(hostileDiff()).changes.filter(({ change }) => change === 'added');
    expect(added.map(({ key }) => key)).toEqual([
      ...MARKUP,
      ...ESCAPED.map(([, shown]) => shown),
      [LONG.subarray(0, 256).toString(), LONG.length],
    ]);
    expect(added.every(({ unsure }) => unsure)).toBe(true);
  });

  test('tells how the sides were compared', () => {
    expect(pageData(demoDiff(), { ignoreTtl: true, ttlTolerance: 5000 })).toMatchObject({
      ...{ kind: 'diff', ignoreTtl: true, ttlTolerance: 5000 },
      ...{ added: 10, removed: 40, changed: 260, unchanged: 690 },
      bytes: { added: 200, removed: 12_000 },
    });
  });
});

describe('the changes of a page', () => {
  const side = (bytes: number, expireAtMs: number | null) => ({ type: 'string', expireAtMs, bytes, elements: 1 });
  const values = Array.from({ length: 9000 }, (_, i) => ({
    ...({ change: 'changed', what: ['value', 'expire'] } as const),
    ...{ key: `v${i}`, left: side(20_000 - i, null), right: side(1, 5) },
  }));
  const expiries = Array.from({ length: 3000 }, (_, i) => ({
    ...({ change: 'changed', what: ['expire'] } as const),
    ...{ key: `e${i}`, left: side(9, 1), right: side(9, 2) },
  }));
  const large = madeDiff([...values, ...expiries], 0);

  test('are all where there are few', () => {
    const { changes } = pageData(demoDiff());
    expect(changes).toHaveLength(310);
    expect(changes[0]).toEqual({
      ...{ change: 'changed', db: 0, key: 'cart:us:0', what: ['value'] },
      ...{ left: ['list', null, 500, 1], right: ['list', null, 1000, 1] },
    });
    expect(changes[60]).toMatchObject({ change: 'removed', right: null });
  });

  test('are the largest, and the first of each kind that has none among them', () => {
    const names = pageData(large).changes.map(({ key }) => key);
    expect(names).toEqual([
      ...values.slice(0, 4000).map(({ key }) => key),
      ...expiries.slice(0, 1000).map(({ key }) => key),
    ]);
  });

  test('are fewer with a limit', () => {
    const names = pageData(large, { ...COMPARED, limit: 2 }).changes.map(({ key }) => key);
    expect(names).toEqual(['v0', 'v1', 'e0', 'e1']);
    expect(pageData(large, { ...COMPARED, limit: 0 }).changes).toEqual([]);
  });
});

describe('the prefixes of a page', () => {
  test('are rows of what each adds to the name of its parent', () => {
    const { prefixes } = pageData(demoDiff());
    expect(prefixes.rows).toEqual([
      [1, 'session:', [0, 0, 200, 200, 0]],
      [2, 'web:', [0, 0, 150, 150, 0]],
      [2, 'app:', [0, 0, 50, 50, 0]],
      [1, 'cart:', [0, 0, 60, 0, 31_770]],
      [2, 'eu:', [0, 0, 40, 0, 21_200]],
      [2, 'us:', [0, 0, 20, 0, 10_570]],
      [1, 'cache:', [0, 40, 0, 0, -12_000]],
      [2, 'page:', [0, 40, 0, 0, -12_000]],
    ]);
    expect(prefixes.distinct).toBe(8);
    expect(prefixes.without).toEqual({ added: 10, removed: 0, changed: 0, expireOnly: 0, bytes: 200 });
  });

  test('are the 5,000 with most differences, none without its parent', () => {
    const node = (prefix: string, added: number, children: readonly { prefix: Uint8Array }[] = []) => ({
      ...{ prefix: Buffer.from(prefix), added, removed: 0, changed: 0, expireOnly: 0, bytes: 0 },
      children: children as never[],
    });
    const tree = Array.from({ length: 4000 }, (_, i) => node(`p${i}:`, 4000 - i, [node(`p${i}:q:`, 4000 - i)]));
    const diff = demoDiff();
    const prefixes = { ...diff.summary.prefixes, tree };
    const page = pageData({ ...diff, summary: { ...diff.summary, prefixes } }).prefixes;
    expect(page.distinct).toBe(8000);
    expect(page.rows).toHaveLength(5000);
    expect(page.rows.slice(-2).map(([level, name]) => [level, name])).toEqual([
      [1, 'p2499:'],
      [2, 'q:'],
    ]);
  });
});

function titleOf(diff: Diff): string | undefined {
  return /<title>(.*)<\/title>/.exec(diffHtml(diff, COMPARED))?.[1];
}

function rawData(diff: Diff, options: DiffHtmlOptions = COMPARED): string {
  const [, data] =
    /<script type="application\/json" id="data">([\s\S]*?)<\/script>/.exec(diffHtml(diff, options)) ?? [];
  return data ?? '';
}

function pageData(diff: Diff, options?: DiffHtmlOptions): DiffPageData {
  return JSON.parse(rawData(diff, options));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
