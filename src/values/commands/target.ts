// What the commands of a release can do.

import type { ValueType } from '../../rdb/format.js';
import { type CommandSet, commandsOf } from '../../servers/commands.js';
import { isBuiltIn } from '../../servers/modules.js';
import { isFrom, type Release, releaseName } from '../../servers/releases.js';

/** Versions of Redis alone, which Valkey refuses whatever they hold. */
const FOREIGN_FROM = 12;
const VALKEY_FROM = 80;

/** A release that commands are written for. */
export class CommandTarget {
  readonly name: string;
  /** SET takes an expiry in ms since the epoch. */
  readonly setsExpiry: boolean;
  readonly hasFunctions: boolean;
  readonly expiresFields: boolean;
  /** The latest expiry of a field, ms since the epoch. */
  readonly latestFieldExpiry: number;
  /** Streams count what was added and read. */
  readonly countsStreams: boolean;
  readonly createsConsumers: boolean;
  private readonly commands: CommandSet;

  constructor(readonly release: Release) {
    this.name = releaseName(release);
    this.commands = commandsOf(release);
    const redis = release.lineage === 'redis';
    this.setsExpiry = !redis || isFrom(release, 6, 2);
    this.hasFunctions = this.has('function|load');
    this.expiresFields = this.has('hpexpireat');
    this.latestFieldExpiry = redis ? 2 ** 46 - 1 : Number.MAX_SAFE_INTEGER;
    this.countsStreams = !redis || isFrom(release, 7, 0);
    this.createsConsumers = this.has('xgroup|createconsumer');
  }

  /**
   * The version to stamp on a value so that RESTORE takes it; undefined when the release does not know its type. What a module
   * has saved only the module can load.
   */
  payloadVersion(type: ValueType): number | undefined {
    const { lineage, rdb } = this.release;
    const isForeign =
      lineage === 'valkey' ? type.since >= FOREIGN_FROM && type.since < VALKEY_FROM : type.since >= VALKEY_FROM;
    return isForeign || type.since > rdb ? undefined : type.since;
  }

  /** Whether the release has data of this kind itself, and does not need a module for it. */
  hasModuleType(type: string): boolean {
    return isBuiltIn(this.release, type);
  }

  private has(name: string): boolean {
    return this.commands.commands.has(name);
  }
}
