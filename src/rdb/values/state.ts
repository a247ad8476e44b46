import type { RdbParser } from '../parser.js';

/**
 * Reads on in a value from where it stopped last. Returns true when the value is complete, false to be called again (a large
 * string has to pass first). Throws UNDERFLOW when the window ends; everything up to the last `commit()` is kept.
 */
export type Walker = (parser: RdbParser) => boolean;

/** How far a walker is. Each walker gives the fields its own meaning. */
export class WalkState {
  stage = 0;
  left = 0;
  innerLeft = 0;
  lastLeft = 0;
  base = 0;
  flag = false;

  reset(): void {
    this.stage = 0;
    this.left = 0;
    this.innerLeft = 0;
    this.lastLeft = 0;
    this.base = 0;
    this.flag = false;
  }
}
