// What a page carries as JSON: the statistics with every name as text, and the prefixes in a form that is small in large numbers.
import type { Severity } from '../../errors.js';
import type {
  DatabaseStats,
  Distribution,
  Distributions,
  EncodingStats,
  FunctionStats,
  ModuleStats,
  StatsFile,
  StatsReport,
  Totals,
  TypeStats,
} from '../../stats/report.js';

/** Printable text of a byte string; where it is cut, with the length of the whole in bytes. */
export type NameText = string | readonly [begin: string, bytes: number];

/** Keys, expires, bytes, memory, elements. */
export type Sums = readonly [number, number, number, number, number];

/** One prefix. Rows stand as in a printed tree: a parent, then its children. */
export type PrefixRow = readonly [
  /** 1 for the first level; one more than that of its parent, the last row before it with less. */
  level: number,
  /** What it adds to the name of its parent. */
  name: NameText,
  sums: Sums,
  /** What may be missing from the sums at most; left out where they are exact. */
  missing?: Sums,
];

export interface PagePrefixes {
  readonly separators: readonly string[];
  readonly guessed: boolean;
  readonly depth: number;
  readonly exact: boolean;
  readonly without: Totals;
  readonly distinct: number;
  readonly rows: readonly PrefixRow[];
}

export interface PageFinding {
  readonly code: string;
  readonly severity: Severity;
  readonly offset: number | null;
  readonly db: number | null;
  readonly key: NameText | null;
  readonly message: string;
}

export interface PageFile extends Omit<StatsFile, 'findings' | 'aux'> {
  readonly aux: readonly (readonly [name: string, value: string])[];
  /** The first of them, the worst first. */
  readonly findings: readonly PageFinding[];
  readonly findingCount: number;
}

export interface PageKey {
  readonly db: number;
  readonly key: NameText;
  readonly type: string;
  readonly encoding: string;
  readonly bytes: number;
  readonly memory: number;
  readonly elements: number;
  readonly expireAtMs: number | null;
}

export interface PageElement {
  readonly db: number;
  readonly key: NameText;
  readonly type: string;
  readonly element: NameText | null;
  readonly bytes: number;
}

export interface PageTag extends Totals {
  readonly tag: NameText;
  readonly slot: number;
  readonly missing: Totals | null;
}

export interface PageSlots {
  readonly used: number;
  /** Slots in each of the ranges below. */
  readonly rangeSize: number;
  readonly keys: readonly number[];
  readonly bytes: readonly number[];
  readonly memory: readonly number[];
  readonly biggest: readonly {
    readonly slot: number;
    readonly keys: number;
    readonly bytes: number;
    readonly memory: number;
  }[];
  readonly tags: readonly PageTag[];
}

export interface PageData {
  readonly kind: 'stats';
  readonly files: readonly PageFile[];
  readonly complete: boolean;
  readonly limited: boolean;
  readonly filters: readonly string[];
  readonly nowMs: number;
  readonly nowSource: StatsReport['nowSource'];
  readonly memoryModel: StatsReport['memoryModel'];
  readonly totals: Totals;
  readonly expired: number;
  readonly memoryUnknown: number;
  readonly databases: readonly DatabaseStats[];
  readonly types: readonly TypeStats[];
  readonly encodings: readonly EncodingStats[];
  readonly prefixes: PagePrefixes;
  readonly biggest: {
    readonly byBytes: readonly PageKey[];
    readonly byMemory: readonly PageKey[];
    readonly byElements: readonly PageKey[];
    readonly elements: readonly PageElement[];
  };
  readonly distributions: { readonly [K in keyof Distributions]: Distribution | null };
  /** Null when slots mean nothing for these keys. */
  readonly slots: PageSlots | null;
  readonly functions: readonly FunctionStats[];
  readonly modules: readonly ModuleStats[];
}
