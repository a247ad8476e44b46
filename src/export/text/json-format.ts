import type { Kernels } from '../../bytes/kernels/kernels.js';
import type { KeyRecord } from '../../rdb/visitor.js';
import type { BytesForm } from '../../values/json-out.js';
import { KeyJson } from '../../values/key-json.js';
import type { ByteSink } from '../byte-sink.js';
import type { KeyFormat, KeyWriter, Whole } from '../export-keys.js';
import type { KeyGate } from '../key-gate.js';
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

/** What stands in front of the next object, whichever input it is from. */
interface Separator {
  next: string;
}

class JsonFormat implements KeyFormat {
  private readonly separator: Separator;
  private blocks: SinkBlocks | undefined;

  constructor(
    private readonly bytes: BytesForm,
    private readonly layout: Layout,
  ) {
    // A comma does not stand in front of the first object.
    this.separator = { next: layout.before.replace(',', '') };
  }

  begin(sink: ByteSink): void {
    sink.text(this.layout.begin);
  }

  writer(kernels: Kernels, sink: ByteSink, gate: KeyGate): KeyWriter {
    this.blocks ??= new SinkBlocks(kernels, sink);
    return new JsonWriter(kernels, this.bytes, this.blocks, gate, this.layout, this.separator);
  }

  end(sink: ByteSink, whole: Whole): void {
    sink.text(this.layout.end(whole));
  }
}

class JsonWriter extends KeyJson implements KeyWriter {
  private readonly texts: RunTexts;
  private db = -1;

  constructor(
    kernels: Kernels,
    bytes: BytesForm,
    blocks: SinkBlocks,
    private readonly gate: KeyGate,
    private readonly layout: Layout,
    private readonly separator: Separator,
  ) {
    super(kernels, bytes, blocks);
    this.texts = new RunTexts(kernels);
  }

  override smallStrings(start: number, end: number): number {
    const { gate, out, texts } = this;
    if (!gate.isOpen || this.separator.next !== this.layout.before) return start;
    if (this.db !== gate.db) {
      this.db = gate.db;
      texts.set(this.layout.before, this.db, this.layout.after);
    }
    const { reached, keys } = out.run(start, end, texts.address, gate.room);
    gate.passed(keys);
    return reached;
  }

  override key(key: KeyRecord): number {
    this.out.ascii(this.separator.next);
    this.separator.next = this.layout.before;
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
    this.release();
    this.texts.release();
  }
}
