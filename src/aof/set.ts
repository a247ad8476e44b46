// The files of an append-only set, as a server with `appendonly yes` would find them: which are listed, which are there, what
// lies beside them. Nothing is opened but the manifest.
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Manifest, type ManifestEntry, readManifest } from './manifest.js';
import { lookAtPart, type SetPart, type SetProblem } from './part.js';

export type { SetPart, SetProblem } from './part.js';

const APPEND_DIRECTORY = 'appendonlydir';
const LEGACY_NAME = 'appendonly.aof';
const SUFFIX = '.manifest';
/** A manifest has some hundred bytes. */
const LARGEST_MANIFEST = 16 * 1024 * 1024;
/** Names that servers give: `F.1.base.rdb`, `F.1.base.aof`, `F.1.incr.aof`. */
const PART_NAME = /^.+\.(\d{1,19})\.(base\.(?:rdb|aof)|incr\.aof)$/;
const LEFTOVER_NAME = /^temp-.*\.(manifest|incr)$|^temp-rewriteaof-.*\.aof$/;
/** Entries of a directory that are looked at one by one. */
const MOST_STRAYS = 1000;

/** A file beside the set. */
export interface StrayFile {
  readonly path: string;
  /** In bytes. */
  readonly bytes: number;
  /** An incr file with content, of a higher number than all that are listed: its commands were written, and are not loaded. */
  readonly newer?: boolean;
}

/** An append-only set. All paths are made of the one that was given. */
export interface AofSet {
  /** The directory of the manifest and the parts. */
  readonly directory: string;
  readonly manifestPath: string | undefined;
  readonly manifest: Manifest | undefined;
  /** What a server loads, in order: the base, then the incr files. Look at `state` before opening one. */
  readonly parts: readonly SetPart[];
  /** Listed, but to be deleted; servers do not open them, and they may be missing. */
  readonly history: readonly SetPart[];
  /** Named like parts, and not listed. */
  readonly unlisted: readonly StrayFile[];
  /** Temporary files. */
  readonly leftovers: readonly StrayFile[];
  /** A single append-only file of the old form in the data directory. */
  readonly legacy: StrayFile | undefined;
  readonly problems: readonly SetProblem[];
}

/**
 * Looks at the set that a path stands for: a manifest, the directory of one, or a data directory with such a directory or a
 * single file of the old form in it. Undefined when there is none. Rejects with the system's error when the path itself
 * cannot be read. Writes nothing.
 */
export async function readSet(path: string): Promise<AofSet | undefined> {
  if (!(await stat(path)).isDirectory()) return readDirectory(dirname(path), basename(path), undefined);
  const names = await readdir(path);
  if (manifestsIn(names).length > 0 || names.some((name) => PART_NAME.test(name))) {
    return readDirectory(path, undefined, undefined);
  }
  const inner = join(path, APPEND_DIRECTORY);
  const has = names.includes(APPEND_DIRECTORY) && (await stat(inner).catch(() => undefined))?.isDirectory();
  const set = has ? await readDirectory(inner, undefined, path) : undefined;
  if (set) return set;
  const legacy = await strayFile(join(path, LEGACY_NAME));
  const leftovers = await strayFiles(
    path,
    names.filter((name) => LEFTOVER_NAME.test(name)),
  );
  if (!legacy) return undefined;
  const nothing = { manifestPath: undefined, manifest: undefined, parts: [], history: [], unlisted: [] };
  return { ...nothing, directory: path, leftovers, legacy, problems: leftovers.map(leftover) };
}

/** The directory of a set; `data` is the directory around it when that was given. Undefined when nothing is in it. */
async function readDirectory(
  directory: string,
  given: string | undefined,
  data: string | undefined,
): Promise<AofSet | undefined> {
  const names = (await readdir(directory)).sort();
  const manifests = manifestsIn(names);
  const chosen = given ?? (manifests.includes(LEGACY_NAME + SUFFIX) ? LEGACY_NAME + SUFFIX : manifests[0]);
  const problems: SetProblem[] = [];
  if (!given && manifests.length > 1) {
    const others = manifests.filter((name) => name !== chosen).map((name) => JSON.stringify(name));
    const message = `${JSON.stringify(chosen)} is looked at, not ${others.slice(0, 5).join(', ')}`;
    problems.push({ code: 'AOF_SEVERAL_MANIFESTS', path: directory, message });
  }
  const manifestPath = chosen === undefined ? undefined : join(directory, chosen);
  const manifest = manifestPath === undefined ? undefined : await load(manifestPath, problems);
  const aofName = chosen?.endsWith(SUFFIX) ? chosen.slice(0, -SUFFIX.length) : LEGACY_NAME;
  const legacyPath = data === undefined ? undefined : join(data, aofName);
  const legacy = legacyPath === undefined ? undefined : await strayFile(legacyPath);
  const listed = new Set(manifest?.entries.map(({ name }) => Buffer.from(name).toString('latin1')));
  const isListed = (name: string) => listed.has(Buffer.from(name).toString('latin1'));
  const strays = names.filter((name) => (PART_NAME.test(name) || name === aofName) && !isListed(name));
  const unlisted = (await strayFiles(directory, strays)).map((stray) => ({
    ...stray,
    newer: isNewer(stray, manifest),
  }));
  const found = await lookAtParts(directory, manifest, data, aofName, unlisted, problems);
  const leftovers = await strayFiles(
    directory,
    names.filter((name) => LEFTOVER_NAME.test(name)),
  );
  if (data !== undefined) {
    const around = await readdir(data);
    leftovers.push(
      ...(await strayFiles(
        data,
        around.filter((name) => LEFTOVER_NAME.test(name)),
      )),
    );
  }
  if (chosen === undefined) {
    if (unlisted.length === 0) return undefined;
    const files = unlisted.length === 1 ? 'file of a set is' : 'files of a set are';
    const message = `${unlisted.length} ${files} there, and no manifest: a server starts without them, and may write over them`;
    problems.push({ code: 'AOF_MANIFEST_MISSING', path: directory, message });
  } else if (manifest?.readable) for (const stray of unlisted) problems.push(unlistedPart(stray));
  for (const stray of leftovers) problems.push(leftover(stray));
  const moves = found.parts.some(({ path }) => path === legacyPath);
  if (legacy && !moves && found.parts.length > 0) {
    const message = 'a single append-only file lies beside the set, and servers do not load it';
    problems.push({ code: 'AOF_LEGACY_IGNORED', path: legacy.path, message });
  }
  return { directory, manifestPath, manifest, ...found, unlisted, leftovers, legacy, problems };
}

async function load(path: string, problems: SetProblem[]): Promise<Manifest | undefined> {
  const info = await stat(path);
  if (!info.isFile()) {
    problems.push({ code: 'AOF_PART_NOT_A_FILE', path, message: 'the manifest is no regular file' });
    return undefined;
  }
  if (info.size > LARGEST_MANIFEST) {
    problems.push({ code: 'AOF_MANIFEST_TOO_LARGE', path, message: `the manifest has ${info.size} bytes` });
    return undefined;
  }
  const manifest = readManifest(await readFile(path));
  for (const { code, offset, message } of manifest.problems) problems.push({ code, path, offset, message });
  return manifest;
}

async function lookAtParts(
  directory: string,
  manifest: Manifest | undefined,
  data: string | undefined,
  aofName: string,
  unlisted: readonly StrayFile[],
  problems: SetProblem[],
): Promise<{ parts: SetPart[]; history: SetPart[] }> {
  if (!manifest) return { parts: [], history: [] };
  const { base, incrs } = manifest;
  const parts: SetPart[] = [];
  for (const entry of base ? [base, ...incrs] : incrs) {
    let looked = await lookAtPart(directory, entry);
    // A manifest that takes over a file of the old form: servers move it here at the next start.
    if (looked.part.state === 'missing' && data !== undefined && incrs.length === 0 && looked.part.name === aofName) {
      const moved = await lookAtPart(data, entry);
      if (moved.part.state === 'there') looked = moved;
    }
    parts.push(looked.part);
    problems.push(...looked.problems);
  }
  const history: SetPart[] = [];
  for (const entry of manifest.history) history.push((await lookAtPart(directory, entry)).part);
  if (history.length > 0) {
    const message = `${history.length} ${history.length === 1 ? 'file is' : 'files are'} listed as history`;
    problems.push({ code: 'AOF_HISTORY_LISTED', path: directory, message });
  }
  judge(directory, manifest, parts, unlisted, problems);
  return { parts, history };
}

/** What the listed files say together. Of a manifest with a line that is wrong, what seems to be missing may stand there. */
function judge(
  directory: string,
  { base, incrs, readable }: Manifest,
  parts: readonly SetPart[],
  unlisted: readonly StrayFile[],
  problems: SetProblem[],
): void {
  if (readable && !base && incrs.length > 0) {
    const stray = unlisted.find(({ path }) => PART_NAME.exec(basename(path))?.[2].startsWith('base'));
    const fresh = incrs[0].seq === 1n && !stray;
    const sign = stray ? `${basename(stray.path)} lies there` : `the first incr file has number ${incrs[0].seq}`;
    problems.push({
      code: 'AOF_MANIFEST_NO_BASE',
      ...(fresh ? { severity: 'info' as const } : {}),
      path: directory,
      message: `no base file is listed, and ${sign}`,
    });
  }
  const empty = parts.filter(({ bytes }) => bytes === 0);
  if (parts.length > 0 && empty.length === parts.length) {
    problems.push({ code: 'AOF_ALL_PARTS_EMPTY', path: directory, message: 'no file of the set has any bytes' });
  } else {
    for (const part of empty) problems.push(emptyPart(part));
  }
  for (let i = 1; readable && i < incrs.length; i++) gapBetween(incrs[i - 1], incrs[i], directory, problems);
}

/** Of no keys servers write a base of no commands, which has no bytes; an RDB has some in any case. */
function emptyPart({ entry: { role }, name, path }: SetPart): SetProblem {
  const message = `${role} file ${name} has no bytes`;
  if (role === 'incr') return { code: 'AOF_PART_EMPTY', severity: 'info', path, message };
  if (!name.endsWith('.base.aof')) return { code: 'AOF_PART_EMPTY', path, message };
  const sound = `${message}: right if the server held no keys when it began the set (aof-use-rdb-preamble no)`;
  return { code: 'AOF_PART_EMPTY', severity: 'warning', path, message: sound };
}

function gapBetween(before: ManifestEntry, entry: ManifestEntry, path: string, problems: SetProblem[]): void {
  if (entry.seq === before.seq + 1n) return;
  problems.push({ code: 'AOF_SEQ_GAP', path, message: `incr file ${entry.seq} follows number ${before.seq}` });
}

/** The files of a set and of the rewrite that replaced it have different numbers, so one beside a base alone counts from it. */
function isNewer({ path, bytes }: StrayFile, manifest: Manifest | undefined): boolean {
  const [, seq, kind] = PART_NAME.exec(basename(path)) ?? [];
  if (kind !== 'incr.aof' || bytes === 0 || !manifest?.readable) return false;
  const { base, incrs } = manifest;
  const last = incrs.at(-1);
  if (last) return BigInt(seq) > last.seq;
  return base !== undefined && BigInt(seq) >= base.seq;
}

function unlistedPart({ path, bytes, newer }: StrayFile): SetProblem {
  const sign = newer ? '; by its number it is newer than all that are listed, and its writes would be lost' : '';
  return { code: 'AOF_PART_UNLISTED', path, message: `${bytes} bytes, not in the manifest${sign}` };
}

function leftover({ path, bytes }: StrayFile): SetProblem {
  return { code: 'AOF_LEFTOVER', path, message: `a temporary file of ${bytes} bytes` };
}

function manifestsIn(names: readonly string[]): string[] {
  return names.filter((name) => name.endsWith(SUFFIX) && !name.startsWith('temp-')).sort();
}

async function strayFiles(directory: string, names: readonly string[]): Promise<StrayFile[]> {
  const files: StrayFile[] = [];
  for (const name of names.slice(0, MOST_STRAYS)) {
    const file = await strayFile(join(directory, name));
    if (file) files.push(file);
  }
  return files;
}

/** A regular file, or a link to one; undefined for anything else. */
async function strayFile(path: string): Promise<StrayFile | undefined> {
  const info = await stat(path).catch(() => undefined);
  return info?.isFile() ? { path, bytes: info.size } : undefined;
}
