import type { Rope } from './rope.js';

/** Lua allows 200 locals a function; from here on, new ones become fields of a table. */
const maxLocals = 170;

/** Lua has 250 registers a function, for its locals and for what is being evaluated. */
const safeRegisters = 235;

/** Lua allows 255 upvalues a function. */
export const maxUpvalues = 250;

/** What the compiler knows of one Lua function while it writes it. */
export class LuaFunction {
  readonly parent: LuaFunction | undefined;
  /** Whether `...` may be used in it. */
  varargs: boolean;
  /** Whether it is a hashfn, where `...` is written `$...`. */
  readonly hash: boolean;
  /** Locals alive at the point of writing. */
  locals = 0;
  readonly upvalues = new Set<string>();

  constructor(parent: LuaFunction | undefined, varargs: boolean, hash = false) {
    this.parent = parent;
    this.varargs = varargs;
    this.hash = hash;
  }
}

/** All Lua names visible at the point of writing, whichever block they belong to. */
export class LuaNames {
  readonly #taken = new Set<string>();
  #temporaries = 0;

  has(name: string): boolean {
    return this.#taken.has(name);
  }

  add(name: string): void {
    this.#taken.add(name);
  }

  delete(name: string): void {
    this.#taken.delete(name);
  }

  /** Whether some function might need more registers than Lua has: only Lua's own parser can tell for sure. */
  crowded = false;

  /** Lua name → name in the source, for error messages at run time. */
  readonly sources = new Map<string, string>();

  /** A name nobody has: `_1_`, `_2_`, … User names of this shape are mangled away from it. */
  temporary(): string {
    return `_${++this.#temporaries}_`;
  }
}

/**
 * A run of Lua statements. It is written on its own and then either spliced into the block around it or closed: put
 * there in `do … end`, a branch, a loop. Only closing ends its locals.
 */
export class Block {
  readonly fn: LuaFunction;
  readonly names: LuaNames;
  readonly parent: Block | undefined;
  /** Whether it runs many times, each with locals of its own. */
  readonly loop: boolean;
  /** Levels of Lua's recursive parser that its statements take. */
  level = 0;
  #statements: Rope[] = none;
  #declared: string[] = none;
  #spill: { readonly table: string; size: number } | undefined;

  constructor(fn: LuaFunction, names: LuaNames, parent?: Block, loop = false) {
    this.fn = fn;
    this.names = names;
    this.parent = parent;
    this.loop = loop;
  }

  /** A block in the same Lua function. */
  child(loop = false): Block {
    return new Block(this.fn, this.names, this, loop);
  }

  get empty(): boolean {
    return this.#statements.length === 0;
  }

  get size(): number {
    return this.#statements.length;
  }

  /** Whether it holds locals, which would outlive it if it were spliced. */
  get declares(): boolean {
    return this.#declared.length > 0;
  }

  add(statement: Rope, level: number): void {
    if (this.#statements === none) this.#statements = [statement];
    else this.#statements.push(statement);
    if (level >= this.level) this.level = level + 1;
  }

  /** Notes that code of this block needs registers beside those of its locals. */
  needRegisters(count: number): void {
    if (this.fn.locals + count > safeRegisters) this.names.crowded = true;
  }

  /** Whether a local more would be too many, so that `reserve` is to be replaced by `spill`. */
  get full(): boolean {
    return this.fn.locals >= maxLocals;
  }

  /** Takes a Lua name for a local that is about to be declared in this block. */
  reserve(name: string): void {
    this.names.add(name);
    if (this.#declared === none) this.#declared = [name];
    else this.#declared.push(name);
    this.fn.locals++;
  }

  /**
   * A place for a value in a table, for when there are too many locals; used like a variable. The table belongs to
   * the whole function or, in a loop, to one round of it, so that closures keep the value of their round.
   */
  spill(): { readonly reference: string; readonly table: string } {
    let home: Block = this;
    while (
      home.#spill === undefined &&
      !home.loop &&
      home.parent !== undefined &&
      home.parent.fn === this.fn
    ) {
      home = home.parent;
    }
    home.#spill ??= home.#makeSpillTable();
    return { reference: `${home.#spill.table}[${++home.#spill.size}]`, table: home.#spill.table };
  }

  #makeSpillTable(): { table: string; size: number } {
    const table = this.names.temporary();
    this.reserve(table);
    this.add(`local ${table} = {}`, 1);
    return { table, size: 0 };
  }

  /** Puts the statements here, locals and all. */
  splice(block: Block): void {
    this.#statements = concatenated(this.#statements, block.#statements);
    this.#declared = concatenated(this.#declared, block.#declared);
    if (block.level > this.level) this.level = block.level;
    block.#statements = none;
    block.#declared = none;
  }

  /** Gives the statements written so far and forgets them; its locals live on. */
  take(): Rope {
    const statements = this.#statements;
    this.#statements = none;
    return statements;
  }

  /** Ends its locals and gives its text. */
  close(): Rope {
    for (const name of this.#declared) this.names.delete(name);
    this.fn.locals -= this.#declared.length;
    this.#declared = none;
    return this.#statements;
  }
}

/** Shared by all blocks that hold nothing, as those of most operands do; never changed. */
const none: never[] = [];

/** Takes over the second list where the first is empty, else adds to the first. */
function concatenated<Item>(list: Item[], more: Item[]): Item[] {
  if (more.length === 0) return list;
  if (list.length === 0) return more;
  for (const item of more) list.push(item);
  return list;
}
