// Hashes of RDB 15 refer to their field names by the number of a template, and every file counts from 0.
import type { FileRecord } from './file-records.js';
import type { Survey } from './survey.js';

/** The templates that a merged file gets, and the inputs whose numbers mean something else in it. */
export interface MergedTemplates {
  readonly records: readonly FileRecord[];
  readonly clashing: ReadonlySet<Survey>;
}

/** Takes the templates of each input as long as its numbers are free, or mean the same. */
export function mergedTemplates(surveys: readonly Survey[]): MergedTemplates {
  const taken = new Map<number, readonly Uint8Array[]>();
  const records: FileRecord[] = [];
  const clashing = new Set<Survey>();
  for (const survey of surveys) {
    const clashes = [...survey.templates].some(([id, fields]) => {
      const other = taken.get(id);
      return other !== undefined && !sameFields(other, fields);
    });
    if (clashes) {
      clashing.add(survey);
      continue;
    }
    for (const [id, fields] of survey.templates) {
      if (taken.has(id)) continue;
      taken.set(id, fields);
      const record = survey.records.findLast(({ kind, name }) => kind === 'template' && name === String(id));
      if (record) records.push(record);
    }
  }
  return { records, clashing };
}

function sameFields(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return a.length === b.length && a.every((field, i) => Buffer.compare(field, b[i]) === 0);
}
