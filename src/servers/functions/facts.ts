// What can be told about a function library from its text.

/**
 * Why servers refuse a library. Every kind was measured on Redis 7.0 and 8.0 and Valkey 8.1 and 9.1, see
 * test/matrix/functions.test.ts. Those of ENVIRONMENT_FAULTS depend on what a server offers while it loads, so a release that
 * offers more may load the library; the others are rules of the header and of Lua 5.1.
 */
export type LibraryFaultKind =
  // The header
  | 'no-header'
  | 'bad-header'
  | 'no-name'
  | 'bad-name'
  | 'unknown-option'
  | 'unknown-engine'
  // Compiling
  | 'syntax'
  // Running the top level
  | 'global-access'
  | 'global-assignment'
  | 'runtime'
  | 'bad-registration'
  | 'bad-flag'
  | 'bad-function-name'
  | 'function-twice'
  | 'no-function';

/** Faults that a server may not find which has one more engine, flag, argument of a registration or global variable. */
export const ENVIRONMENT_FAULTS: ReadonlySet<LibraryFaultKind> = new Set<LibraryFaultKind>([
  'unknown-option',
  'unknown-engine',
  'global-access',
  'global-assignment',
  'bad-registration',
  'bad-flag',
]);

export interface LibraryFault {
  kind: LibraryFaultKind;
  /** Lower case, without a full stop. Parts of the library that it cites are printable ASCII. */
  message: string;
  /** Line of the library, the header being line 1. */
  line?: number;
}

export interface LibraryFacts {
  /** As the header spells it; engines are found whatever the case. Undefined without a readable header. */
  engine: string | undefined;
  /** The library's name, even a bad one. Undefined without a readable header. */
  name: string | undefined;
  /**
   * The functions it registers, in their order. Undefined when that is not known without running it, or when it does not get
   * that far. Names of functions are the same whatever their case, but servers see to that among libraries only: with `f` and
   * `F` in one library, they call one of them for both, and crash when the library is deleted.
   */
  functions: readonly string[] | undefined;
  /** The flags its functions are registered with, in lower case, sorted. Those found until something stopped us. */
  flags: readonly string[];
  /** Its top level uses the global `server`, which every Valkey has and no Redis. */
  needsServerApi: boolean;
  /** What makes servers refuse it. */
  fault?: LibraryFault;
  /** It loads for sure on every server that has its engine and, when it needs that, the `server` object. */
  certain: boolean;
  /** Neither certain nor faulty: what stands in the way of an answer. */
  doubt?: string;
}
