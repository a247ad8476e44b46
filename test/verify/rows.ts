import { describe, expect, it } from 'vitest';
import type { FindingCode, Severity } from '../../src/index.js';
import { foundIn, verifyBytes } from './verify-bytes.js';

/** One hand-made file with one defect, and what has to be found in it: that, and nothing else. */
export interface Row {
  /** The row of the reference, and which case of it. */
  readonly defect: string;
  readonly file: Uint8Array;
  /** Every different finding of the file. */
  readonly finds: readonly `${Severity} ${FindingCode}`[];
}

/** Rows of the reference that must be called damage. */
export function refused(title: string, rows: readonly Row[]): void {
  describe(title, () => {
    it.each(named(rows))('not ok: %s', async (_, { file, finds }) => {
      const report = await verifyBytes(file);
      expect(foundIn(report)).toEqual([...finds].sort());
      expect(report.ok).toBe(false);
      for (const { offset, severity } of report.findings) {
        if (severity !== 'error') continue;
        expect(offset, 'an error says where it is').not.toBeNull();
        expect(offset).toBeGreaterThanOrEqual(0);
        expect(offset).toBeLessThanOrEqual(file.length);
      }
    });
  });
}

/** Rows of the reference that servers load: a remark at most. */
export function accepted(title: string, rows: readonly Row[]): void {
  describe(title, () => {
    it.each(named(rows))('ok: %s', async (_, { file, finds }) => {
      const report = await verifyBytes(file);
      expect(foundIn(report)).toEqual([...finds].sort());
      expect(report).toMatchObject({ ok: true, complete: true, outcome: 'sound' });
    });
  });
}

function named(rows: readonly Row[]): [string, Row][] {
  return rows.map((row) => [row.defect, row]);
}
