// What a comparison tells. Sizes are bytes, moments ms since the epoch.
import type { Change } from './change.js';
import type { SideInput } from './side.js';

/** How many keys differ, and how. */
export interface Differences {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
}

/** Of the changed keys: what changed. A key with several changes counts for each. */
export interface ChangeKinds {
  readonly type: number;
  readonly value: number;
  readonly expire: number;
  readonly fieldExpire: number;
  /** Nothing but the expiry of the key, or of fields. */
  readonly expireOnly: number;
}

/** Of keys that both sides have and whose expiry differs. */
export interface ExpiryChanges {
  /** They expire on the left, and do not on the right. */
  readonly lost: number;
  readonly gained: number;
  readonly later: number;
  readonly sooner: number;
}

/** What was read of one side. */
export interface SideSummary {
  readonly inputs: readonly SideInput[];
  /** No input stopped the look. */
  readonly complete: boolean;
  /** Keys that pass the filters, and what they take in the files. */
  readonly keys: number;
  readonly bytes: number;
  /** Keys that came again on this side, each time but the last, which is the one that was compared. */
  readonly repeated: number;
  /** The first of them. */
  readonly repeatedKeys: readonly { readonly db: number; readonly key: Uint8Array }[];
}

/** The differences of some of the keys. */
export interface GroupDifferences extends Differences {
  readonly expireOnly: number;
  /** Bytes that the right side has more. */
  readonly bytes: number;
}

export interface DatabaseDifferences extends GroupDifferences {
  readonly db: number;
  readonly leftKeys: number;
  readonly rightKeys: number;
}

/** A key whose type changed counts for the type that it had. */
export interface TypeDifferences extends GroupDifferences {
  readonly type: string;
  readonly leftKeys: number;
  readonly rightKeys: number;
}

/** All differing keys whose names begin with `prefix`, which ends with a separator. */
export interface PrefixDifferences extends GroupDifferences {
  readonly prefix: Uint8Array;
  readonly children: readonly PrefixDifferences[];
}

/** Where the differences are, by the prefixes of names. */
export interface PrefixSummary {
  readonly separators: readonly string[];
  /** Seen in the names rather than given. */
  readonly guessed: boolean;
  readonly depth: number;
  /** Most differences first. */
  readonly tree: readonly PrefixDifferences[];
  /** Keys without any separator in their names. */
  readonly without: GroupDifferences;
  /** Keys of prefixes of the first level that are not listed: only the 1000 largest are. */
  readonly beyond: GroupDifferences;
}

/** Sums over all differences. */
export interface DiffSummary extends Differences {
  readonly left: SideSummary;
  readonly right: SideSummary;
  /** Both sides were read to the end of their data. */
  readonly complete: boolean;
  /** Only about this share of the keys was compared, 0 to 1; null when all were. */
  readonly sample: number | null;
  /** The filters that were active, as they were given. */
  readonly filters: readonly string[];
  readonly unchanged: number;
  /** Of `added` and `removed`: the other side ended early, and may have these keys behind that place. */
  readonly unsure: number;
  readonly kinds: ChangeKinds;
  readonly expiry: ExpiryChanges;
  /** What the keys that were added and removed take, and by how much those that changed grew and shrank. */
  readonly bytes: { readonly added: number; readonly removed: number; readonly grown: number; readonly shrunk: number };
  readonly databases: readonly DatabaseDifferences[];
  /** Most differences first. */
  readonly types: readonly TypeDifferences[];
  readonly prefixes: PrefixSummary;
}

/** A comparison that was made. */
export interface Diff {
  readonly summary: DiffSummary;
  /** All differences, the largest change first, then by database and the bytes of the name. Can be asked for again. */
  changes(): Generator<Change>;
  /** Gives memory and temporary files back. */
  close(): void;
}
