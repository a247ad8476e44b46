// What the top level of a library does when a server loads it, statement by statement, up to the first that cannot be known.
//
// That is mostly far enough: while they load, servers offer nothing but `redis` (Valkey: and `server`) with the function that
// registers functions, one that logs, and a few constants. Any other global variable is an error, and so is to set one.

import type { Chunk, Expression, FunctionDeclaration, Statement, TableConstructorExpression } from 'luaparse';
import type { LibraryFault } from './facts.js';
import { quoted } from './names.js';
import { binary, index, nameOf, unary } from './operators.js';
import { type Registered, register } from './registration.js';
import { Doubt, Fault } from './stop.js';
import { stringValue } from './string-literal.js';
import { type Api, FUNCTION, isTrue, keyOf, NIL, newTable, UNKNOWN, type Value } from './values.js';

export interface TopLevel {
  registered: readonly Registered[];
  needsServerApi: boolean;
  fault?: LibraryFault;
  doubt?: string;
}

export function walkTopLevel(chunk: Chunk): TopLevel {
  const walk = new Walk();
  try {
    walk.block(chunk.body);
    if (walk.registered.size === 0) throw new Fault('no-function', 'it registers no function');
    return walk.result();
  } catch (error) {
    if (error instanceof Fault) return { ...walk.result(), fault: { kind: error.kind, message: error.message } };
    if (error instanceof Doubt) return { ...walk.result(), doubt: error.message };
    throw error;
  }
}

/** What both objects have while a library loads, in every release. Valkey's have more, such as SERVER_NAME. */
const API: Readonly<Record<string, Value>> = {
  register_function: { type: 'register' },
  log: { type: 'log' },
  LOG_DEBUG: { type: 'number', value: 0 },
  LOG_VERBOSE: { type: 'number', value: 1 },
  LOG_NOTICE: { type: 'number', value: 2 },
  LOG_WARNING: { type: 'number', value: 3 },
  REDIS_VERSION: UNKNOWN,
  REDIS_VERSION_NUM: UNKNOWN,
};
const VALKEY_ONLY = new Set(['SERVER_NAME', 'VALKEY_VERSION', 'VALKEY_VERSION_NUM']);

/** A local variable, or a field of something. */
type Target = { name: string } | { base: Value; key: Value };

/** Whether the block ended with a return. */
type Returned = boolean;

class Walk {
  readonly registered = new Map<string, Registered>();
  #needsServerApi = false;
  readonly #scopes: Map<string, Value>[] = [];

  result(): TopLevel {
    return { registered: [...this.registered.values()], needsServerApi: this.#needsServerApi };
  }

  block(body: readonly Statement[]): Returned {
    this.#scopes.push(new Map());
    const returned = body.some((statement) => this.#statement(statement));
    this.#scopes.pop();
    return returned;
  }

  #statement(s: Statement): Returned {
    switch (s.type) {
      case 'LocalStatement': {
        const values = this.#list(s.init);
        s.variables.forEach(({ name }, i) => {
          this.#declare(name, values[i] ?? NIL);
        });
        return false;
      }
      case 'AssignmentStatement': {
        const targets = s.variables.map((v) => this.#target(v));
        const values = this.#list(s.init);
        // Lua assigns from right to left.
        for (let i = targets.length - 1; i >= 0; i--) this.#assign(targets[i], values[i] ?? NIL);
        return false;
      }
      case 'FunctionDeclaration':
        this.#declareFunction(s);
        return false;
      case 'CallStatement':
        this.#evaluate(s.expression);
        return false;
      case 'ReturnStatement':
        this.#list(s.arguments);
        return true;
      case 'DoStatement':
        return this.block(s.body);
      case 'IfStatement':
        for (const clause of s.clauses) {
          if (clause.type === 'ElseClause' || this.#isTrue(clause.condition)) return this.block(clause.body);
        }
        return false;
      case 'WhileStatement':
        if (!this.#isTrue(s.condition)) return false;
        throw new Doubt('it has a loop at the top level');
      default:
        throw new Doubt('it has a loop at the top level');
    }
  }

  #declare(name: string, value: Value): void {
    this.#scopes.at(-1)?.set(name, value);
  }

  #declareFunction({ identifier, isLocal }: FunctionDeclaration): void {
    if (identifier?.type === 'Identifier' && isLocal) this.#declare(identifier.name, FUNCTION);
    else if (identifier) this.#assign(this.#target(identifier), FUNCTION);
  }

  /** The values of a list. A call at its end, which can only be a registration, and `...` give none. */
  #list(expressions: readonly Expression[]): Value[] {
    return expressions.map((e) => this.#evaluate(e));
  }

  #isTrue(condition: Expression): boolean {
    const truth = isTrue(this.#evaluate(condition));
    if (truth === undefined) throw new Doubt('what it does depends on something unknown');
    return truth;
  }

  #target(e: Expression): Target {
    if (e.type === 'Identifier') return { name: e.name };
    if (e.type === 'MemberExpression') return { base: this.#evaluate(e.base), key: string(e.identifier.name) };
    if (e.type === 'IndexExpression') return { base: this.#evaluate(e.base), key: this.#evaluate(e.index) };
    throw new Doubt('it assigns to something unknown');
  }

  #assign(target: Target, value: Value): void {
    if ('name' in target) {
      const scope = this.#scopes.findLast((names) => names.has(target.name));
      if (!scope) throw new Fault('global-assignment', `it sets the global variable ${quoted(target.name)}`);
      scope.set(target.name, value);
      return;
    }
    const { base, key } = target;
    if (base.type === 'unknown') throw new Doubt('it sets a field of something unknown');
    if (base.type === 'api') throw new Fault('global-assignment', `it sets a field of ${quoted(base.name)}`);
    if (base.type !== 'table') throw new Fault('runtime', `it sets a field of a ${nameOf(base)}`);
    setField(base.fields, key, value);
  }

  #evaluate(e: Expression): Value {
    switch (e.type) {
      case 'NilLiteral':
        return NIL;
      case 'BooleanLiteral':
        return { type: 'boolean', value: e.value };
      case 'NumericLiteral':
        return { type: 'number', value: e.value };
      case 'StringLiteral':
        return string(stringValue(e.raw));
      case 'VarargLiteral':
        // A library gets no arguments.
        return NIL;
      case 'FunctionDeclaration':
        return FUNCTION;
      case 'Identifier':
        return this.#variable(e.name);
      case 'MemberExpression':
        return this.#index(this.#evaluate(e.base), string(e.identifier.name));
      case 'IndexExpression':
        return this.#index(this.#evaluate(e.base), this.#evaluate(e.index));
      case 'TableConstructorExpression':
        return this.#table(e);
      case 'UnaryExpression':
        return unary(e.operator, this.#evaluate(e.argument));
      case 'BinaryExpression':
        return binary(e.operator, this.#evaluate(e.left), this.#evaluate(e.right));
      case 'LogicalExpression': {
        const left = this.#evaluate(e.left);
        const truth = isTrue(left);
        if (truth === undefined) throw new Doubt('what it does depends on something unknown');
        return truth === (e.operator === 'or') ? left : this.#evaluate(e.right);
      }
      case 'CallExpression':
        return this.#call(e.base, e.arguments);
      case 'TableCallExpression':
        return this.#call(e.base, [e.arguments]);
      case 'StringCallExpression':
        return this.#call(e.base, [e.argument]);
    }
  }

  #variable(name: string): Value {
    const local = this.#scopes.findLast((names) => names.has(name))?.get(name);
    if (local) return local;
    if (name !== 'redis' && name !== 'server') {
      throw new Fault(
        'global-access',
        `it uses the global variable ${quoted(name)}, which is not there while libraries load`,
      );
    }
    if (name === 'server') this.#needsServerApi = true;
    return { type: 'api', name };
  }

  #index(base: Value, key: Value): Value {
    return base.type === 'api' ? this.#apiField(base.name, key) : index(base, key, keyOf(key));
  }

  #apiField(api: Api, key: Value): Value {
    if (key.type === 'unknown') throw new Doubt(`it uses an unknown field of ${quoted(api)}`);
    const name = key.type === 'string' ? key.value : undefined;
    if (name !== undefined && Object.hasOwn(API, name)) return API[name];
    if (name !== undefined && VALKEY_ONLY.has(name))
      throw new Doubt(`it uses ${api}.${name}, which Valkey has and Redis has not`);
    const shown = name === undefined ? 'of another type' : quoted(name);
    throw new Fault(
      'global-access',
      `it uses the field ${shown} of ${quoted(api)}, which is not there while libraries load`,
    );
  }

  #table({ fields }: TableConstructorExpression): Value {
    const table = newTable();
    let position = 0;
    let numbered = false;
    for (const field of fields) {
      if (field.type === 'TableValue') {
        setField(table.fields, { type: 'number', value: ++position }, this.#evaluate(field.value));
        continue;
      }
      const key = field.type === 'TableKey' ? this.#evaluate(field.key) : string(field.key.name);
      setField(table.fields, key, this.#evaluate(field.value));
      numbered ||= key.type === 'number';
    }
    // Values without a key are stored some at a time, so a numbered one may come before or after.
    if (numbered && position > 0) throw new Doubt('it has a table with numbered and plain values');
    return table;
  }

  #call(callee: Expression, given: readonly Expression[]): Value {
    const isMethod = callee.type === 'MemberExpression' && callee.indexer === ':';
    const self = isMethod ? this.#evaluate(callee.base) : undefined;
    const called =
      self && callee.type === 'MemberExpression'
        ? this.#index(self, string(callee.identifier.name))
        : this.#evaluate(callee);
    const args = this.#list(given);
    if (self) args.unshift(self);
    switch (called.type) {
      case 'register':
        this.#register(args, given);
        // It gives nothing, which becomes nil where a value is needed.
        return NIL;
      case 'log':
        throw new Doubt('it logs while it loads, at which Valkey 9.1 crashes');
      case 'function':
        throw new Doubt('it calls a function at the top level');
      case 'unknown':
        throw new Doubt('it calls something unknown');
      default:
        throw new Fault('runtime', `it calls a ${nameOf(called)}`);
    }
  }

  #register(args: readonly Value[], given: readonly Expression[]): void {
    const last = given.at(-1)?.type;
    if (last === 'VarargLiteral' || last?.endsWith('CallExpression')) {
      // As many arguments as there are values, and none when there is none: `(...)` and `...` look the same to us.
      throw new Doubt('it registers a function with what another call gives');
    }
    const registered = register(args);
    if (this.registered.has(registered.name)) {
      throw new Fault('function-twice', `it registers the function ${quoted(registered.name)} twice`);
    }
    this.registered.set(registered.name, registered);
  }
}

function string(value: string): Value {
  return { type: 'string', value };
}

function setField(fields: Map<unknown, Value>, key: Value, value: Value): void {
  if (key.type === 'nil') throw new Fault('runtime', 'it sets a field without a name');
  if (key.type === 'number' && Number.isNaN(key.value))
    throw new Fault('runtime', 'it sets a field named by no number');
  const inTable = keyOf(key);
  if (inTable === undefined) throw new Doubt('it sets a field with an unknown name');
  if (value.type === 'nil') fields.delete(inTable);
  else fields.set(inTable, value);
}
