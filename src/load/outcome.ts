// What became of a key. Every key that was read ends in exactly one of the sums.

/** `refused`: the target does not take the payload; another try by commands may do. */
export type OutcomeKind = 'loaded' | 'conflicted' | 'skipped' | 'expired' | 'failed' | 'refused' | 'lost';

/** A key that was not simply loaded. */
export interface KeyOutcome {
  /** `lost`: nobody knows whether it was carried out; another try may tell. */
  readonly kind: Exclude<OutcomeKind, 'loaded'>;
  /** The error's first word, such as `OOM` or `WRONGTYPE`, or a word of ours; groups the failures in the summary. */
  readonly reason: string;
  /** The error as the server gave it, or one sentence of ours. */
  readonly detail: string;
  /** No later key can do better (OOM, NOPERM on a command, MISCONF, READONLY of a server without a Sentinel): stop. */
  readonly fatal: boolean;
  /** A key that is there, and may be our own: the connection broke before the first try was answered. */
  readonly maybeOurs: boolean;
}

/** Of a key, what is told with its outcome. */
export interface OutcomeKey {
  /** File offset in the input, where the key begins: names it within one input. */
  readonly offset: number;
  /** In the input. */
  readonly db: number;
  /** In the input, and whole. */
  readonly name: Uint8Array;
  readonly type: string;
}

/** Told by whoever sends keys, each key exactly once for each time it was offered. */
export interface OutcomeSink {
  /** Keys that were loaded, by their offsets in the input: [0, count) of `offsets`. */
  loaded(offsets: Float64Array, count: number): void;
  outcome(key: OutcomeKey, outcome: KeyOutcome): void;
  /** What commands could not carry over of a key that is loaded all the same, as the end of a sentence. */
  partly(key: OutcomeKey, what: string): void;
}
