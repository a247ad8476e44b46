// What belongs to a file and not to a key, of several files: which of it a merged file gets.
import { bytesToText, printableText } from '../../keyspace/bytes-text.js';
import { ExportError, type OnConflict } from './options.js';

/** One record, whole, as it stands in its file. */
export interface FileRecord {
  readonly kind: 'aux' | 'function' | 'module' | 'import' | 'template';
  /** Two of one kind with the same name cannot both be. */
  readonly name: string;
  /** It stands behind the keys. */
  readonly behind: boolean;
  readonly bytes: Uint8Array;
}

/** The records of one input. */
export interface RecordsOf {
  readonly path: string;
  readonly records: readonly FileRecord[];
}

const MOST_BYTES = 64 * 1024 * 1024;

const CALLED: Readonly<Record<FileRecord['kind'], string>> = {
  aux: 'the field',
  function: 'the function library',
  module: 'data of the module',
  import: 'the slot import',
  template: 'the hash template',
};

/** Collects the records of an input. Throws ExportError when they are too many to be held. */
export class RecordList {
  readonly records: FileRecord[] = [];
  private bytes = 0;

  add(record: Omit<FileRecord, 'bytes'>, buffer: Uint8Array, start: number, end: number, more: boolean): void {
    this.bytes += end - start;
    if (this.bytes > MOST_BYTES) {
      throw new ExportError('unusable', 'functions and module data of more than 64 MiB cannot be merged');
    }
    const piece = buffer.slice(start, end);
    const last = more ? this.records.pop() : undefined;
    const bytes = last ? Buffer.concat([last.bytes, piece]) : piece;
    this.records.push({ ...record, bytes });
  }
}

/**
 * The records that a merged file gets, in order; of several with one name, which one counts. Auxiliary fields are not among
 * them, nor templates, which `templates.ts` chooses. Throws ExportError for two that differ, unless it is said which counts.
 */
export function mergedRecords(inputs: readonly RecordsOf[], onConflict: OnConflict): FileRecord[] {
  const chosen = new Map<string, { record: FileRecord; path: string }>();
  for (const { path, records } of inputs) {
    for (const record of records) {
      if (record.kind === 'aux' || record.kind === 'template') continue;
      const id = `${record.kind} ${record.name}`;
      const other = chosen.get(id);
      if (other && Buffer.compare(other.record.bytes, record.bytes) !== 0 && onConflict === 'error') {
        const what = `${CALLED[record.kind]} ${JSON.stringify(printableText(record.name))}`;
        const message = `${what} is not the same in ${other.path} and ${path}; say which counts (--on-conflict first or last)`;
        throw new ExportError('conflict', message);
      }
      if (!other || onConflict === 'last') chosen.set(id, { record, path });
    }
  }
  return [...chosen.values()].map(({ record }) => record);
}

/** The name of a function library, from its first line; its whole text for one that has none. */
export function libraryName(code: Uint8Array): string {
  const text = bytesToText(code.subarray(0, 1024));
  return /^#![^\n]*?\bname=([^\s]+)/i.exec(text)?.[1] ?? bytesToText(code.subarray(0, 65_536));
}
