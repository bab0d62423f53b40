import type { Block, LuaFunction } from '../lua-text/block.js';

/** A local as Fennel code sees it. */
export interface Binding {
  readonly name: string;
  /** How Lua refers to it: a name, or a field of a spill table. */
  readonly reference: string;
  /** Whether it is a field of a spill table. */
  readonly spilled: boolean;
  readonly fn: LuaFunction;
  /** Declared with `var`, or changed by `set-forcibly!`. */
  mutable: boolean;
  /** Whether a function inside the one it belongs to sets it. */
  changedByClosure: boolean;
  /** Whether anything refers to it. */
  used: boolean;
}

/** A lexical scope of Fennel. */
export class Scope {
  /** The Lua block its locals are declared in. */
  readonly home: Block;
  readonly parent: Scope | undefined;
  readonly fn: LuaFunction;
  /** Whether `$` and `$1` to `$9` are arguments here. */
  readonly inHashfn: boolean;
  #globalsInFunctions: Set<string> | undefined;

  constructor(home: Block, parent?: Scope, inHashfn = parent?.inHashfn ?? false) {
    this.home = home;
    this.parent = parent;
    this.fn = home.fn;
    this.inHashfn = inHashfn;
  }

  /** Notes a global that a function defined directly in this scope refers to. */
  noteGlobal(name: string): void {
    this.#globalsInFunctions ??= new Set();
    this.#globalsInFunctions.add(name);
  }

  /** Whether a function defined directly in this scope refers to the global `name`. */
  hasGlobal(name: string): boolean {
    return this.#globalsInFunctions?.has(name) === true;
  }
}

/** What a name means at the point of compilation, and how to take back what ended scopes have defined. */
export class SymbolTable<Meaning> {
  readonly #meanings = new Map<string, Meaning>();
  readonly #names: string[] = [];
  readonly #before: (Meaning | undefined)[] = [];

  get(name: string): Meaning | undefined {
    return this.#meanings.get(name);
  }

  has(name: string): boolean {
    return this.#meanings.has(name);
  }

  entries(): Iterable<[name: string, meaning: Meaning]> {
    return this.#meanings;
  }

  define(name: string, meaning: Meaning): void {
    this.#names.push(name);
    this.#before.push(this.#meanings.get(name));
    this.#meanings.set(name, meaning);
  }

  /** Stands for the state now; given to `takeBack` when the scope that begins here ends. */
  mark(): number {
    return this.#names.length;
  }

  takeBack(mark: number): void {
    while (this.#names.length > mark) {
      const name = this.#names.pop()!;
      const before = this.#before.pop();
      if (before === undefined) this.#meanings.delete(name);
      else this.#meanings.set(name, before);
    }
  }
}
