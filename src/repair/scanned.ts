import { stat } from 'node:fs/promises';
import type { ManifestEntry } from '../aof/manifest.js';
import type { SetPart } from '../aof/part.js';
import { type OpenInput, openInput } from '../backup/open.js';
import { FINDINGS, type FindingCode } from '../errors.js';
import type { FileState, RepairFinding } from './plan.js';
import { type PartScan, type ScanOptions, scanPart } from './scan-part.js';
import { systemTrouble } from './system-reason.js';

/** One file of the input with what was found in it. */
export interface ScannedPart {
  readonly path: string;
  /** Of a set: its line in the manifest. */
  readonly entry: ManifestEntry | undefined;
  readonly name: string | null;
  /** undefined for a file that is not there, or cannot be read as what it should be. */
  readonly scan: PartScan | undefined;
  /** Why there is none. */
  readonly missing: RepairFinding | undefined;
  readonly state: FileState | undefined;
  /** It was written to while it was read. */
  readonly changed: boolean;
}

/** Reads a single file that is open, and closes it. */
export async function scanFile(path: string, input: OpenInput, options: ScanOptions): Promise<ScannedPart> {
  const state = await fileState(path);
  return { ...(await scanOpen(path, input, options, state)), entry: undefined, name: null };
}

/** Reads a file that a manifest lists, when it is there. */
export async function scanListed(part: SetPart, missing: RepairFinding, options: ScanOptions): Promise<ScannedPart> {
  const { entry, name, path } = part;
  const nothing = { path, entry, name, scan: undefined, missing, state: undefined, changed: false };
  if (part.state !== 'there') return nothing;
  const state = await fileState(path);
  const input = await open(path);
  if (input.gzip || (input.content === 'rdb' && entry.role !== 'base')) {
    await input.close();
    const gzip = finding('AOF_GARBAGE', path, 0, 'the file is a gzip, which servers do not read as a part of a set');
    const rdb = finding('AOF_RDB_INSIDE', path, 0, 'an RDB stands where commands since the base belong');
    return { ...nothing, missing: input.gzip ? gzip : rdb, state };
  }
  return { ...(await scanOpen(path, input, options, state)), entry, name };
}

async function scanOpen(
  path: string,
  input: OpenInput,
  options: ScanOptions,
  state: FileState,
): Promise<Omit<ScannedPart, 'entry' | 'name'>> {
  try {
    const scan = await scanPart(input, options);
    return { path, scan, missing: undefined, state, changed: await input.changed() };
  } catch (error) {
    throw systemTrouble(path, error);
  } finally {
    await input.close().catch(() => undefined);
  }
}

/** Opens an input; the system's errors become trouble. */
export async function open(path: string): Promise<OpenInput> {
  try {
    return await openInput(path);
  } catch (error) {
    throw systemTrouble(path, error);
  }
}

/** What a regular file looks like now. */
export async function fileState(path: string): Promise<FileState> {
  try {
    const { size, mtimeNs } = await stat(path, { bigint: true });
    return { size: Number(size), modifiedNs: mtimeNs };
  } catch (error) {
    throw systemTrouble(path, error);
  }
}

/** A finding with the usual severity of its code. */
export function finding(code: FindingCode, path: string, offset: number | null, message: string): RepairFinding {
  return { code, severity: FINDINGS[code], path, offset, message };
}
