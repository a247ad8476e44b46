import type { Kernels } from '../../bytes/kernels/kernels.js';
import type { KeyRecord } from '../../rdb/visitor.js';
import type { BytesForm } from '../../values/json-out.js';
import { KeyJson } from '../../values/key-json.js';
import type { KeySink } from '../byte-sink.js';
import type { KeyFormat, KeyWriter, Whole } from '../export-keys.js';
import type { KeyGate } from '../key-gate.js';
import type { OutputState } from '../key-outputs.js';
import { SinkBlocks } from '../sink-blocks.js';
import { RunTexts } from './run-texts.js';

/** What stands between, behind and around the objects. */
interface Layout {
  readonly begin: string;
  /** In front of each object. */
  readonly before: string;
  /** Behind each object. */
  readonly after: string;
  readonly end: (whole: Whole) => string;
}

/** A JSON object a line; of an export that is not whole, the last line is `{"complete":false}`. */
export function jsonLines(bytes: BytesForm): KeyFormat {
  return new JsonFormat(bytes, {
    begin: '',
    before: '',
    after: '\n',
    end: ({ complete }) => (complete ? '' : '{"complete":false}\n'),
  });
}

/** One JSON document: `{"schema":1,"keys":[…],"complete":true}`, a key a line; `"limited":true` when the limit ended it. */
export function jsonDocument(bytes: BytesForm): KeyFormat {
  return new JsonFormat(bytes, {
    begin: `{"schema":1,${bytes === 'base64' ? '"bytes":"base64",' : ''}"keys":[`,
    before: ',\n',
    after: '',
    end: ({ complete, limited }) => `\n],"complete":${complete}${limited ? ',"limited":true' : ''}}\n`,
  });
}

class JsonFormat implements KeyFormat {
  private blocks: SinkBlocks | undefined;

  constructor(
    private readonly bytes: BytesForm,
    private readonly layout: Layout,
  ) {}

  begin(sink: KeySink): void {
    sink.text(this.layout.begin);
  }

  writer(kernels: Kernels, sink: KeySink, gate: KeyGate): KeyWriter {
    this.blocks ??= new SinkBlocks(kernels, sink);
    return new JsonWriter(kernels, this.bytes, this.blocks, gate, this.layout);
  }

  end(sink: KeySink, whole: Whole): void {
    sink.text(this.layout.end(whole));
  }
}

class JsonWriter extends KeyJson implements KeyWriter {
  private readonly texts: RunTexts;
  private db = -1;
  private state: OutputState | undefined;
  /** What stands in front of the first object: no comma. */
  private readonly first: string;

  constructor(
    kernels: Kernels,
    bytes: BytesForm,
    blocks: SinkBlocks,
    private readonly gate: KeyGate,
    private readonly layout: Layout,
  ) {
    super(kernels, bytes, blocks);
    this.texts = new RunTexts(kernels);
    this.first = layout.before.replace(',', '');
  }

  enter(state: OutputState): void {
    this.state = state;
  }

  override smallStrings(start: number, end: number): number {
    const { gate, out, texts } = this;
    const before = this.state?.empty === false ? this.layout.before : this.first;
    if (!gate.isOpen || before !== this.layout.before) return start;
    if (this.db !== gate.db) {
      this.db = gate.db;
      texts.set(this.layout.before, this.db, this.layout.after);
    }
    const { reached, keys } = out.run(start, end, texts.address, gate.room);
    gate.passed(keys);
    return reached;
  }

  override key(key: KeyRecord): number {
    const { state, out, layout } = this;
    out.ascii(state?.empty === false ? layout.before : this.first);
    if (state) state.empty = false;
    return super.key(key);
  }

  override keyEnd(key: KeyRecord): void {
    super.keyEnd(key);
    this.out.ascii(this.layout.after);
  }

  cut(): void {
    this.abandon();
    this.out.member('complete', 'false');
    this.out.close();
    this.out.ascii(this.layout.after);
  }

  flush(): void {
    this.out.flush();
  }

  override release(): void {
    super.release();
    this.texts.release();
  }
}
