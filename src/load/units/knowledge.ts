// What is known of a target: asked when it is met, and learned from its answers.
import type { BulkTarget } from '../../live/bulk/bulk-target.js';
import { liveError } from '../../live/live-error.js';
import type { ValueType } from '../../rdb/format.js';
import { RELEASES, type Release, releaseOf } from '../../servers/releases.js';
import { CommandTarget } from '../../values/commands/target.js';

/** `proto-max-bulk-len` where nobody may ask for it. */
const DEFAULT_LONGEST_BULK = 512 * 1024 * 1024;
/** Hashes whose field names stand elsewhere in the file: no payload can refer to them (RDB 15). */
const REFERRING = new Set(['HASH_TMPL_LP_REF', 'HASH_TMPL_ARRAY_REF']);

/** Where a target stands with its memory. */
export interface MemoryPolicy {
  /** Bytes; 0 for no limit, undefined when nobody may ask. */
  readonly maxmemory: number | undefined;
  /** `noeviction`, `allkeys-lfu`, …; undefined when nobody may ask. */
  readonly policy: string | undefined;
}

/** Grows over all passes over all inputs that go to one target. */
export class TargetKnowledge {
  readonly commands: CommandTarget;
  /** It takes RESTORE at all; undefined before the first one was answered. */
  restores: boolean | undefined;
  /** Databases that it does not have, and how it said so. */
  readonly closedDbs = new Map<number, string>();
  private readonly payloads = new Map<string, boolean>();
  /** Its behaviour was measured, and need not be found out. */
  private readonly sure: boolean;

  constructor(
    readonly release: Release,
    readonly memory: MemoryPolicy,
    /** Longest argument, bytes. */
    readonly longestBulk: number,
  ) {
    this.commands = new CommandTarget(release);
    this.sure = release.measured;
  }

  /** It keeps LFU counters; else times of the last use. */
  get keepsFrequency(): boolean {
    return this.memory.policy?.includes('lfu') ?? false;
  }

  /** The version to stamp on a payload of this type; undefined when the target cannot know it. */
  payloadVersion(type: ValueType): number | undefined {
    return REFERRING.has(type.name) ? undefined : this.commands.payloadVersion(type);
  }

  /** Whether it takes payloads of this type, of this module; undefined when nobody knows. */
  takes(type: ValueType, module: string | undefined): boolean | undefined {
    if (this.restores === false || this.payloadVersion(type) === undefined) return false;
    if (module === 'vectorset' && !this.commands.hasModuleType(module)) return false;
    const known = this.payloads.get(nameOf(type, module));
    if (known !== undefined || this.restores === undefined) return known;
    const own = type.type !== 'module' || (module !== undefined && this.commands.hasModuleType(module));
    return this.sure && own ? true : undefined;
  }

  /** What the target has answered to the first payload of this type. */
  learn(type: ValueType, module: string | undefined, taken: boolean): void {
    this.payloads.set(nameOf(type, module), taken);
    if (taken) this.restores = true;
  }
}

/** Asks a target what has to be known before it is sent anything. Rejects with LiveError. */
export async function learnTarget(target: BulkTarget): Promise<TargetKnowledge> {
  const { lineage, version } = target;
  const newest = RELEASES.findLast((release) => release.lineage === lineage) ?? RELEASES[0];
  const release = releaseOf(lineage, version) ?? { ...newest, measured: false };
  const info = await target.ask(([node]) => node.info('memory').catch(forbidden));
  // Managed services do not let everybody ask.
  const config = await target.ask(([node]) => node.call('CONFIG', 'GET', 'proto-max-bulk-len').catch(forbidden));
  const longest = Array.isArray(config) ? Number(config[1]) : Number.NaN;
  const maxmemory = /^maxmemory:(\d+)/m.exec(info ?? '')?.[1];
  const policy = /^maxmemory_policy:(\S+)/m.exec(info ?? '')?.[1];
  return new TargetKnowledge(
    release,
    { maxmemory: maxmemory === undefined ? undefined : Number(maxmemory), policy },
    longest > 0 ? longest : DEFAULT_LONGEST_BULK,
  );
}

/** An error reply says that this user, or nobody, may ask; another error says that nobody is there. */
function forbidden(error: unknown): undefined {
  if (error instanceof Error && error.name === 'ReplyError') return undefined;
  throw liveError(error);
}

function nameOf({ code, name }: ValueType, module: string | undefined): string {
  return module === undefined ? `${name} ${code}` : `module ${module}`;
}
