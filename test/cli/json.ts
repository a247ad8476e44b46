import { expect } from 'vitest';
import type { Ran } from './run.js';

/** The document of `verify --json`, as far as tests look into it. */
export interface Document {
  readonly schema: number;
  readonly ok: boolean;
  readonly complete: boolean;
  readonly leftOut: number;
  readonly files: readonly FileEntry[];
}

export interface FileEntry {
  readonly path: string;
  readonly kind: string | null;
  readonly ok: boolean;
  readonly complete: boolean;
  readonly bytes: number;
  readonly keys: number | null;
  readonly checksum: { readonly status: string };
  readonly findings: readonly { readonly code: string; readonly severity: string; readonly key: string | null }[];
}

/** Reads the one document on standard output. Anything else there makes it throw. */
export function documentOf({ stdout }: Ran): Document {
  const document = JSON.parse(stdout) as Document;
  expect(document.schema).toBe(1);
  return document;
}

/** The codes that were found in the only file of the document. */
export function codesOf(ran: Ran): string[] {
  const { files } = documentOf(ran);
  expect(files).toHaveLength(1);
  return files[0].findings.map(({ code }) => code);
}
