import type { ValueType } from '../rdb/format.js';
import type { ModuleContext } from '../rdb/visitor.js';
import type { RecordKind } from '../servers/loadability.js';

/** A file names a handful; of a made-up one the rest does not change the answer. */
const MOST_NAMES = 1000;
/** Bit 0 of a metadata class: servers that do not know it may ignore it. */
const MAY_BE_IGNORED = 1;

/** Collects what a server has to know to load a file: value types, records, modules. */
export class DemandCollector {
  private readonly types: (ValueType | undefined)[] = new Array(256).fill(undefined);
  private readonly records = new Set<RecordKind>();
  private readonly modules = new Set<string>();
  private readonly metaClasses = new Set<string>();

  type(type: ValueType): void {
    this.types[type.code] = type;
  }

  record(kind: RecordKind): void {
    this.records.add(kind);
  }

  module(context: ModuleContext): void {
    if (context.kind === 'meta') {
      this.records.add('KEY_META');
      if ((context.flags & MAY_BE_IGNORED) === 0) add(this.metaClasses, context.module);
    } else add(this.modules, context.module);
  }

  get collected() {
    const { records, modules, metaClasses } = this;
    return {
      // Those that were there from the first do not matter.
      types: this.types.filter((type): type is ValueType => type !== undefined && type.since > 1),
      records: [...records],
      modules: [...modules],
      metaClasses: [...metaClasses],
    };
  }
}

function add(names: Set<string>, name: string): void {
  if (names.size < MOST_NAMES) names.add(name);
}
