import { Kernels } from '../../bytes/kernels/kernels.js';
import { RepeatFinder } from '../../fingerprints/repeat-finder.js';
import { BytesRef } from '../../rdb/bytes-ref.js';
import { RepairError } from '../plan.js';

const TWO_32 = 2 ** 32;
const MEMORY = 64 * 1024 * 1024;
const MOST = 1_000_000;

/** Keys of one database with the same name: no server loads them. */
export interface Repeated {
  /** Where those begin that give way to another one. */
  readonly repeated: ReadonlySet<number>;
  /** Where those begin that would count, if it were known that they do: another one is as good. */
  readonly doubled: ReadonlySet<number>;
  /** How many of both were beyond doubt otherwise. */
  readonly wereSure: number;
}

/** Finds names that come twice among the keys of a file. */
export class RepeatedNames {
  // A walk gives back what is allocated in its memory.
  private readonly kernels = new Kernels();
  private readonly name = new BytesRef(this.kernels);
  private readonly finder: RepeatFinder;

  constructor(tmpDir: string | undefined) {
    this.finder = new RepeatFinder(this.kernels, { maxMemory: MEMORY, ...(tmpDir === undefined ? {} : { tmpDir }) });
  }

  /** A key that begins at a file offset. Throws SpillError. */
  add(name: Uint8Array, db: number, offset: number, suspect: boolean): void {
    this.name.setCopy(name);
    const payload = 2 * offset + (suspect ? 1 : 0);
    this.finder.add(this.name.start, this.name.end, db, payload | 0, payload / TWO_32);
  }

  /** Rejects with SpillError, and with RepairError when there are too many. */
  async finish(): Promise<Repeated> {
    const repeated = new Set<number>();
    const doubled = new Set<number>();
    let wereSure = 0;
    await this.finder.finish((firstLow, firstHigh, low, high) => {
      const first = firstHigh * TWO_32 + firstLow;
      const second = high * TWO_32 + low;
      const [firstAt, secondAt] = [Math.floor(first / 2), Math.floor(second / 2)];
      const firstIsSure = first % 2 === 0;
      const secondIsSure = second % 2 === 0;
      if (secondIsSure && !firstIsSure) repeated.add(firstAt);
      else repeated.add(secondAt);
      if (secondIsSure && firstIsSure) {
        wereSure += doubled.has(firstAt) ? 1 : 2;
        doubled.add(firstAt);
      }
      if (repeated.size > MOST)
        throw new RepairError('more than a million keys come twice: this is no dump of a server');
    });
    return { repeated, doubled, wereSure };
  }

  close(): void {
    this.finder.close();
  }
}
