import { TimeSlices } from '../../bytes/time-slices.js';
import type { CheckContext } from '../../checks/context.js';
import type { Producer } from '../../rdb/aux-fields.js';
import type { BytesRef } from '../../rdb/bytes-ref.js';
import { ENVIRONMENT_FAULTS } from '../../servers/functions/facts.js';
import { LIBRARY_CODES, mayHaveEngines, mayOfferMore } from '../../servers/functions/refusal.js';
import type { FunctionDemands } from '../../servers/loadability.js';

/** More than servers have in practice; looking into a megabyte takes about a second. */
const KEPT_LIBRARIES = 10_000;
const KEPT_BYTES = 8 * 1024 * 1024;
const KEPT_NAME = 256;

interface Library {
  readonly code: Uint8Array;
  readonly offset: number;
}

/** Function libraries: servers compile and run them while they load, and refuse the file when one of them fails. */
export class FunctionCheck {
  count = 0;
  private readonly libraries: Library[] = [];
  private bytes = 0;
  private readonly names = new Set<string>();
  private readonly functions = new Map<string, string>();
  private readonly engines = new Set<string>();
  private serverApi = false;
  private uncertain = false;

  constructor(private readonly context: CheckContext) {}

  /** What a server needs for them; after `finish`. */
  get demands(): FunctionDemands {
    return { engines: [...this.engines], serverApi: this.serverApi, uncertain: this.uncertain };
  }

  library(code: BytesRef, preGa: { name: string; engine: string } | undefined, offset: number): void {
    this.count++;
    if (preGa) {
      const name = preGa.name.slice(0, KEPT_NAME);
      const message = `library ${name} is in the form of the 7.0 release candidates`;
      this.context.report('FUNCTION_PRE_GA', offset, message);
      this.name(name, offset);
      return;
    }
    if (this.libraries.length < KEPT_LIBRARIES && this.bytes + code.length <= KEPT_BYTES) {
      this.bytes += code.length;
      this.libraries.push({ code: code.toBytes(), offset });
    } else this.doubt(offset, 'there are too many libraries to look into all of them');
  }

  /** Looks into the libraries. `producer` wrote the file. */
  async finish(producer: Producer): Promise<void> {
    if (this.libraries.length === 0) return;
    const { inspectLibrary } = await import('../../servers/functions/library.js');
    const slices = new TimeSlices(1);
    for (const { code, offset } of this.libraries.splice(0)) {
      if (slices.isOver) await slices.next();
      const { engine, name, functions, needsServerApi, fault, doubt } = inspectLibrary(code);
      if (name !== undefined) this.name(name.slice(0, KEPT_NAME), offset);
      for (const one of functions ?? []) this.functionName(one, name ?? '', offset);
      if (needsServerApi) this.serverApi = true;
      const where = name === undefined ? 'a function library' : `function library ${name.slice(0, KEPT_NAME)}`;
      if (fault?.kind === 'unknown-engine' && engine !== undefined) this.engine(engine, where, producer, offset);
      else if (fault) {
        const line = fault.line === undefined ? '' : ` (line ${fault.line})`;
        const text = `${where}: ${fault.message}${line}`;
        // A release newer than those measured may have one more option, flag or global.
        if (ENVIRONMENT_FAULTS.has(fault.kind) && mayOfferMore(producer))
          this.doubt(offset, `${text}, on releases known here`);
        else this.context.report(LIBRARY_CODES[fault.kind], offset, text);
      } else if (doubt !== undefined) this.doubt(offset, `${where}: ${doubt}`);
    }
  }

  private doubt(offset: number, why: string): void {
    this.uncertain = true;
    this.context.report('FUNCTION_UNCERTAIN', offset, why);
  }

  /** Where modules bring engines, the file proves that its writer had this one. */
  private engine(engine: string, where: string, producer: Producer, offset: number): void {
    this.engines.add(engine.slice(0, KEPT_NAME));
    const possible = mayHaveEngines(producer);
    const message = `${where} needs the engine ${engine.slice(0, KEPT_NAME)}; servers know lua`;
    this.context.report('FUNCTION_ENGINE_UNKNOWN', offset, message, possible ? 'warning' : undefined);
  }

  private name(name: string, offset: number): void {
    if (this.names.has(name)) {
      this.context.report('FUNCTION_LIBRARY_TWICE', offset, `library ${name} stands in the file twice`);
    } else this.names.add(name);
  }

  /** Names of functions are common to all libraries, and case does not matter. */
  private functionName(name: string, library: string, offset: number): void {
    const key = name.toLowerCase();
    const other = this.functions.get(key);
    if (other === undefined) this.functions.set(key, library);
    else if (other !== library) {
      const message = `libraries ${other} and ${library} both register the function ${name.slice(0, KEPT_NAME)}`;
      this.context.report('FUNCTION_NAME_TWICE', offset, message);
    }
  }
}
