import type { Dataset } from '../../backup/dataset.js';
import type { Kernels } from '../../bytes/kernels/kernels.js';
import type { KeyRecord } from '../../rdb/visitor.js';
import { CommandWriter } from '../../resp/command-writer.js';
import { RELEASES, type Release, releaseOf, releaseThatWrites } from '../../servers/releases.js';
import { FirstLook } from '../../values/commands/first-look.js';
import { type CommandContext, KeyCommands } from '../../values/commands/key-commands.js';
import { Losses } from '../../values/commands/losses.js';
import { CommandTarget } from '../../values/commands/target.js';
import type { KeySink } from '../byte-sink.js';
import type { KeyFormat, KeyWriter } from '../export-keys.js';
import type { KeyGate } from '../key-gate.js';
import type { OutputState } from '../key-outputs.js';

/** Commands that rebuild the keys: for `redis-cli --pipe`, or as an append-only file that a server starts from. */
export class RespFormat implements KeyFormat {
  readonly looksTwice = true;
  readonly losses = new Losses();
  private look = new FirstLook();

  /** `release`: who the commands are for; by default each input's own writer. */
  constructor(
    private readonly release: Release | undefined,
    private readonly nowMs: number,
  ) {}

  begin(): void {}

  async prepare(dataset: Dataset): Promise<void> {
    const look = new FirstLook();
    this.look = look;
    await dataset.scan({ visitor: () => look });
  }

  writer(kernels: Kernels, sink: KeySink, gate: KeyGate): KeyWriter {
    const { look, losses, nowMs } = this;
    const out = new CommandWriter(sink.take);
    const target = () => new CommandTarget(this.release ?? writerOf(gate));
    return new RespWriter({ kernels, out, target, look, losses, nowMs });
  }

  end(): void {}
}

class RespWriter extends KeyCommands implements KeyWriter {
  private readonly commands: CommandWriter;

  constructor(context: CommandContext) {
    super(context);
    this.commands = context.out;
  }

  cut(key: KeyRecord): void {
    this.abandon(key);
  }

  enter(state: OutputState): void {
    this.place = state;
  }

  flush(): void {
    this.commands.flush();
  }
}

/** The release that wrote a file, or the oldest one that could have. */
function writerOf({ fields, header }: KeyGate): Release {
  const { name, version } = fields.producer(header?.magic ?? 'REDIS');
  const lineage = header?.magic === 'VALKEY' || name === 'valkey' ? 'valkey' : 'redis';
  const told = version === null ? undefined : releaseOf(lineage, version);
  const [oldest] = RELEASES;
  return (
    told ??
    releaseThatWrites(lineage, header?.version ?? 0) ??
    RELEASES.findLast((r) => r.lineage === lineage) ??
    oldest
  );
}
