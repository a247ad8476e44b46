// Damage to append-only sets, one kind at a time. What servers do with each stands in fixtures/aof/behaviour.json, what is
// said of each in says.test.ts.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RdbBuilder, stringValue } from '../helpers/rdb-builder.js';
import {
  BASE,
  BASE_KEYS,
  BASE_LINE,
  but,
  commands,
  DIRECTORY,
  type Files,
  INCR_KEYS,
  incr,
  LAST,
  LAST_LINE,
  line,
  MANIFEST,
  MIDDLE,
  MIDDLE_LINE,
  NAME,
  rdb,
  record,
  replaced,
  SOUND,
} from './files.js';

export interface DamageCase {
  readonly name: string;
  readonly files: Files;
  /** Symbolic links: path in the data directory to target. */
  readonly links?: Readonly<Record<string, string>>;
  /** How many keys were there before the damage; default those of the set. */
  readonly whole?: number;
}

/** Where the damage to a command of the last file begins: 5 of its SETs stand in front. */
const AT = 6;
const MULTI = record('MULTI');
const EXEC = record('EXEC');
const ONE_MORE = record('SET', 'one-more', 'x');
const base = rdb().finish();
const asRecords = [record('SELECT', '0')]
  .concat(Array.from({ length: BASE_KEYS }, (_, i) => record('SET', `base-${String(i).padStart(2, '0')}`, 'value')))
  .join('');
/** A single file as up to Redis 6.2, with and without an RDB in front. */
const legacyLog = incr(2);
const legacyHybrid = Buffer.concat([rdb(9, 'aof-preamble').finish(), Buffer.from(incr(2))]);
const HYBRID_KEYS = BASE_KEYS + INCR_KEYS;

const manifest = (content: string): Files => but({ [MANIFEST]: content });
const last = (change: (command: string) => string): Files => but({ [LAST]: replaced(3, AT, change) });
const added = (tail: string | Buffer): Files =>
  but({ [LAST]: Buffer.concat([Buffer.from(incr(3)), Buffer.from(tail)]) });
const addedToMiddle = (tail: string | Buffer): Files =>
  but({ [MIDDLE]: Buffer.concat([Buffer.from(incr(2)), Buffer.from(tail)]) });
const inFront = (commandsBefore: string): Files => but({ [LAST]: commandsBefore + incr(3) });
const ofBase = (change: (bytes: Buffer) => Buffer): Files => but({ [BASE]: change(Buffer.from(base)) });
const overwritten = (bytes: Buffer, at: number, value: number[]): Buffer => {
  bytes.set(value, at);
  return bytes;
};
const LINES = BASE_LINE + MIDDLE_LINE + LAST_LINE;
const sameKeys = rdb().finish();
const otherKeys = new RdbBuilder(10).selectDb(0).key('other', stringValue('x')).finish();
const longComment = (bytes: number) => `#${'-'.repeat(bytes - 2)}\n`;

/** Of the set as a whole. */
const SET_CASES: DamageCase[] = [
  { name: 'none', files: SOUND },
  { name: 'base missing', files: but({ [BASE]: undefined }) },
  { name: 'last incr missing', files: but({ [LAST]: undefined }) },
  { name: 'middle incr missing', files: but({ [MIDDLE]: undefined }) },
  { name: 'base of zero bytes', files: but({ [BASE]: '' }) },
  { name: 'last incr of zero bytes', files: but({ [LAST]: '' }) },
  { name: 'middle incr of zero bytes', files: but({ [MIDDLE]: '' }) },
  { name: 'base and middle incr of zero bytes', files: but({ [BASE]: '', [MIDDLE]: '' }) },
  { name: 'all files of zero bytes', files: but({ [BASE]: '', [MIDDLE]: '', [LAST]: '' }) },
  { name: 'unlisted incr of a higher number', files: but({ [`${DIRECTORY}/${NAME}.4.incr.aof`]: ONE_MORE }) },
  { name: 'unlisted incr of a lower number', files: but({ [`${DIRECTORY}/${NAME}.1.incr.aof`]: ONE_MORE }) },
  { name: 'leftover temporary manifest', files: but({ [`${DIRECTORY}/temp-${NAME}.manifest`]: BASE_LINE }) },
  { name: 'leftover of a rewrite', files: but({ 'temp-rewriteaof-bg-77.aof': 'x' }) },
  { name: 'a part is a directory', files: but({ [LAST]: null }) },
  {
    name: 'a part is a link out of the directory',
    files: but({ [LAST]: undefined, 'elsewhere/the.aof': incr(3) }),
    links: { [LAST]: '../elsewhere/the.aof' },
  },
  { name: 'a part is a link to nowhere', files: but({ [LAST]: undefined }), links: { [LAST]: '../gone.aof' } },
];

const BASE_CASES: DamageCase[] = [
  { name: 'base: value byte flipped', files: ofBase((b) => overwritten(b, b.indexOf('value 07') + 2, [0x4c])) },
  { name: 'base: sum of zeros', files: but({ [BASE]: rdb().finish('zero') }) },
  { name: 'base: wrong sum', files: but({ [BASE]: rdb().finish('wrong') }) },
  { name: 'base: bad type byte', files: ofBase((b) => overwritten(b, b.indexOf('base-07') - 2, [0xc8])) },
  { name: 'base: cut', files: ofBase((b) => b.subarray(0, b.length - 100)) },
  { name: 'base: cut inside the sum', files: ofBase((b) => b.subarray(0, b.length - 3)) },
  { name: 'base: cut inside the magic', files: ofBase((b) => b.subarray(0, 5)) },
  { name: 'base: junk behind the sum', files: ofBase((b) => Buffer.concat([b, Buffer.from('junkjunk')])) },
  { name: 'base: zeros behind the sum', files: ofBase((b) => Buffer.concat([b, Buffer.alloc(8)])) },
  { name: 'base: commands behind the sum', files: ofBase((b) => Buffer.concat([b, Buffer.from(ONE_MORE)])) },
  {
    name: 'base: cut command behind the sum',
    files: ofBase((b) => Buffer.concat([b, Buffer.from(ONE_MORE.slice(0, -4))])),
  },
  { name: 'base: magic broken', files: ofBase((b) => overwritten(b, 1, [0x46])) },
  { name: 'base: version 99', files: but({ [BASE]: rdb(99).finish() }) },
  { name: 'base is commands', files: but({ [BASE]: asRecords }) },
  { name: 'base is commands, cut', files: but({ [BASE]: asRecords.slice(0, -4) }) },
  {
    name: 'base is commands, cut, and the only file',
    files: { [MANIFEST]: BASE_LINE, [BASE]: asRecords.slice(0, -4) },
    whole: BASE_KEYS,
  },
  { name: 'last incr is an RDB with the same keys', files: but({ [LAST]: sameKeys }), whole: HYBRID_KEYS },
  {
    name: 'first incr is an RDB, and there is no base',
    files: { [MANIFEST]: line('i', 1, 'a.aof'), [`${DIRECTORY}/a.aof`]: otherKeys },
    whole: 1,
  },
];

const INCR_CASES: DamageCase[] = [
  { name: 'last incr cut inside a command', files: but({ [LAST]: incr(3).slice(0, -8) }) },
  { name: 'last incr cut between commands', files: but({ [LAST]: commands(3).slice(0, -1).join('') }) },
  { name: 'last incr: open MULTI', files: added(MULTI + ONE_MORE) },
  { name: 'last incr: open MULTI and a cut command', files: added(MULTI + ONE_MORE + ONE_MORE.slice(0, -8)) },
  { name: 'last incr: whole transaction', files: added(MULTI + ONE_MORE + EXEC) },
  { name: 'middle incr cut inside a command', files: but({ [MIDDLE]: incr(2).slice(0, -8) }) },
  { name: 'middle incr cut between commands', files: but({ [MIDDLE]: commands(2).slice(0, -1).join('') }) },
  { name: 'middle incr: open MULTI', files: addedToMiddle(MULTI + ONE_MORE) },
  { name: 'middle incr: open MULTI and a cut command', files: addedToMiddle(MULTI + ONE_MORE.slice(0, -8)) },
  { name: 'last incr: garbage behind', files: added(Buffer.from('9f3a00c17e551234', 'hex')) },
  { name: 'last incr: zeros behind', files: added(Buffer.alloc(100)) },
  { name: 'middle incr: garbage behind', files: addedToMiddle(Buffer.from('9f3a00c17e551234', 'hex')) },
  { name: 'middle incr: zeros behind', files: addedToMiddle(Buffer.alloc(100)) },
  { name: 'last incr: malformed command behind', files: added('*x\r\n$3\r\n') },
  { name: 'last incr: * behind', files: added('*') },
  { name: 'last incr: *3 behind', files: added('*3') },
  { name: 'last incr: *3 $3 behind', files: added('*3\r\n$3') },
  { name: 'last incr: $7 -> $9', files: last((c) => c.replace('$7', '$9')) },
  { name: 'last incr: $7 -> $6', files: last((c) => c.replace('$7', '$6')) },
  { name: 'last incr: $7 -> $x', files: last((c) => c.replace('$7', '$x')) },
  { name: 'last incr: $7 -> $-1', files: last((c) => c.replace('$7', '$-1')) },
  { name: 'last incr: $7 -> $100000', files: last((c) => c.replace('$7', '$100000')) },
  { name: 'last incr: $7 -> $99999999999', files: last((c) => c.replace('$7', '$99999999999')) },
  { name: 'last incr: *3 -> *4', files: last((c) => c.replace('*3', '*4')) },
  { name: 'last incr: *3 -> *2', files: last((c) => c.replace('*3', '*2')) },
  { name: 'last incr: *3 -> *0', files: last((c) => c.replace('*3', '*0')) },
  { name: 'last incr: *3 -> *-1', files: last((c) => c.replace('*3', '*-1')) },
  { name: 'last incr: value byte flipped', files: last((c) => c.replace('val-', 'vaL-')) },
  { name: 'last incr: LF alone', files: last((c) => c.replace('$7\r\n', '$7\n')) },
  { name: 'last incr: junk behind a length', files: last((c) => c.replace('$7', '$7 junk')) },
  { name: 'last incr: junk behind a count', files: last((c) => c.replace('*3', '*3abc')) },
  { name: 'last incr: zero byte behind a length', files: last((c) => c.replace('$7', '$7\0')) },
  { name: 'last incr: blank in front of a length', files: last((c) => c.replace('$7', '$ 7')) },
  { name: 'last incr: zero in front of a length', files: last((c) => c.replace('$7', '$07')) },
  { name: 'last incr: no CR LF behind an argument', files: last((c) => `${c.slice(0, -2)}xx`) },
  { name: 'last incr: empty line', files: last((c) => `\r\n${c}`) },
  { name: 'last incr: command as typed', files: last((c) => `SET typed x\r\n${c}`) },
  { name: 'last incr: unknown command', files: inFront(record('NOSUCH', 'a')) },
  { name: 'last incr: unknown command in a transaction', files: inFront(MULTI + record('NOSUCH', 'a') + EXEC) },
  { name: 'last incr: command without a name', files: inFront(record('')) },
  { name: 'last incr: wrong arity', files: inFront(record('SET', 'a')) },
  { name: 'last incr: WRONGTYPE', files: added(record('LPUSH', 'incr300', 'x')) },
  { name: 'last incr: SELECT 99', files: inFront(record('SELECT', '99')) },
  { name: 'last incr: EXEC without MULTI', files: inFront(EXEC) },
  { name: 'last incr: MULTI in a transaction', files: inFront(MULTI + MULTI + ONE_MORE + EXEC) },
  { name: 'last incr: DISCARD in a transaction', files: inFront(MULTI + ONE_MORE + record('DISCARD')) },
  {
    name: 'last incr: DISCARD and EXEC in a transaction',
    files: inFront(MULTI + ONE_MORE + record('DISCARD') + EXEC),
  },
  { name: 'last incr: commands that read', files: inFront(record('GET', 'a') + record('PING')) },
  { name: 'last incr: SUBSCRIBE', files: inFront(record('SUBSCRIBE', 'a')) },
  { name: 'last incr: BLPOP', files: inFront(record('BLPOP', 'a', '0')) },
  { name: 'last incr: SHUTDOWN', files: inFront(record('SHUTDOWN', 'NOSAVE')) },
  { name: 'last incr: CONFIG SET', files: inFront(record('CONFIG', 'SET', 'maxmemory-samples', '6')) },
  { name: 'last incr: time annotations', files: but({ [LAST]: `#TS:1795162400\r\n${incr(3)}#TS:1795162401\r\n` }) },
  { name: 'last incr: annotation of 1023 bytes', files: inFront(longComment(1023)) },
  { name: 'last incr: annotation of 1024 bytes', files: inFront(longComment(1024)) },
  { name: 'last incr: annotation cut', files: added('#TS:17951') },
  { name: 'last incr: annotation in a command', files: last((c) => c.replace('$7', '#TS:1795162400\r\n$7')) },
];

const MANIFEST_CASES: DamageCase[] = [
  { name: 'manifest deleted', files: but({ [MANIFEST]: undefined }) },
  {
    name: 'manifest deleted, numbers from 1',
    files: {
      [`${DIRECTORY}/${NAME}.1.base.rdb`]: base,
      [`${DIRECTORY}/${NAME}.1.incr.aof`]: incr(2),
    },
    whole: HYBRID_KEYS,
  },
  { name: 'manifest of zero bytes', files: manifest('') },
  { name: 'manifest: only a comment', files: manifest('# nothing\n') },
  { name: 'manifest: no LF at the end', files: manifest(LINES.slice(0, -1)) },
  { name: 'manifest: two bases', files: manifest(BASE_LINE + LINES) },
  { name: 'manifest: a number twice', files: manifest(BASE_LINE + MIDDLE_LINE + line('i', 2, `${NAME}.3.incr.aof`)) },
  { name: 'manifest: numbers descend', files: manifest(BASE_LINE + LAST_LINE + MIDDLE_LINE) },
  { name: 'manifest: no base line', files: manifest(MIDDLE_LINE + LAST_LINE) },
  {
    name: 'manifest: no base line, numbers from 1',
    files: {
      [MANIFEST]: line('i', 1, `${NAME}.1.incr.aof`),
      [`${DIRECTORY}/${NAME}.1.base.rdb`]: base,
      [`${DIRECTORY}/${NAME}.1.incr.aof`]: incr(2),
    },
    whole: HYBRID_KEYS,
  },
  { name: 'manifest: no incr lines', files: manifest(BASE_LINE) },
  { name: 'manifest: no line for the last incr', files: manifest(BASE_LINE + MIDDLE_LINE) },
  { name: 'manifest: no line for the middle incr', files: manifest(BASE_LINE + LAST_LINE) },
  { name: 'manifest: only history', files: manifest(line('h', 2, `${NAME}.2.base.rdb`)) },
  {
    name: 'manifest: history, file there',
    files: but({ [MANIFEST]: LINES + line('h', 1, `${NAME}.1.base.rdb`), [`${DIRECTORY}/${NAME}.1.base.rdb`]: base }),
  },
  { name: 'manifest: history, file missing', files: manifest(LINES + line('h', 1, `${NAME}.1.base.rdb`)) },
  { name: 'manifest: a file twice', files: manifest(LINES + line('i', 4, `${NAME}.3.incr.aof`)) },
  {
    name: 'manifest: a gap in the numbers',
    files: but({
      [MANIFEST]: BASE_LINE + MIDDLE_LINE + line('i', 9, `${NAME}.9.incr.aof`),
      [LAST]: undefined,
      [`${DIRECTORY}/${NAME}.9.incr.aof`]: incr(3),
    }),
  },
  { name: 'manifest: empty line', files: manifest(`${BASE_LINE}\n${MIDDLE_LINE}${LAST_LINE}`) },
  { name: 'manifest: five words', files: manifest(LINES.replace(' type b', ' type')) },
  { name: 'manifest: seven words', files: manifest(LINES.replace(' type b', ' type b x')) },
  { name: 'manifest: eight words', files: manifest(LINES.replace(' type b', ' type b startoffset 10')) },
  { name: 'manifest: unknown type', files: manifest(LINES.replace('type b', 'type x')) },
  { name: 'manifest: type in upper case', files: manifest(LINES.replace('type b', 'type B')) },
  { name: 'manifest: type as a word', files: manifest(LINES.replace('type b', 'type base')) },
  { name: 'manifest: number 0', files: manifest(LINES.replace('seq 3', 'seq 0')) },
  { name: 'manifest: number abc', files: manifest(LINES.replace('seq 3', 'seq abc')) },
  { name: 'manifest: number 3abc', files: manifest(LINES.replace('seq 3', 'seq 3abc')) },
  { name: 'manifest: negative number of the base', files: manifest(LINES.replace('seq 2 type b', 'seq -2 type b')) },
  { name: 'manifest: negative number of an incr', files: manifest(LINES.replace('seq 2 type i', 'seq -2 type i')) },
  { name: 'manifest: path in a name', files: manifest(LINES.replace(`${NAME}.2.base`, `./${NAME}.2.base`)) },
  { name: 'manifest: quote that does not end', files: manifest(LINES.replace('file ', 'file "')) },
  { name: 'manifest: zero byte', files: manifest(LINES.replace('seq 3', 'seq\x003')) },
  { name: 'manifest: line too long', files: manifest(LINES + longComment(1025)) },
  { name: 'manifest: longest line', files: manifest(LINES + longComment(1024)) },
  { name: 'manifest: CR LF', files: manifest(LINES.replaceAll('\n', '\r\n')) },
  { name: 'manifest: quoted names', files: manifest(LINES.replace(`${NAME}.2.base.rdb`, `"${NAME}.2.base.rdb"`)) },
  { name: 'manifest: pairs in another order', files: manifest(LINES.replace(/^file (\S+) seq 2/, 'seq 2 file $1')) },
  { name: 'manifest: unknown pair', files: manifest(LINES.replace('type b', 'type b color red')) },
  { name: 'manifest: comments', files: manifest(`# one\n${BASE_LINE}# two\n${MIDDLE_LINE}${LAST_LINE}#\n`) },
  { name: 'manifest: upper case', files: manifest(LINES.replace('file ', 'FILE ')) },
  { name: 'manifest: blank in front', files: manifest(` ${LINES}`) },
  { name: 'manifest of 10 MB', files: manifest(LINES + longComment(1000).repeat(10_000)) },
  { name: 'manifest of 17 MB', files: manifest(LINES + longComment(1000).repeat(17_000)) },
  { name: 'manifest is a directory', files: but({ [MANIFEST]: null }) },
  {
    name: 'manifest: name with blanks, quoted',
    files: but({
      [MANIFEST]: BASE_LINE + MIDDLE_LINE + line('i', 3, '"the last one.aof"'),
      [LAST]: undefined,
      [`${DIRECTORY}/the last one.aof`]: incr(3),
    }),
  },
  {
    name: 'manifest: name with blanks, not quoted',
    files: but({
      [MANIFEST]: BASE_LINE + MIDDLE_LINE + line('i', 3, 'the last.aof'),
      [LAST]: undefined,
      [`${DIRECTORY}/the last.aof`]: incr(3),
    }),
  },
];

const LEGACY_CASES: DamageCase[] = [
  { name: 'single file', files: { [NAME]: legacyLog }, whole: INCR_KEYS },
  { name: 'single file with an RDB in front', files: { [NAME]: legacyHybrid }, whole: HYBRID_KEYS },
  {
    name: 'single file beside an empty directory',
    files: { [NAME]: legacyHybrid, [DIRECTORY]: null },
    whole: HYBRID_KEYS,
  },
  { name: 'single file, cut', files: { [NAME]: legacyHybrid.subarray(0, -8) }, whole: HYBRID_KEYS },
  {
    name: 'single file, cut in the RDB',
    files: { [NAME]: legacyHybrid.subarray(0, legacyHybrid.length - incr(2).length - 50) },
    whole: HYBRID_KEYS,
  },
  {
    name: 'single file, garbage behind',
    files: { [NAME]: Buffer.concat([legacyHybrid, Buffer.from('9f3a00c17e551234', 'hex')]) },
    whole: HYBRID_KEYS,
  },
  {
    name: 'single file, zeros behind',
    files: { [NAME]: Buffer.concat([legacyHybrid, Buffer.alloc(64)]) },
    whole: HYBRID_KEYS,
  },
  { name: 'single file of zero bytes', files: { [NAME]: '' }, whole: HYBRID_KEYS },
  { name: 'single file beside a set', files: but({ [NAME]: legacyLog }) },
  { name: 'single file beside a manifest of comments', files: { ...manifest('# none\n'), [NAME]: legacyLog } },
  {
    name: 'single file beside files without a manifest',
    files: { ...but({ [MANIFEST]: undefined }), [NAME]: legacyLog },
  },
  {
    name: 'single file that a manifest takes over',
    files: { [MANIFEST]: line('b', 1, NAME), [NAME]: legacyHybrid },
    whole: HYBRID_KEYS,
  },
  {
    name: 'single file that a set has taken over',
    files: {
      [MANIFEST]: line('b', 1, NAME) + line('i', 1, `${NAME}.1.incr.aof`),
      [`${DIRECTORY}/${NAME}`]: legacyHybrid,
      [`${DIRECTORY}/${NAME}.1.incr.aof`]: incr(3),
    },
  },
  {
    name: 'single file taken over, and cut',
    files: {
      [MANIFEST]: line('b', 1, NAME) + line('i', 1, `${NAME}.1.incr.aof`),
      [`${DIRECTORY}/${NAME}`]: legacyHybrid.subarray(0, -8),
      [`${DIRECTORY}/${NAME}.1.incr.aof`]: incr(3),
    },
  },
];

export const CASES: readonly DamageCase[] = [
  ...SET_CASES,
  ...BASE_CASES,
  ...INCR_CASES,
  ...MANIFEST_CASES,
  ...LEGACY_CASES,
];

/** Makes the data directory of a case. */
export function write(dir: string, { files, links }: DamageCase): void {
  for (const [path, content] of Object.entries(files)) {
    if (content === null) mkdirSync(join(dir, path), { recursive: true });
    else {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), typeof content === 'string' ? Buffer.from(content, 'latin1') : content);
    }
  }
  for (const [path, target] of Object.entries(links ?? {})) symlinkSync(target, join(dir, path));
}
