import type { FindingCode } from '../../errors.js';
import { AuxFields } from '../../rdb/aux-fields.js';
import type { BytesRef } from '../../rdb/bytes-ref.js';
import { ENVIRONMENT_FAULTS } from '../../servers/functions/facts.js';
import { inspectLibrary } from '../../servers/functions/library.js';
import { LIBRARY_CODES, mayHaveEngines, mayOfferMore } from '../../servers/functions/refusal.js';

/**
 * Finds function libraries that the server which wrote a file would not load, and with them the whole file. Where the file
 * does not name it, some server has to be able to load them.
 */
export class BrokenLibraries {
  private readonly fields = new AuxFields();

  /** Takes an auxiliary field: one of those in front of the libraries names the server. */
  aux(name: BytesRef, value: BytesRef): void {
    this.fields.add(name, value);
  }

  /** Why a library would not be loaded; undefined for one that may work. */
  faultOf(code: BytesRef): FindingCode | undefined {
    const damage = code.resolve();
    if (damage) return damage;
    const { fault } = inspectLibrary(code.toBytes());
    if (!fault) return undefined;
    if (ENVIRONMENT_FAULTS.has(fault.kind)) {
      const producer = this.fields.producer('REDIS');
      if (producer.version === null || mayOfferMore(producer)) return undefined;
      if (fault.kind === 'unknown-engine' && mayHaveEngines(producer)) return undefined;
    }
    return LIBRARY_CODES[fault.kind];
  }
}
