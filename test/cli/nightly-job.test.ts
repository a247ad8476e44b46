/** The script of docs/nightly-job.md, as it is shipped, against a real server: the upload happens when the dump is good, and only then. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { metric, samplesOf } from '../helpers/exposition.js';
import { availableServers } from '../servers/available.js';
import { type RunningServer, startServer } from '../servers/server.js';
import { Directory } from './files.js';
import { BIN, ENVIRONMENT, has, type Ran, ROOT } from './run.js';

const SCRIPT = fileURLToPath(new URL('../../examples/backup.sh', import.meta.url));
const PASSWORD = 'correct horse';
const KEYS = 500;

const directory = new Directory();
const [binary] = availableServers().filter(({ suite }) => suite === 'PATH');
const possible = binary !== undefined && has('redis-cli') && has('flock');

describe.runIf(possible)('examples/backup.sh', () => {
  let server: RunningServer;
  let folder = '';
  let run = 0;

  beforeAll(async () => {
    const args = ['--requirepass', PASSWORD];
    server = await startServer({ binary: binary?.binary ?? '', args, client: { password: PASSWORD } });
    const pipeline = server.client.pipeline();
    for (let i = 0; i < KEYS; i++) pipeline.set(`key:${i}`, `value:${i}`);
    await pipeline.exec();
  });

  afterAll(() => server?.stop());

  beforeEach(() => {
    folder = directory.join(`run-${++run}`);
    mkdirSync(folder);
  });

  /** Runs the script. Meanwhile this process goes on, for the server's log is read by it. */
  function backup(settings: Readonly<Record<string, string>> = {}): Promise<Ran> {
    const env = {
      ...ENVIRONMENT,
      REDISCLI_AUTH: PASSWORD,
      REDIS_CLI: `redis-cli -p ${server.port}`,
      RDBKIT: `${process.execPath} ${BIN}`,
      BACKUP_DIR: join(folder, 'backups'),
      METRICS: join(folder, 'rdbkit.prom'),
      UPLOAD: `cp "$1" "${folder}/uploaded"; echo "$1" >> "${folder}/uploads"`,
      SAVE_TIMEOUT: '30',
      ...settings,
    };
    return new Promise((resolve, reject) => {
      const child = spawn('sh', [SCRIPT], { env, stdio: ['ignore', 'pipe', 'pipe'] });
      const output = { stdout: '', stderr: '' };
      child.stdout.on('data', (text) => (output.stdout += text));
      child.stderr.on('data', (text) => (output.stderr += text));
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, ...output }));
    });
  }

  function uploads(): string[] {
    const log = join(folder, 'uploads');
    return existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [];
  }

  function metrics() {
    return samplesOf(readFileSync(join(folder, 'rdbkit.prom'), 'utf8'));
  }

  it('saves, copies, verifies and uploads', async () => {
    const { code, stdout, stderr } = await backup();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [good] = uploads();
    expect(stdout).toBe(`backup: ${good} was verified and uploaded\n`);
    expect(readFileSync(join(folder, 'uploaded'))).toEqual(readFileSync(join(server.dir, 'dump.rdb')));
    expect(readdirSync(join(folder, 'backups')).filter((name) => !name.startsWith('.'))).toEqual([
      expect.stringMatching(/^redis-\d{8}T\d{6}Z\.rdb$/),
    ]);
    expect(statSync(good).mode & 0o077).toBe(0);
    expect(metric(metrics(), 'ok')).toBe(1);
    expect(metric(metrics(), 'exit_status')).toBe(0);
    expect(metric(metrics(), 'keys', { path: join(folder, 'backups/incoming.rdb') })).toBe(KEYS);
  });

  it('waits for a save of its own, even within the second of another one', async () => {
    await server.client.save();
    await server.client.set('late', 'one');
    expect(await backup()).toMatchObject({ code: 0 });
    expect(metric(metrics(), 'keys')).toBe(KEYS + 1);
    await server.client.del('late');
  });

  it('waits for a save that is running, and makes its own', async () => {
    // 500 keys with 4 ms each.
    await server.client.call('CONFIG', 'SET', 'rdb-key-save-delay', '4000');
    await server.client.bgsave();
    await server.client.set('late', 'one');
    const ran = backup();
    await server.client.call('CONFIG', 'SET', 'rdb-key-save-delay', '0');
    expect(await ran).toMatchObject({ code: 0 });
    expect(metric(metrics(), 'keys')).toBe(KEYS + 1);
    await server.client.del('late');
  });

  it('does not upload a truncated copy', async () => {
    await server.client.save();
    const cut = join(folder, 'cut.rdb');
    writeFileSync(cut, readFileSync(join(server.dir, 'dump.rdb')).subarray(0, 2000));
    const { code, stdout, stderr } = await backup({ DUMP: cut });
    expect(code).toBe(1);
    expect(stdout).toContain('RDB_TRUNCATED');
    expect(stderr).toContain('was not uploaded');
    expect(uploads()).toEqual([]);
    // What was found is there to look at, and is no backup by its name.
    expect(existsSync(join(folder, 'backups/incoming.rdb'))).toBe(true);
    expect(metric(metrics(), 'verdict', { verdict: 'damaged' })).toBe(1);
    expect(metric(metrics(), 'exit_status')).toBe(1);
  });

  it('does not upload an old dump', async () => {
    const { code, stdout } = await backup({ DUMP: join(ROOT, 'fixtures/dump.rdb'), EXPECT: '--max-age 1s' });
    expect(code).toBe(1);
    expect(stdout).toContain('EXPECT_MAX_AGE');
    expect(uploads()).toEqual([]);
  });

  it('does not upload the dump of an empty server', async () => {
    const { code, stdout } = await backup({ EXPECT: `--max-age 1h --min-keys ${KEYS + 1}` });
    expect(code).toBe(1);
    expect(stdout).toContain(`${KEYS} keys; at least ${KEYS + 1} are expected`);
    expect(uploads()).toEqual([]);
  });

  it('does not upload what it could not account for', async () => {
    const { code, stderr } = await backup({ METRICS: join(folder, 'missing/rdbkit.prom') });
    expect(code).toBe(2);
    expect(stderr).toContain('--metrics');
    expect(uploads()).toEqual([]);
  });

  it('ends when the save fails', async () => {
    // A directory in the place of the dump: the server cannot put the new one there.
    const dump = join(server.dir, 'dump.rdb');
    rmSync(dump, { force: true });
    mkdirSync(join(dump, 'occupied'), { recursive: true });
    const { code, stderr } = await backup();
    rmSync(dump, { recursive: true });
    expect(code).toBe(2);
    expect(stderr).toContain('the save failed: rdb_last_bgsave_status:err');
    expect(uploads()).toEqual([]);
    expect(existsSync(join(folder, 'rdbkit.prom'))).toBe(false);
  });

  it('and saves again when nothing is in the way', async () => {
    expect(await backup()).toMatchObject({ code: 0, stderr: '' });
  });

  it('ends when a save takes too long', async () => {
    await server.client.call('CONFIG', 'SET', 'rdb-key-save-delay', '8000');
    const { code, stderr } = await backup({ SAVE_TIMEOUT: '1' });
    await server.client.call('CONFIG', 'SET', 'rdb-key-save-delay', '0');
    expect(code).toBe(2);
    expect(stderr).toContain('not saved within 1 s');
    expect(uploads()).toEqual([]);
  });

  it.each([
    ['a wrong password', { REDISCLI_AUTH: 'battery staple' }, /does not answer PING: NOAUTH/],
    ['no server', { REDIS_CLI: 'redis-cli -p 1' }, /does not answer PING/],
    ['no redis-cli', { REDIS_CLI: 'no-such-program' }, /does not answer PING/],
    ['no rdbkit', { RDBKIT: 'no-such-program' }, /exits 127, so .* was not uploaded/],
  ])('ends with %s', async (_, settings, message) => {
    const { code, stderr } = await backup(settings);
    expect(code).toBeGreaterThan(0);
    expect(stderr).toMatch(message);
    expect(uploads()).toEqual([]);
  });

  it('says so when the upload fails, and keeps the good dump', async () => {
    const { code, stderr } = await backup({ UPLOAD: 'false "$1"' });
    expect(code).toBe(2);
    expect(stderr).toMatch(/redis-\w+\.rdb is good, and its upload failed/);
    expect(readdirSync(join(folder, 'backups')).filter((name) => name.startsWith('redis-'))).toHaveLength(1);
  });

  it('runs once at a time', async () => {
    const hold = `flock "${folder}/backups/.lock" sh -c 'echo held; read -r _'`;
    mkdirSync(join(folder, 'backups'));
    const holder = spawn('sh', ['-c', hold], { stdio: ['pipe', 'pipe', 'inherit'] });
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    const { code, stderr } = await backup();
    holder.stdin.end('\n');
    expect(code).toBe(2);
    expect(stderr).toContain('another backup is running');
    expect(uploads()).toEqual([]);
  });
});

describe('the page about it', () => {
  const page = readFileSync(join(ROOT, 'docs', 'nightly-job.md'), 'utf8');

  it.each(['backup.sh', 'rdbkit-backup.service', 'rdbkit-backup.timer'])('shows examples/%s as it is', (name) => {
    expect(page).toContain(readFileSync(join(ROOT, 'examples', name), 'utf8'));
  });
});
