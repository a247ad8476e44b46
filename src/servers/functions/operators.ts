// The operators of Lua on known values. Nothing has a metatable but strings, and theirs has methods only.

import { Doubt, Fault } from './stop.js';
import { isTrue, NIL, textOf, UNKNOWN, type Value } from './values.js';

/** Longer strings are not put together: a few lines can make one that fills the memory. */
const LONGEST_STRING = 64 * 1024;

type Computation = (a: number, b: number) => number | undefined;

const ARITHMETIC: Readonly<Record<string, Computation>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a - Math.floor(a / b) * b,
  // C and JavaScript may round powers differently, whole numbers aside.
  '^': (a, b) => (Number.isSafeInteger(a) && Number.isSafeInteger(a ** b) ? a ** b : undefined),
};

export function binary(operator: string, a: Value, b: Value): Value {
  const compute = ARITHMETIC[operator];
  if (compute) return arithmetic(compute, a, b);
  if (operator === '..') return concatenate(a, b);
  if (operator === '==' || operator === '~=') {
    const same = equal(a, b);
    return same === undefined ? UNKNOWN : boolean(same === (operator === '=='));
  }
  return compare(operator, a, b);
}

export function unary(operator: string, a: Value): Value {
  if (operator === 'not') {
    const truth = isTrue(a);
    return truth === undefined ? UNKNOWN : boolean(!truth);
  }
  if (a.type === 'unknown') throw new Doubt(`it uses ${operator} on something unknown`);
  if (operator === '-') return arithmetic((n) => -n, a, a);
  if (a.type === 'string') return { type: 'number', value: a.value.length };
  // How long a table with gaps is depends on how it was made.
  if (a.type === 'table' || a.type === 'api') return UNKNOWN;
  throw new Fault('runtime', `it takes the length of a ${nameOf(a)}`);
}

/** What `base[key]` or `base.key` is, for anything but the servers' own objects. */
export function index(base: Value, key: Value, keyInTable: unknown): Value {
  switch (base.type) {
    case 'unknown':
      throw new Doubt('it indexes something unknown');
    case 'table':
      if (keyInTable !== undefined) return base.fields.get(keyInTable) ?? NIL;
      return key.type === 'nil' ? NIL : UNKNOWN;
    case 'string':
      // A method, or nil.
      return UNKNOWN;
    default:
      throw new Fault('runtime', `it indexes a ${nameOf(base)}`);
  }
}

/** How Lua calls the type of a value. */
export function nameOf({ type }: Value): string {
  if (type === 'api') return 'table';
  return type === 'register' || type === 'log' ? 'function' : type;
}

function boolean(value: boolean): Value {
  return { type: 'boolean', value };
}

function isUnknown(a: Value, b: Value): boolean {
  return a.type === 'unknown' || b.type === 'unknown';
}

function arithmetic(compute: Computation, a: Value, b: Value): Value {
  if (a.type === 'number' && b.type === 'number') {
    const value = compute(a.value, b.value);
    return value === undefined ? UNKNOWN : { type: 'number', value };
  }
  const bad = [a, b].find(({ type }) => type !== 'number' && type !== 'string' && type !== 'unknown');
  if (bad) throw new Fault('runtime', `it calculates with a ${nameOf(bad)}`);
  // A string may hold a number.
  throw new Doubt('it calculates with something unknown');
}

function concatenate(a: Value, b: Value): Value {
  const bad = [a, b].find(({ type }) => type !== 'number' && type !== 'string' && type !== 'unknown');
  if (bad) throw new Fault('runtime', `it concatenates a ${nameOf(bad)}`);
  const [left, right] = [a, b].map((v) => (v.type === 'string' || v.type === 'number' ? textOf(v) : undefined));
  if (left === undefined || right === undefined) {
    if (isUnknown(a, b)) throw new Doubt('it concatenates something unknown');
    throw new Doubt('it concatenates a fraction');
  }
  if (left.length + right.length > LONGEST_STRING) throw new Doubt('it makes a very long string');
  return { type: 'string', value: left + right };
}

/** Undefined when it is not known: functions may be the same or not. */
function equal(a: Value, b: Value): boolean | undefined {
  if (isUnknown(a, b)) return undefined;
  if (nameOf(a) !== nameOf(b)) return false;
  if (nameOf(a) === 'function' || a.type === 'api' || b.type === 'api') return undefined;
  if (a.type === 'table') return a === b;
  return a.type === 'nil' || (a as { value: unknown }).value === (b as { value: unknown }).value;
}

function compare(operator: string, a: Value, b: Value): Value {
  if (isUnknown(a, b)) throw new Doubt('it compares something unknown');
  if (a.type === 'number' && b.type === 'number') return boolean(ordered(operator, a.value, b.value));
  // Strings are ordered as the locale has it.
  if (a.type === 'string' && b.type === 'string') return UNKNOWN;
  throw new Fault('runtime', `it compares a ${nameOf(a)} with a ${nameOf(b)}`);
}

function ordered(operator: string, a: number, b: number): boolean {
  switch (operator) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    default:
      return a >= b;
  }
}
