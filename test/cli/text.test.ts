import { describe, expect, it } from 'vitest';
import { listValue, RdbBuilder, setValue } from '../helpers/rdb-builder.js';
import { Directory, emptyList, NEWER, redis72, SOUND, TRAILING, TRUNCATED, WRONG_CHECKSUM } from './files.js';
import { documentOf } from './json.js';
import { rdbkit } from './run.js';

const directory = new Directory();
const sound = directory.write('sound.rdb', SOUND);

describe('the text about a sound file', () => {
  const { code, stdout, stderr } = rdbkit(['verify', sound]);

  it('takes at most eight lines', () => {
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expect(stdout.endsWith('\n')).toBe(true);
    expect(stdout.trimEnd().split('\n').length).toBeLessThanOrEqual(8);
  });

  it('names the file, its producer, its age, its keys by database, its checksum and the verdict', () => {
    expect(stdout).toContain(sound);
    expect(stdout).toMatch(/Redis 7\.2\.5/);
    expect(stdout).toMatch(/\b3 ?h(ours)?\b.* ago/);
    expect(stdout).toMatch(/\b3 in 2 databases/);
    expect(stdout).toMatch(/db 0: 2\b.*1 with expiry/);
    expect(stdout).toMatch(/db 3: 1\b.*0 with expiry/);
    expect(stdout).toMatch(/checksum +ok/);
    expect(stdout).toMatch(/verdict +sound/);
  });

  it('counts the files when there are several', () => {
    expect(rdbkit(['verify', sound, sound]).stdout).toMatch(/2 files: all sound/);
  });
});

describe('the text about a damaged file', () => {
  it('names code, offset in hexadecimal and decimal, key, meaning, and what to try', () => {
    const builder = redis72()
      .selectDb(5)
      .resizeDb(2, 0)
      .key('fine', setValue(['a']));
    const from = builder.offset;
    const bytes = builder.key('todo', listValue([])).finish();
    const { code, stdout } = rdbkit(['verify', directory.write('damaged.rdb', bytes)]);
    expect(code).toBe(1);
    expect(stdout).toContain('error EMPTY_COLLECTION');
    expect(stdout).toMatch(/db 5, list "todo"/);
    const [, hex, decimal] = /at 0x([0-9a-f]+) \((\d+)\)/.exec(stdout) ?? [];
    expect(Number.parseInt(hex, 16)).toBe(Number(decimal));
    expect(Number(decimal)).toBeGreaterThanOrEqual(from);
    expect(Number(decimal)).toBeLessThan(bytes.length - 9);
    expectExplained(stdout, 'EMPTY_COLLECTION');
    expect(stdout).toMatch(/verdict +damaged/);
  });

  it.each([
    ['RDB_CHECKSUM_MISMATCH', WRONG_CHECKSUM],
    ['RDB_TRUNCATED', TRUNCATED],
    ['RDB_TRAILING_BYTES', TRAILING],
    ['INPUT_NOT_A_BACKUP', Buffer.from('Dear reader')],
    ['RDB_VERSION_NEWER', NEWER],
  ])('explains %s', (code, bytes) => {
    const { stdout } = rdbkit(['verify', directory.write(`${code}.rdb`, bytes)]);
    expect(stdout).toContain(code);
    expectExplained(stdout, code);
  });

  it('says what was counted until the place that cannot be parsed', () => {
    const { stdout } = rdbkit(['verify', directory.write('cut.rdb', TRUNCATED)]);
    expect(stdout).toMatch(/until the stop.*db 0/);
  });

  it('says that newer is not damaged', () => {
    const { code, stdout } = rdbkit(['verify', directory.write('newer.rdb', NEWER)]);
    expect(code).toBe(3);
    expect(stdout).toMatch(/cannot tell/i);
    expect(stdout).not.toMatch(/damaged:/i);
  });

  it('stays short, whatever number of findings there is', () => {
    const builder = redis72().selectDb(0).resizeDb(500, 0);
    for (let i = 0; i < 500; i++) builder.key(`key:${i}`, listValue([]));
    const path = directory.write('many.rdb', builder.finish());
    const { stdout } = rdbkit(['verify', path]);
    expect(stdout.split('\n').length).toBeLessThan(40);
    expect(stdout).toContain('500 times');
    // The document has more of them, and how many there are.
    const [{ findings }] = documentOf(rdbkit(['verify', '--json', path])).files;
    expect(findings.length).toBeGreaterThan(3);
  });
});

describe('on a terminal nothing of a file is a command', () => {
  /** Everything that a terminal acts on: C0 but line feed, DEL, C1. */
  const CONTROL = /[\x00-\x09\x0b-\x1f\x7f-\x9f]/;

  it.each([
    ['escape', '\x1b[31mred', '\\x1b[31mred'],
    ['bell and line feed', 'a\x07\nb', 'a\\x07\\x0ab'],
    ['carriage return', 'a\rOK', 'a\\x0dOK'],
    ['DEL', 'a\x7f', 'a\\x7f'],
    ['C1', 'a\u009b31m', 'a\\x9b31m'],
    ['other bytes', Buffer.of(0x61, 0x9b, 0xff), 'a\\x9b\\xff'],
    ['text that turns direction', 'a\u202egpj.exe', 'a\\u{202e}gpj.exe'],
  ])('in the name of a key: %s', (name, key, shown) => {
    const { stdout } = rdbkit(['verify', directory.write(`${name.replaceAll(' ', '-')}.rdb`, emptyList(key))]);
    expect(stdout).not.toMatch(CONTROL);
    expect(stdout).toContain(`"${shown}"`);
  });

  it('in the name of the server', () => {
    const bytes = redis72().aux('valkey-ver', '9\x1b]0;title\x07').selectDb(0).resizeDb(0, 0).finish();
    expect(rdbkit(['verify', directory.write('producer.rdb', bytes)]).stdout).not.toMatch(CONTROL);
  });

  it('in a text that is no dump', () => {
    const { stdout } = rdbkit(['verify', directory.write('text.rdb', '\x1b[2Jhello')]);
    expect(stdout).not.toMatch(CONTROL);
  });

  it('in the name of the file', () => {
    const { stdout, stderr } = rdbkit(['verify', directory.write('a\x1b[31m.rdb', TRUNCATED)]);
    expect(stdout).not.toMatch(CONTROL);
    expect(stderr).not.toMatch(CONTROL);
  });

  it('in the name of a function library', () => {
    const bytes = redis72().functionPreGa('lib\x1b[31m', 'LUA', 'return 1').selectDb(0).resizeDb(0, 0).finish();
    const { stdout } = rdbkit(['verify', directory.write('library.rdb', bytes)]);
    expect(stdout).toContain('FUNCTION_PRE_GA');
    expect(stdout).not.toMatch(CONTROL);
  });
});

describe('the age of a file', () => {
  it('from the future is called so', () => {
    const tomorrow = String(Math.floor(Date.now() / 1000) + 86_400);
    const bytes = new RdbBuilder(11).aux('redis-ver', '7.2.5').aux('ctime', tomorrow).finish();
    const { code, stdout } = rdbkit(['verify', directory.write('future.rdb', bytes)]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/in the future/);
    expect(stdout).toContain('AUX_CTIME_FUTURE');
  });

  it('that does not say is left out', () => {
    const bytes = new RdbBuilder(11).aux('redis-ver', '7.2.5').finish();
    expect(rdbkit(['verify', directory.write('ageless.rdb', bytes)]).stdout).not.toMatch(/ago|1970/);
  });
});

/** Meaning and advice of `explain`, in whatever lines. */
function expectExplained(stdout: string, code: string): void {
  const { meaning, advice } = JSON.parse(rdbkit(['explain', '--json', code]).stdout) as Record<string, string>;
  const text = stdout.replaceAll(/\s+/g, ' ');
  expect(text).toContain(meaning);
  expect(text).toContain(advice);
}
