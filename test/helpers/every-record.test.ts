import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type AvailableServer, availableServers } from '../servers/available.js';
import { checkRdb } from '../servers/check.js';
import { portableFile, valkeyFile } from './every-record.js';
import { RdbBuilder, stringValue } from './rdb-builder.js';

const folder = mkdtempSync(join(tmpdir(), 'rdbkit-built-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The newest version of the common formats that a server reads. */
function newest({ lineage, release }: AvailableServer): 9 | 10 | 11 {
  const [major, minor] = release.split('.').map(Number);
  if (lineage === 'valkey' || major > 7 || (major === 7 && minor >= 2)) return 11;
  return major === 7 ? 10 : 9;
}

function verdict(server: AvailableServer, name: string, file: Buffer): string {
  const path = join(folder, `${server.name}-${name}.rdb`);
  writeFileSync(path, file);
  const { exit, output } = checkRdb(server, path);
  return exit === 0 ? 'ok' : output;
}

/** The builder is written from the same reference as the parser; here somebody else says whether it got it right. */
describe('files written by hand are sound to the check tools of servers', () => {
  for (const server of availableServers()) {
    for (const version of [9, 10, 11] as const) {
      if (version > newest(server)) continue;
      it(`${server.name}, version ${version}`, () => {
        expect(verdict(server, `portable-${version}`, portableFile(version))).toBe('ok');
      });
    }

    if (server.lineage === 'valkey' && Number(server.release.split('.')[0]) >= 9) {
      it(`${server.name}, Valkey's own`, () => {
        expect(verdict(server, 'valkey', valkeyFile())).toBe('ok');
      });
    }

    it(`${server.name} minds a wrong checksum`, () => {
      const file = new RdbBuilder(9).selectDb(0).key('k', stringValue('v')).finish('wrong');
      expect(verdict(server, 'wrong', file)).toContain('CRC');
    });
  }

  it('some server is there to be asked', () => {
    expect(availableServers().length).toBeGreaterThan(0);
  });
});
