import type { FennelError } from '../errors.js';
import type { Block, LuaFunction, LuaNames } from '../lua-text/block.js';
import type { List, Node, Position, Sym } from '../node.js';
import type { Binding, Scope, SymbolTable } from '../scope/scope.js';
import type { Source } from '../source.js';
import type { Destination, Values } from './destination.js';

/** Where a form is compiled: what names mean there, and the Lua block its statements go to. */
export interface Place {
  readonly scope: Scope;
  readonly block: Block;
}

/** A special form: writes Lua for the form, and hands back its values unless it delivered them. */
export type SpecialForm = (form: List, context: Context, place: Place, to: Destination) => Values | undefined;

/** A special form and how it may be placed. */
export interface Special {
  readonly compile: SpecialForm;
  /** Declares names in the scope it stands in, so its statement must not be put into a block of its own. */
  readonly declares?: boolean;
  /** A macro by the language's definition, so code may define a macro of this name itself. */
  readonly redefinable?: boolean;
}

/** A macro as a scope knows it: it can be called, or holds macros by name, or both. */
export interface Macro {
  readonly expand?: (form: List, place: Place, c: Context) => Node;
  readonly member?: (name: string) => Macro | undefined;
}

/** One compilation: everything special forms need of the compiler. */
export interface Context {
  readonly source: Source;
  /** The name the module is required by, for `...` in the names of macro modules. */
  readonly moduleName: string | undefined;
  readonly names: LuaNames;
  readonly locals: SymbolTable<Binding>;
  /** Macros that code has defined or imported; use `findMacro` to see the built-in ones too. */
  readonly macros: SymbolTable<Macro>;
  readonly globals: GlobalNames;
  readonly specials: ReadonlyMap<string, Special>;
  readonly engine: MacroEngine;
  /** Names made by `x#` in quoted forms, by scope. */
  readonly autoGensyms: SymbolTable<string>;
  /** Stands in for the function of a local whose declaration failed. */
  readonly unknownFunction: LuaFunction;
  /** Whether the code runs in the compiler, where code is data. */
  readonly compileTime: boolean;

  /** Compiles a form. With a delivering destination nothing comes back; with `one` exactly one expression. */
  compile(node: Node, place: Place, to: Destination): Values | undefined;
  /** The macro of this name, if it means one here. */
  findMacro(name: string): Macro | undefined;
  /** All macros known here. */
  macroNames(): Iterable<string>;
  /** Expands macros until the head of the form is none. */
  expand(node: Node, place: Place): Node;
  /** A Lua function at the top of the chunk, written once however often it is asked for; gives its name. */
  helper(key: string, lua: (name: string) => string): string;

  error(code: string, message: string, at: Node, hint?: string): FennelError;
  /** Refuses a form nested too deeply to be gone through by recursion. */
  checkDepth(node: Node): void;
  /** Ends the compilation of the statement at hand. */
  fail(code: string, message: string, at: Node, hint?: string): never;
  /** Notes an error and goes on. */
  report(error: FennelError): void;
  /** Runs `work`; an error in it is noted and everything it defined is taken back. @returns whether it ran through. */
  attempt(work: () => void): boolean;
  gensym(base: string, at: Node): Sym;
}

/** Runs code in the compiler. */
export interface MacroEngine {
  /** The macros in the table that `form` evaluates to. */
  evaluateMacros(form: Node, place: Place, c: Context): ReadonlyMap<string, Macro>;
  /** The macros of the module that `name` evaluates to the name of. */
  loadModule(name: Node, form: List, place: Place, c: Context): MacroModule;
  /** The value of forms, if it can stand in code: nil, a boolean, a number, or Lua code in a string. */
  evaluate(form: List, place: Place, c: Context): boolean | number | string | undefined;
  /** The form as text, as `view` would show it. */
  show(form: Node): string;
  /** Keeps a position for code that runs in the compiler, which can only hand on a number. */
  notePosition(pos: Position): number;
}

export interface MacroModule {
  readonly name: string;
  readonly macros: ReadonlyMap<string, Macro>;
  /** Names in it of what is no macro. */
  readonly others: readonly string[];
}

/** The globals that code may refer to. */
export interface GlobalNames {
  has(name: string): boolean;
  add(name: string): void;
  names(): Iterable<string>;
}
