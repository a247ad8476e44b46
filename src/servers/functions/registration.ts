// `redis.register_function`, which a library calls once for each of its functions.

import { isValidName, quoted } from './names.js';
import { Doubt, Fault } from './stop.js';
import { type Table, textOf, type Value } from './values.js';

/** The flags that a function may have, the same in every release since functions came with Redis 7.0. */
export const FUNCTION_FLAGS: ReadonlySet<string> = new Set([
  'no-writes',
  'allow-oom',
  'allow-stale',
  'no-cluster',
  'allow-cross-slot-keys',
]);

export interface Registered {
  name: string;
  flags: readonly string[];
}

/** What a call with these arguments registers. Throws a Fault or a Doubt. Whether the name is taken is for the caller to see. */
export function register(args: readonly Value[]): Registered {
  const registered = args.length === 1 ? named(args[0]) : positional(args);
  if (!isValidName(registered.name)) {
    throw new Fault(
      'bad-function-name',
      `the function name ${quoted(registered.name)} has more than letters, digits and _`,
    );
  }
  return registered;
}

function positional(args: readonly Value[]): Registered {
  if (args.length !== 2) throw new Fault('bad-registration', `a function is registered with ${args.length} arguments`);
  const name = text(args[0], 'name');
  checkCallback(args[1]);
  return { name, flags: [] };
}

function named(table: Value): Registered {
  if (table.type === 'unknown') throw new Doubt('a function is registered with something unknown');
  if (table.type !== 'table') throw new Fault('bad-registration', 'a function is registered with a name only');
  const given = new Set<string>();
  let name: string | undefined;
  let flags: readonly string[] = [];
  for (const [key, value] of table.fields) {
    // It may be nil, and then it is not there.
    if (value.type === 'unknown') throw new Doubt('a function is registered with an unknown argument');
    const argument = argumentName(key);
    // Of two spellings of an argument the later one counts, and which is later depends on the hash of the keys.
    if (given.has(argument)) throw new Doubt('a function is registered with an argument given twice');
    given.add(argument);
    if (argument === 'function_name') name = text(value, 'name');
    else if (argument === 'description') checkString(value, 'description');
    else if (argument === 'callback') checkCallback(value);
    else flags = readFlags(value);
  }
  if (name === undefined) throw new Fault('bad-registration', 'a function is registered without a name');
  if (!given.has('callback')) throw new Fault('bad-registration', 'a function is registered without a callback');
  return { name, flags };
}

const ARGUMENTS = new Set(['function_name', 'description', 'callback', 'flags']);

function argumentName(key: unknown): string {
  const name = typeof key === 'string' ? cString(key) : undefined;
  if (name !== undefined && ARGUMENTS.has(name)) return name;
  const shown = typeof key === 'string' ? quoted(key) : typeof key === 'number' ? String(key) : 'of another type';
  throw new Fault('bad-registration', `a function is registered with the unknown argument ${shown}`);
}

function text(value: Value, what: string): string {
  const string = textOf(checkString(value, what));
  if (string === undefined) throw new Doubt(`a function is registered with a fractional ${what}`);
  return string;
}

/** A number is as good as a string. */
function checkString(value: Value, what: string): Extract<Value, { type: 'string' | 'number' }> {
  if (value.type === 'unknown') throw new Doubt(`a function is registered with an unknown ${what}`);
  if (value.type === 'string' || value.type === 'number') return value;
  throw new Fault('bad-registration', `a function is registered with a ${what} that is no string`);
}

function checkCallback(value: Value): void {
  if (value.type === 'unknown') throw new Doubt('a function is registered with an unknown callback');
  if (value.type !== 'function' && value.type !== 'register' && value.type !== 'log') {
    throw new Fault('bad-registration', 'a function is registered with a callback that is no function');
  }
}

function readFlags(value: Value): string[] {
  if (value.type !== 'table')
    throw new Fault('bad-registration', 'a function is registered with flags that are no table');
  return [...flagsIn(value)];
}

/** Servers read from 1 until there is none and look at nothing else in the table. */
function* flagsIn(table: Table): Generator<string> {
  for (let i = 1; ; i++) {
    const value = table.fields.get(i);
    if (!value) return;
    if (value.type === 'unknown') throw new Doubt('a function is registered with an unknown flag');
    const flag = value.type === 'string' ? cString(value.value) : undefined;
    if (flag === undefined || !FUNCTION_FLAGS.has(flag)) {
      const shown = value.type === 'string' ? quoted(value.value) : `of type ${value.type}`;
      throw new Fault('bad-flag', `a function is registered with the unknown flag ${shown}`);
    }
    yield flag;
  }
}

/** A string as `strcasecmp` compares it: up to a zero byte, whatever the case. */
function cString(value: string): string {
  return value.replace(/\0[\s\S]*/, '').toLowerCase();
}
