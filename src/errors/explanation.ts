import type { FindingCode } from '../errors.js';

/** What a finding means to the person who meets it. Plain text, one paragraph each. */
export interface Explanation {
  /** One short line, no trailing dot: what it is. */
  readonly title: string;
  /** What in the file is like that, and how such a thing comes about. */
  readonly meaning: string;
  /** Which servers mind it, as measured on real ones; says so where nothing was measured. */
  readonly servers: string;
  /** What to do now. */
  readonly advice: string;
}

/** The explanations of one family of codes. */
export type Family = Partial<Record<FindingCode, Explanation>>;
