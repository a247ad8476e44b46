import { describe, expect, it } from 'vitest';
import { EXPLANATIONS, explain } from '../../src/errors/explain.js';
import { FINDINGS, type FindingCode } from '../../src/errors.js';

const codes = Object.keys(FINDINGS) as FindingCode[];
const fields = ['title', 'meaning', 'servers', 'advice'] as const;

describe('explanations', () => {
  it('are there for every code, and for nothing else', () => {
    expect(Object.keys(EXPLANATIONS).sort()).toEqual([...codes].sort());
  });

  it.each(codes)('%s', (code) => {
    const explanation = explain(code);
    expect(Object.keys(explanation).sort()).toEqual([...fields].sort());
    for (const field of fields) {
      const text = explanation[field];
      expect(text, field).toBe(text.trim());
      expect(text, field).not.toBe('');
      // One paragraph of plain text: no line break, no control character of any kind, no run of blanks.
      expect(text, field).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
      expect(text, field).not.toContain('  ');
      if (field !== 'title') expect(text, field).toMatch(/[.)]$/);
    }
    expect(explanation.title.length, 'title').toBeLessThanOrEqual(70);
    expect(explanation.title, 'title').not.toMatch(/\.$/);
  });

  it('have a title of their own each', () => {
    const titles = codes.map((code) => explain(code).title);
    expect(new Set(titles).size).toBe(titles.length);
  });
});
