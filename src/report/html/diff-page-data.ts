// What a page about a comparison carries as JSON. The shapes of the comparison are written out here: those in src/diff stand
// beside code that runs in no browser.
import type { NameText, PageFinding } from './page-data.js';

/** As GroupDifferences of src/diff/report.ts. */
export interface PageGroup {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly expireOnly: number;
  readonly bytes: number;
}

export interface PageKeyGroup extends PageGroup {
  readonly leftKeys: number;
  readonly rightKeys: number;
}

/** Differences of one prefix. Rows stand as those of statistics do. */
export type DiffPrefixRow = readonly [level: number, name: NameText, sums: GroupSums];

export type GroupSums = readonly [added: number, removed: number, changed: number, expireOnly: number, bytes: number];

/** A key as one side has it. */
export type SideRow = readonly [type: string, expireAtMs: number | null, bytes: number, elements: number];

export interface PageChange {
  readonly change: 'added' | 'removed' | 'changed';
  readonly db: number;
  readonly key: NameText;
  readonly what: readonly ('type' | 'value' | 'expire' | 'fieldExpire')[];
  readonly left: SideRow | null;
  readonly right: SideRow | null;
  /** The side that lacks the key ended early. */
  readonly unsure?: true;
}

export interface PageInput {
  readonly path: string;
  readonly kind: 'rdb' | 'aof' | 'aof-set';
  readonly bytes: number;
  readonly keys: number;
  /** Left out since they had expired before a running server was copied. */
  readonly expired: number;
  /** Only of a running server: keys that went while they were read. */
  readonly vanished?: number;
  readonly complete: boolean;
  /** File offset behind the data, or of what could not be read. */
  readonly end: number;
  readonly rdbVersion: number | null;
  readonly producer: { readonly name: string; readonly version: string | null } | null;
  readonly createdAtMs: number | null;
  /** The first of them, the worst first. */
  readonly findings: readonly PageFinding[];
  readonly findingCount: number;
}

export interface PageSide {
  readonly inputs: readonly PageInput[];
  readonly complete: boolean;
  readonly keys: number;
  readonly bytes: number;
  readonly repeated: number;
  /** The first of them. */
  readonly repeatedKeys: readonly { readonly db: number; readonly key: NameText }[];
}

export interface PageDiffPrefixes {
  readonly separators: readonly string[];
  readonly guessed: boolean;
  readonly depth: number;
  readonly without: PageGroup;
  /** How many there are; the rows have those with most differences. */
  readonly distinct: number;
  readonly rows: readonly DiffPrefixRow[];
}

export interface DiffPageData {
  readonly kind: 'diff';
  readonly left: PageSide;
  readonly right: PageSide;
  readonly complete: boolean;
  /** Only about this share of the keys was compared, 0 to 1; null when all were. */
  readonly sample: number | null;
  readonly filters: readonly string[];
  /** Expiries were not compared. */
  readonly ignoreTtl: boolean;
  /** Expiries of keys no further apart are the same, in ms. */
  readonly ttlTolerance: number;
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly unsure: number;
  readonly kinds: {
    readonly type: number;
    readonly value: number;
    readonly expire: number;
    readonly fieldExpire: number;
    readonly expireOnly: number;
  };
  readonly expiry: { readonly lost: number; readonly gained: number; readonly later: number; readonly sooner: number };
  readonly bytes: { readonly added: number; readonly removed: number; readonly grown: number; readonly shrunk: number };
  readonly databases: readonly (PageKeyGroup & { readonly db: number })[];
  readonly types: readonly (PageKeyGroup & { readonly type: string })[];
  readonly prefixes: PageDiffPrefixes;
  /** Not all of them where there are many. The largest change first. */
  readonly changes: readonly PageChange[];
}
