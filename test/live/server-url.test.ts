import { describe, expect, it } from 'vitest';
import { isServerUrl, parseServerUrl } from '../../src/live/server-url.js';

describe('the URL of a server', () => {
  it.each([
    ['redis://example.org', { host: 'example.org', port: 6379, tls: false, db: undefined, username: undefined }],
    ['redis://example.org:7000/3', { port: 7000, db: 3 }],
    ['rediss://u:p%40ss@[::1]:7001', { host: '::1', port: 7001, tls: true, username: 'u', password: 'p@ss' }],
    ['valkeys://:secret@h/0', { tls: true, password: 'secret', db: 0 }],
    ['unix:///run/redis.sock', { path: '/run/redis.sock', db: undefined }],
    ['unix://u:p@/run/redis.sock?db=4', { path: '/run/redis.sock', username: 'u', password: 'p', db: 4 }],
  ])('%s', (text, expected) => {
    expect(isServerUrl(text)).toBe(true);
    expect(parseServerUrl(text, {})).toMatchObject(expected);
  });

  it('may name several hosts, with the port that is usual for them', () => {
    const url = 'redis://u:a,b%40c@one,two:7000,[::1]/3';
    const { shown, ...address } = parseServerUrl(url, {}, 26379);
    const others = [
      { host: 'two', port: 7000 },
      { host: '::1', port: 26379 },
    ];
    expect(address).toMatchObject({ host: 'one', port: 26379, others, username: 'u', password: 'a,b@c', db: 3 });
    expect(shown).toBe('redis://u:***@one,two:7000,[::1]/3');
    expect(parseServerUrl('unix:///run/a,b.sock', {})).toMatchObject({ path: '/run/a,b.sock', others: [] });
    expect(() => parseServerUrl('redis://one,two:x', {})).toThrow('this is no URL of a server');
  });

  it.each([
    'http://h',
    'redis://h/x',
    'redis://h/-1',
    'redis://h/99999999999',
    'redis://%zz@h',
    'unix://',
    'redis://h:x',
  ])('%s is none', (text) => {
    expect(() => parseServerUrl(text, {})).toThrow();
  });

  it.each(['dump.rdb', '-', 'redis:h', '/data/redis://x', 'appendonlydir'])('%s is a file', (text) => {
    expect(isServerUrl(text)).toBe(false);
  });

  it('is shown without its password, which may also come from the environment', () => {
    expect(parseServerUrl('redis://u:secret@h', {}).shown).toBe('redis://u:***@h');
    expect(parseServerUrl('redis://h', { REDISCLI_AUTH: 'b' }).password).toBe('b');
    expect(parseServerUrl('redis://h', { RDBKIT_PASSWORD: 'a', REDISCLI_AUTH: 'b' }).password).toBe('a');
    expect(parseServerUrl('redis://:own@h', { RDBKIT_PASSWORD: 'a' }).password).toBe('own');
    try {
      parseServerUrl('redis://u:secret@h:port', {});
    } catch (error) {
      expect(String(error)).not.toContain('secret');
    }
  });
});
