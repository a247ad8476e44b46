/** A report in which every text that can come from a file is an attack, or at least odd. */
import type { KeyStats, PrefixStats, StatsReport } from '../../../src/stats/report.js';
import { demoReport } from './demo.js';

/** Names that a browser must show as they are. */
export const MARKUP = [
  '<script>alert(1)</script>',
  '</script><script>alert(2)</script>',
  '<img src=x onerror=alert(3)>',
  '"><svg onload=alert(4)>',
  "'-alert(5)-'",
  '<!--<script>',
  ']]><style>*{display:none}</style>',
  '&lt;b&gt;&amp;',
  'javascript:alert(6)',
  '__proto__',
  'constructor',
  '{b}: {a|rich} {@[0]}',
  '{{alert(7)}}',
];

/** Names in which something must be escaped, as bytes and as they are to be shown. */
export const ESCAPED: readonly (readonly [bytes: Uint8Array, shown: string])[] = [
  [Buffer.from('nul\0here'), 'nul\\x00here'],
  [Buffer.from('line\nfeed\ttab\x1b[31m'), 'line\\x0afeed\\x09tab\\x1b[31m'],
  [Buffer.from('right\u202eto left'), 'right\\u{202e}to left'],
  [Buffer.from('line\u2028separator'), 'line\\u{2028}separator'],
  [Uint8Array.of(0xff, 0xfe, 0x3c, 0x62, 0x3e), '\\xff\\xfe<b>'],
  [Buffer.from('back\\x41slash'), 'back\\x5cx41slash'],
];

/** 100 KB of markup. */
export const LONG = Buffer.from('<b onclick=alert(8)>long</b>'.repeat(3600));

export function hostileReport(): StatsReport {
  const report = demoReport({ prefixes: 600, keys: 10 });
  const names = [...MARKUP.map((text) => Buffer.from(text)), ...ESCAPED.map(([bytes]) => bytes), LONG];
  const evil = MARKUP[2];
  const [file] = report.files;
  const [model] = report.biggest.byMemory;
  const keys = names.map((key, i): KeyStats => ({ ...model, key, type: evil, encoding: evil, memory: 1e9 - i }));
  const [sample] = report.prefixes.tree;
  const prefix = (
    name: Uint8Array,
    depth: number,
    parent: Uint8Array,
    children: readonly PrefixStats[],
  ): PrefixStats => ({
    ...sample,
    prefix: Buffer.concat([parent, name, Buffer.from(':')]),
    depth,
    children,
  });
  const tree = names.map((name) => {
    const first = prefix(name, 1, Buffer.alloc(0), []);
    const third = sample.keys / 3;
    const below = names.slice(0, 3).map((inner) => ({ ...prefix(inner, 2, first.prefix, []), keys: third }));
    return {
      ...first,
      children: below.map((child) => ({ ...child, memory: sample.memory / 3, bytes: sample.bytes / 3 })),
    };
  });
  const totals = {
    keys: sample.keys * names.length,
    expires: sample.expires * names.length,
    bytes: sample.bytes * names.length,
    memory: sample.memory * names.length,
    elements: sample.elements * names.length,
  };
  return {
    ...report,
    files: [
      {
        ...file,
        path: `/tmp/${evil}.rdb`,
        complete: false,
        producer: { name: evil, version: evil },
        aux: Object.fromEntries(MARKUP.map((text) => [text, text])),
        checksum: 'mismatch',
        findings: MARKUP.map((text) => ({
          code: 'RDB_CHECKSUM_MISMATCH',
          severity: 'error',
          offset: 9,
          db: 0,
          key: Buffer.from(text),
          type: evil,
          message: text,
        })),
      },
    ],
    complete: false,
    limited: true,
    filters: [`--match ${evil}`],
    memoryModel: { ...report.memoryModel, server: evil },
    totals,
    types: report.types.map((row, i) => ({ ...row, type: MARKUP[i % MARKUP.length] })),
    encodings: report.encodings.map((row, i) => ({ ...row, type: evil, encoding: MARKUP[i % MARKUP.length] })),
    prefixes: { ...report.prefixes, separators: [evil, ':'], tree },
    biggest: {
      byBytes: keys,
      byMemory: keys,
      byElements: keys,
      elements: names.map((name) => ({ db: 0, key: name, type: evil, element: name, bytes: 5 })),
    },
    slots: { ...report.slots, tags: names.map((tag) => ({ ...report.slots.tags[0], tag })) },
    functions: MARKUP.map((name) => ({ name, engine: name, bytes: 1 })),
    modules: MARKUP.map((name) => ({ name, keys: 1, bytes: 1 })),
  };
}
