// The values that the top level of a library handles, as far as they are known without running it.

/** What servers offer under the global names `redis` and `server` while they load a library. */
export type Api = 'redis' | 'server';

export type Value =
  | { type: 'nil' }
  | { type: 'boolean'; value: boolean }
  | { type: 'number'; value: number }
  /** A byte per character. */
  | { type: 'string'; value: string }
  /** Written in Lua. */
  | { type: 'function' }
  | Table
  | { type: 'api'; name: Api }
  | { type: 'register' }
  | { type: 'log' }
  /** Something, or nil, that came without an error. */
  | { type: 'unknown' };

/** Without a metatable, since nothing that sets one is at hand. */
export interface Table {
  type: 'table';
  /** Keys are JavaScript's own for strings, numbers and booleans, and values for the rest. Never nil inside. */
  fields: Map<unknown, Value>;
}

export const NIL: Value = { type: 'nil' };
export const UNKNOWN: Value = { type: 'unknown' };
export const FUNCTION: Value = { type: 'function' };

export function newTable(): Table {
  return { type: 'table', fields: new Map() };
}

/** The key under which a table keeps what belongs to `key`; undefined when that is not known. */
export function keyOf(key: Value): unknown {
  switch (key.type) {
    case 'boolean':
    case 'string':
    case 'number':
      return key.value;
    case 'table':
      return key;
    // All functions look alike to us.
    default:
      return undefined;
  }
}

/** Undefined when it is not known. */
export function isTrue(value: Value): boolean | undefined {
  if (value.type === 'unknown') return undefined;
  return value.type !== 'nil' && (value.type !== 'boolean' || value.value);
}

/** What C code gets that asks for a string: strings and numbers are. Undefined for a number that we cannot print as C does. */
export function textOf(
  value: { type: 'string'; value: string } | { type: 'number'; value: number },
): string | undefined {
  if (value.type === 'string') return value.value;
  // `%.14g` prints whole numbers below 10^14 as they are.
  return Number.isInteger(value.value) && Math.abs(value.value) < 1e14 && !Object.is(value.value, -0)
    ? String(value.value)
    : undefined;
}
