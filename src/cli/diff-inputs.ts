import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { type Dataset, openDataset } from '../backup/dataset.js';
import { STANDARD_INPUT } from '../backup/open.js';
import { type Spool, spoolInput } from '../backup/spool.js';
import { KeySample } from '../diff/sample.js';
import { isServerUrl } from '../live/server-url.js';
import { materializer } from './final-dataset.js';
import { copyServer, type LiveInput } from './live-input.js';
import { type ServerFlags, serverAddressOf, tlsFilesOf } from './server-options.js';

export interface DiffInputFlags extends ServerFlags {
  readonly tmpDir?: string;
  readonly db?: readonly number[];
  readonly quiet?: boolean;
  /** Compare about so many keys of a server. */
  readonly sample?: number;
}

/** The inputs of both sides. What can be read only once, and what changes all the time, is copied to a file first. */
export class DiffInputs {
  /** The input that is being read: an error is about this one. */
  current = '';
  /** Copies of running servers, by what is said for their URLs. */
  readonly servers = new Map<string, LiveInput>();
  /** Chooses the keys that are compared; all of them when undefined. */
  sample: KeySample | undefined;
  private readonly datasets: Dataset[] = [];
  private readonly spools: Spool[] = [];

  constructor(private readonly flags: DiffInputFlags) {}

  /** Of servers: keys that went while they were read. */
  get vanished(): ReadonlyMap<string, number> {
    return new Map([...this.servers].map(([shown, { vanished }]) => [shown, vanished]));
  }

  /** When the copies of servers were whole, ms since the epoch; undefined without servers. */
  get copiedMs(): number | undefined {
    const moments = [...this.servers.values()].map(({ endedMs }) => endedMs);
    return moments.length > 0 ? Math.max(...moments) : undefined;
  }

  /** How far expiries that servers tell may be off, ms. */
  get expiryWithinMs(): number {
    return Math.max(0, ...[...this.servers.values()].map(({ expiryWithinMs }) => expiryWithinMs));
  }

  async openAll(paths: readonly string[]): Promise<Dataset[]> {
    const opened: Dataset[] = [];
    for (const path of paths) opened.push(await this.open(path));
    return opened;
  }

  async close(): Promise<void> {
    for (const dataset of this.datasets) await dataset.close().catch(() => undefined);
    for (const spool of this.spools) spool.remove();
  }

  private async open(path: string): Promise<Dataset> {
    this.current = path;
    if (isServerUrl(path)) return this.openServer(path);
    const copied = path === STANDARD_INPUT ? await this.spool(process.stdin) : await this.spoolPipe(path);
    const dataset = await openDataset(copied ?? path, {
      materialize: materializer({ tmpDir: this.flags.tmpDir, quiet: this.flags.quiet, shown: path }),
    });
    this.datasets.push(dataset);
    return copied === undefined ? dataset : { ...dataset, path, modifiedMs: undefined };
  }

  private async openServer(url: string): Promise<Dataset> {
    // Errors are about the server, whose URL may hold a password.
    this.current = 'the server';
    const { flags } = this;
    const { tmpDir, db, sample } = flags;
    const server = await copyServer(serverAddressOf(url, flags), {
      tls: tlsFilesOf(flags),
      tmpDir,
      dbs: db,
      sample: sample === undefined ? undefined : (all) => this.sampleOf(sample, all),
    });
    this.spools.push(server.spool);
    this.servers.set(server.shown, server);
    const dataset = await openDataset(server.spool.path);
    this.datasets.push(dataset);
    return { ...dataset, path: server.shown, modifiedMs: server.endedMs };
  }

  /** The first server decides; one that has no more keys is compared whole. */
  private sampleOf(wanted: number, all: number): KeySample | undefined {
    if (!this.sample && wanted < all) this.sample = new KeySample(wanted / all);
    return this.sample;
  }

  /** A pipe gives its content only once, even to whoever asks what it is. */
  private async spoolPipe(path: string): Promise<string | undefined> {
    const info = await stat(path);
    return info.isFile() || info.isDirectory() ? undefined : this.spool(createReadStream(path));
  }

  private async spool(stream: Readable): Promise<string> {
    const spool = await spoolInput(stream, this.flags.tmpDir);
    this.spools.push(spool);
    return spool.path;
  }
}
