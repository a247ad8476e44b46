import type { Kernels } from '../../bytes/kernels/kernels.js';
import type { KeyRecord } from '../../rdb/visitor.js';
import type { BytesForm } from '../../values/json-out.js';
import { KeyJson } from '../../values/key-json.js';
import type { ByteSink } from '../byte-sink.js';
import type { KeyFormat, KeyWriter } from '../export-keys.js';

/** A JSON object a line; of an export that is not whole, the last line is `{"complete":false}`. */
export class JsonLines implements KeyFormat {
  constructor(private readonly bytes: BytesForm) {}

  begin(): void {}

  writer(_kernels: Kernels, sink: ByteSink): KeyWriter {
    return new Lines(this.bytes, sink.take);
  }

  end(sink: ByteSink, complete: boolean): void {
    if (!complete) sink.text('{"complete":false}\n');
  }
}

class Lines extends KeyJson implements KeyWriter {
  override keyEnd(key: KeyRecord): void {
    super.keyEnd(key);
    this.out.ascii('\n');
  }

  cut(): void {
    this.out.closeAll();
    this.out.member('complete', 'false');
    this.out.close();
    this.out.ascii('\n');
  }

  flush(): void {
    this.out.flush();
  }
}
