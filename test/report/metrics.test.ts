import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { FileReport, Finding, LoadReport, VerifyReport } from '../../src/index.js';
import { verifyMetrics } from '../../src/report/metrics.js';
import { metric, samplesOf } from '../helpers/exposition.js';
import { setValue, stringValue } from '../helpers/rdb-builder.js';
import { database, head, NOW_MS } from '../verify/hand-made.js';
import { verifyBytes } from '../verify/verify-bytes.js';

const HOUR_S = 3600;
const SOUND = database(3, 2)
  .expireMs(NOW_MS - 1000)
  .key('a', stringValue('v'))
  .expireMs(NOW_MS + 1e9)
  .key('b', setValue(['m', 'm']))
  .key('c', setValue(['m', 'm']))
  .finish('zero');

function finding(code: Finding['code'], severity: Finding['severity']): Finding {
  return { code, severity, offset: null, db: null, key: null, type: null, message: 'm' };
}

function reportOf(files: readonly FileReport[], more: Partial<VerifyReport> = {}): VerifyReport {
  return { ok: false, complete: true, files, findings: [], shards: null, leftOut: 0, ...more };
}

function metricsOf(files: readonly FileReport[], more: Partial<VerifyReport> = {}) {
  return samplesOf(verifyMetrics(reportOf(files, more), { nowMs: NOW_MS, exitStatus: 1 }));
}

describe('metrics of a file', () => {
  it('are what the report says', async () => {
    const file = { ...(await verifyBytes(SOUND)), path: 'dump.rdb', milliseconds: 1234.5 };
    const samples = metricsOf([file]);
    const path = { path: 'dump.rdb' };
    const values = Object.fromEntries(
      [...samples.keys()].map((name) => [name.slice(14), samples.get(name)?.[0].value]),
    );
    expect(values).toEqual({
      ok: 0,
      verdict: 0,
      complete: 1,
      info: 1,
      created_timestamp_seconds: NOW_MS / 1000 - HOUR_S,
      age_seconds: HOUR_S,
      bytes: SOUND.length,
      keys: 3,
      expires: 2,
      expired_keys: 1,
      loads: 1,
      findings: expect.any(Number),
      duration_seconds: 1.235,
      files: 1,
      exit_status: 1,
      last_run_timestamp_seconds: NOW_MS / 1000,
    });
    expect(metric(samples, 'verdict', { ...path, verdict: 'damaged' })).toBe(1);
    for (const verdict of ['sound', 'unknown', 'failed'])
      expect(metric(samples, 'verdict', { ...path, verdict })).toBe(0);
    const code = (name: string, severity: string) => metric(samples, 'findings', { ...path, code: name, severity });
    expect(code('SET_DUPLICATE_MEMBER', 'error')).toBe(2);
    expect(code('RDB_CHECKSUM_DISABLED', 'warning')).toBe(1);
    expect(samples.get('rdbkit_verify_info')?.[0].labels).toEqual({
      ...path,
      kind: 'rdb',
      lineage: 'redis',
      producer: 'redis',
      version: '7.2.5',
      rdb_version: '11',
    });
  });

  it('leave out what is not known', async () => {
    const none = await verifyBytes(new Uint8Array(0));
    const samples = metricsOf([{ ...none, outcome: 'failed', bytes: 0 }]);
    for (const name of [
      'created_timestamp_seconds',
      'age_seconds',
      'bytes',
      'keys',
      'expires',
      'expired_keys',
      'info',
    ]) {
      expect(samples.has(`rdbkit_verify_${name}`), name).toBe(false);
    }
    expect(metric(samples, 'ok')).toBe(0);
    const header = await verifyBytes(head().finish(), { level: 'header' });
    expect(metricsOf([header]).has('rdbkit_verify_keys')).toBe(false);
    expect(metric(metricsOf([header]), 'ok')).toBe(1);
  });

  it('have an age below zero when it was made in the future', async () => {
    const file = await verifyBytes(SOUND);
    expect(metric(metricsOf([{ ...file, createdAtMs: NOW_MS + 1500 }]), 'age_seconds')).toBe(-1.5);
  });

  it('count each code once, whatever severities it had', async () => {
    const file = await verifyBytes(SOUND);
    const findings = [finding('RDB_TRAILING_BYTES', 'warning'), finding('RDB_TRAILING_BYTES', 'error')];
    const samples = metricsOf([{ ...file, findings, findingCounts: { RDB_TRAILING_BYTES: 250 } }]);
    expect(samples.get('rdbkit_verify_findings')).toEqual([
      { labels: { path: file.path, code: 'RDB_TRAILING_BYTES', severity: 'error' }, value: 250 },
    ]);
  });

  it('say of each server whether it would start, the worst where there are several answers', async () => {
    const file = await verifyBytes(SOUND);
    const load = (target: string, verdict: LoadReport['verdict']): LoadReport => ({
      target,
      verdict,
      basis: 'measured',
      requires: [],
      drops: { expiredKeys: 0, emptyKeys: 0, expiredFields: 0 },
      reasons: [],
    });
    const loads = [load('redis-8.0', 'partly'), load('valkey-9.1', 'yes'), load('valkey-9.1', 'no')];
    const samples = metricsOf([{ ...file, loads }]);
    const yes = (samples.get('rdbkit_verify_loads') ?? []).filter(({ value }) => value === 1);
    expect(yes.map(({ labels }) => `${labels.target} ${labels.verdict}`)).toEqual([
      'redis-8.0 partly',
      'valkey-9.1 no',
    ]);
    expect(samples.get('rdbkit_verify_loads')).toHaveLength(8);
  });
});

describe('metrics of several files', () => {
  it('have a path each; of one that is given twice the worst counts', async () => {
    const file = await verifyBytes(SOUND);
    const samples = metricsOf([
      { ...file, path: 'a', ok: true },
      { ...file, path: 'b', ok: true },
      { ...file, path: 'a', ok: false, keys: 1 },
      { ...file, path: 'a', ok: true },
    ]);
    expect(metric(samples, 'ok', { path: 'a' })).toBe(0);
    expect(metric(samples, 'keys', { path: 'a' })).toBe(1);
    expect(metric(samples, 'ok', { path: 'b' })).toBe(1);
    expect(metric(samples, 'files')).toBe(4);
  });

  it('say whether they fit together', async () => {
    const file = await verifyBytes(SOUND);
    const shards = { files: 2, skewMs: 0, slots: null };
    const findings = [
      finding('SHARDS_SLOT_TWICE', 'error'),
      finding('SHARDS_SLOT_TWICE', 'error'),
      finding('SHARDS_NO_SLOTS', 'info'),
    ];
    const samples = metricsOf([file], { shards, findings });
    expect(metric(samples, 'shards_ok')).toBe(0);
    expect(metric(samples, 'shards_findings', { code: 'SHARDS_SLOT_TWICE', severity: 'error' })).toBe(2);
    expect(metric(samples, 'shards_findings', { code: 'SHARDS_NO_SLOTS', severity: 'info' })).toBe(1);
    expect(metric(metricsOf([file], { shards, findings: findings.slice(2) }), 'shards_ok')).toBe(1);
    expect(metricsOf([file]).has('rdbkit_verify_shards_ok')).toBe(false);
  });
});

describe('text in labels', () => {
  const HOSTILE = [
    'a"b',
    'a\\',
    'a\\"',
    '\\n',
    'a\nb',
    'a\rb',
    '"} 1\nrdbkit_verify_ok{path="other',
    '{}=, ',
    'tab\there',
    '名前 🔑',
    '',
  ];

  it.each(HOSTILE)('%j reads back the same', async (path) => {
    const file = await verifyBytes(SOUND);
    const samples = metricsOf([{ ...file, path, producer: { name: 'redis', version: path } }]);
    expect(samples.get('rdbkit_verify_ok')).toEqual([{ labels: { path }, value: 0 }]);
    expect(samples.get('rdbkit_verify_info')?.[0].labels.version).toBe(path);
  });

  it('that is none becomes text, and stays one sample', async () => {
    const file = await verifyBytes(SOUND);
    const samples = metricsOf([
      { ...file, path: 'a\ud800' },
      { ...file, path: 'a\udfff' },
    ]);
    expect(samples.get('rdbkit_verify_ok')?.map(({ labels }) => labels.path)).toEqual(['a\ufffd']);
  });

  const promtool = spawnSync('promtool', ['--version']).status === 0;

  it.skipIf(!promtool)('promtool has nothing to say', async () => {
    const file = await verifyBytes(SOUND);
    const files = HOSTILE.map((path) => ({ ...file, path }));
    const shards = { files: 2, skewMs: 0, slots: null };
    const findings = [finding('SHARDS_SLOT_TWICE', 'error')];
    const text = verifyMetrics(reportOf(files, { shards, findings }), { nowMs: NOW_MS, exitStatus: 1 });
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});
