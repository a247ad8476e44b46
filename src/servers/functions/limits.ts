// What Lua 5.1 cannot compile although the grammar allows it: too many local variables, too deep, too complex.

import type { Chunk, Expression, FunctionDeclaration, Statement } from 'luaparse';

/** LUAI_MAXVARS: local variables of a function that are alive at once, hidden ones of loops included. */
const MOST_LOCALS = 200;
/** LUAI_MAXUPVALUES: local variables of other functions that one function uses. */
const MOST_UPVALUES = 60;

// The others depend on how the compiler goes about it, so above a part of the limit we do not tell.

/** Of LUAI_MAXCCALLS, 200: blocks and expressions inside each other. */
const SURE_LEVELS = 180;
/** Of MAXSTACK, 250: local variables and intermediate values of a function. */
const SURE_REGISTERS = 230;
/** Of the targets of one assignment, 199 less what is around it. */
const SURE_TARGETS = 100;
/** Jumps reach 131071 instructions and a function has 262143 constants; a token makes four of them at most. */
const SURE_TOKENS = 30_000;
/** How deep our own walks over the tree go. */
const DEEPEST_TREE = 1000;

export interface Limits {
  error?: { message: string };
  doubt?: string;
}

export function checkLimits(chunk: Chunk, tokens: { count: number; parentheses: number }): Limits {
  if (tokens.count > SURE_TOKENS) return { doubt: 'it is too long to know that Lua compiles it' };
  const compiler = new Compiler(SURE_LEVELS - tokens.parentheses);
  try {
    compiler.chunk(chunk);
  } catch (error) {
    if (error instanceof TooMuch) return error.limits;
    throw error;
  }
  return {};
}

class TooMuch extends Error {
  constructor(readonly limits: Limits) {
    super();
  }
}

/** A local variable; the same name may stand for several. */
interface Local {
  owner: Scope;
}

/** A function that is being compiled. */
interface Scope {
  parent: Scope | undefined;
  blocks: Map<string, Local>[];
  /** Local variables that are alive. */
  locals: number;
  upvalues: Set<Local>;
}

/** Walks the tree as Lua's compiler does and counts what it counts. */
class Compiler {
  #scope: Scope = { parent: undefined, blocks: [], locals: 0, upvalues: new Set() };
  #levels = 0;
  #depth = 0;
  readonly #sureLevels: number;

  constructor(sureLevels: number) {
    this.#sureLevels = sureLevels;
  }

  chunk(chunk: Chunk): void {
    this.#block(chunk.body);
  }

  /** A block of statements; `names` are local to it, and `hidden` more have no name. */
  #block(body: readonly Statement[], names: readonly string[] = [], hidden = 0, last?: Expression): void {
    const scope = this.#scope;
    const { locals } = scope;
    this.#enter();
    scope.blocks.push(new Map());
    this.#declare(names, hidden);
    for (const statement of body) this.#statement(statement);
    if (last) this.#expressions([last]);
    scope.blocks.pop();
    scope.locals = locals;
    this.#leave();
  }

  #enter(): void {
    if (++this.#levels > this.#sureLevels)
      throw new TooMuch({ doubt: 'it is nested too deeply to know that Lua compiles it' });
  }

  #leave(): void {
    this.#levels--;
  }

  #declare(names: readonly string[], hidden = 0): void {
    const scope = this.#scope;
    scope.locals += names.length + hidden;
    if (scope.locals > MOST_LOCALS)
      throw new TooMuch({ error: { message: `more than ${MOST_LOCALS} local variables` } });
    for (const name of names) scope.blocks.at(-1)?.set(name, { owner: scope });
  }

  #statement(s: Statement): void {
    switch (s.type) {
      case 'LocalStatement':
        this.#expressions(s.init);
        this.#declare(s.variables.map((v) => v.name));
        return;
      case 'AssignmentStatement':
        if (s.variables.length > SURE_TARGETS)
          throw new TooMuch({ doubt: 'it assigns to very many variables at once' });
        this.#expressions([...s.variables, ...s.init], s.variables.length);
        return;
      case 'CallStatement':
        this.#expressions([s.expression]);
        return;
      case 'ReturnStatement':
        this.#expressions(s.arguments);
        return;
      case 'FunctionDeclaration':
        this.#declaration(s);
        return;
      case 'DoStatement':
        this.#block(s.body);
        return;
      case 'WhileStatement':
        this.#expressions([s.condition]);
        this.#block(s.body);
        return;
      case 'RepeatStatement':
        // The condition sees the variables of the body.
        this.#block(s.body, [], 0, s.condition);
        return;
      case 'IfStatement':
        for (const clause of s.clauses) {
          if (clause.type !== 'ElseClause') this.#expressions([clause.condition]);
          this.#block(clause.body);
        }
        return;
      case 'ForNumericStatement':
        this.#expressions([s.start, s.end, ...(s.step ? [s.step] : [])]);
        this.#block(s.body, [s.variable.name], 3);
        return;
      case 'ForGenericStatement':
        this.#expressions(s.iterators);
        this.#block(
          s.body,
          s.variables.map((v) => v.name),
          3,
        );
        return;
      case 'BreakStatement':
        return;
      default:
        throw new TooMuch({ doubt: `it has a ${s.type}` });
    }
  }

  #declaration(f: FunctionDeclaration): void {
    const { identifier } = f;
    if (f.isLocal && identifier?.type === 'Identifier') this.#declare([identifier.name]);
    else if (identifier) this.#expressions([identifier]);
    this.#function(f, identifier?.type === 'MemberExpression' && identifier.indexer === ':');
  }

  #function(f: FunctionDeclaration, isMethod = false): void {
    const names = f.parameters.map((p) => (p.type === 'Identifier' ? p.name : 'arg'));
    const parent = this.#scope;
    this.#scope = { parent, blocks: [], locals: 0, upvalues: new Set() };
    this.#block(f.body, isMethod ? ['self', ...names] : names);
    this.#scope = parent;
  }

  /** Expressions whose values are kept side by side, after `extra` more values. */
  #expressions(list: readonly Expression[], extra = 0): void {
    let registers = 0;
    list.forEach((e, i) => {
      registers = Math.max(registers, i + this.#expression(e));
    });
    if (this.#scope.locals + extra + registers > SURE_REGISTERS) {
      throw new TooMuch({ doubt: 'it has an expression that may be too complex for Lua to compile' });
    }
  }

  /** Compiles a whole expression and tells how many registers it takes at most. */
  #expression(e: Expression): number {
    this.#enter();
    const registers = this.#part(e);
    this.#leave();
    return registers;
  }

  /** A part of an expression that takes no further level, such as what stands left of an operator. */
  #part(e: Expression): number {
    if (++this.#depth > DEEPEST_TREE) throw new TooMuch({ doubt: 'it has a very long expression' });
    const registers = this.#registers(e);
    this.#depth--;
    return registers;
  }

  #registers(e: Expression): number {
    switch (e.type) {
      case 'Identifier':
        this.#use(e.name);
        return 1;
      case 'FunctionDeclaration':
        this.#function(e);
        return 1;
      case 'UnaryExpression':
        return this.#expression(e.argument);
      case 'BinaryExpression':
      case 'LogicalExpression':
        return Math.max(this.#part(e.left), 1 + this.#expression(e.right));
      case 'MemberExpression':
        return this.#part(e.base);
      case 'IndexExpression':
        return Math.max(this.#part(e.base), 1 + this.#expression(e.index));
      case 'CallExpression':
        return this.#call(e.base, e.arguments);
      case 'TableCallExpression':
        return this.#call(e.base, [e.arguments]);
      case 'StringCallExpression':
        return this.#call(e.base, [e.argument]);
      case 'TableConstructorExpression':
        return this.#table(e.fields);
      default:
        return 1;
    }
  }

  /** The function, itself for a method, and the arguments. */
  #call(base: Expression, args: readonly Expression[]): number {
    let registers = Math.max(this.#part(base), 2);
    args.forEach((arg, i) => {
      registers = Math.max(registers, 2 + i + this.#expression(arg));
    });
    return registers;
  }

  /** Values without a key are stored fifty at a time. */
  #table(fields: readonly (Expression | TableField)[]): number {
    let registers = 1;
    let waiting = 0;
    for (const field of fields as readonly TableField[]) {
      const key = field.type === 'TableKey' ? this.#expression(field.key) : field.type === 'TableKeyString' ? 1 : 0;
      registers = Math.max(registers, 1 + waiting + key + this.#expression(field.value));
      if (field.type === 'TableValue') waiting = Math.min(waiting + 1, 50);
    }
    return registers;
  }

  /** Counts a name that stands for a local variable of an outer function, in every function between. */
  #use(name: string): void {
    const local = this.#find(name);
    if (!local) return;
    for (let scope: Scope | undefined = this.#scope; scope && scope !== local.owner; scope = scope.parent) {
      scope.upvalues.add(local);
      if (scope.upvalues.size > MOST_UPVALUES) {
        throw new TooMuch({ error: { message: `a function uses more than ${MOST_UPVALUES} outer variables` } });
      }
    }
  }

  #find(name: string): Local | undefined {
    for (let scope: Scope | undefined = this.#scope; scope; scope = scope.parent) {
      for (let i = scope.blocks.length - 1; i >= 0; i--) {
        const local = scope.blocks[i].get(name);
        if (local) return local;
      }
    }
    return undefined;
  }
}

type TableField = Extract<Expression, { type: 'TableConstructorExpression' }>['fields'][number];
