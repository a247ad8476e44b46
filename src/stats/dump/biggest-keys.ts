import type { KeyMeasure } from '../../measure/key-measure.js';
import type { KeyRecord } from '../../rdb/visitor.js';
import type { ElementStats, KeyStats, StatsReport } from '../report.js';
import { TopList } from './top-list.js';

/** Of names and elements, so much is kept. */
const KEPT_NAME = 1024;
const KEPT_ELEMENT = 256;

type Facts = Pick<KeyStats, 'type' | 'encoding' | 'bytes' | 'memory' | 'elements'>;

/** The biggest keys by bytes, memory and elements, and the biggest elements of collections. */
export class BiggestKeys {
  private readonly byBytes: TopList<KeyStats>;
  private readonly byMemory: TopList<KeyStats>;
  private readonly byElements: TopList<KeyStats>;
  private readonly elements: TopList<ElementStats>;

  /** `size`: how many of each. */
  constructor(size: number) {
    this.byBytes = new TopList(size);
    this.byMemory = new TopList(size);
    this.byElements = new TopList(size);
    this.elements = new TopList(size);
  }

  get bytesThreshold(): number {
    return this.byBytes.threshold;
  }

  get memoryThreshold(): number {
    return this.byMemory.threshold;
  }

  get elementThreshold(): number {
    return this.elements.threshold;
  }

  /** Takes the key where it is among the biggest. Returns whether it is by bytes or memory. */
  offer(key: KeyRecord, facts: Facts, measure: KeyMeasure): boolean {
    const { bytes, memory, elements, type } = facts;
    const isCollection = type !== 'string';
    const larger = bytes > this.byBytes.threshold || memory > this.byMemory.threshold;
    if (larger || (isCollection && elements > this.byElements.threshold)) {
      const made = keyStats(key, facts);
      this.byBytes.offer(bytes, () => made);
      this.byMemory.offer(memory, () => made);
      if (isCollection) this.byElements.offer(elements, () => made);
    }
    const biggest = measure.biggestElement;
    if (isCollection && elements > 0 && biggest > this.elements.threshold) {
      const name = measure.biggestName?.slice(0, KEPT_ELEMENT) ?? null;
      this.elements.offer(biggest, () => ({ db: key.db, key: nameOf(key), type, element: name, bytes: biggest }));
    }
    return larger;
  }

  report(): StatsReport['biggest'] {
    return {
      byBytes: this.byBytes.list(),
      byMemory: this.byMemory.list(),
      byElements: this.byElements.list(),
      elements: this.elements.list(),
    };
  }
}

function keyStats(key: KeyRecord, facts: Facts): KeyStats {
  const expireAtMs = key.expireAtMs === undefined || key.expireAtMs === -1 ? null : key.expireAtMs;
  return { db: key.db, key: nameOf(key), ...facts, expireAtMs };
}

function nameOf({ name }: KeyRecord): Uint8Array {
  return name.view().slice(0, KEPT_NAME);
}
