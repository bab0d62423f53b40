import type { LuaFloat } from './float.js';
import type { Limits } from './limits.js';
import type { PlainData, ToPlainOptions } from './plain-data.js';

/**
 * A value as Lua code holds it, seen from the host. `undefined` is nil; strings are byte strings (see
 * `bytes.ts`); tables, functions, userdata and coroutines are handles. The same Lua object always gives the
 * same handle, so `===` and `Map` keys work, and a handle keeps its object alive.
 */
export type LuaValue =
  | undefined
  | boolean
  | number
  | string
  | LuaTable
  | LuaFunction
  | LuaUserdata
  | LuaCoroutine;

/** A value as Lua code holds it, in which a float stays one: see `LuaFloat`. */
export type ExactValue = LuaValue | LuaFloat;

/**
 * What the host may hand to Lua: any `LuaValue`, `null` (nil), or bytes (a Lua string). A whole number up
 * to 2^53 becomes a Lua integer, any other number and every `LuaFloat` a float.
 */
export type LuaInput = ExactValue | null | Uint8Array;

/** A Lua table. Every access here is raw: no metamethod runs, and protection does not bind the host. */
export interface LuaTable {
  readonly kind: 'table';
  get(key: LuaInput): LuaValue;
  /** Setting nil removes the key. A nil or NaN key is a `conversion` error. */
  set(key: LuaInput, value: LuaInput): void;
  /** Lua's `#` without metamethods: n such that 1..n are set and n+1 is not. */
  readonly length: number;
  /** Pairs in natural order: 1..n, then the other keys as they were inserted. */
  entries(): IterableIterator<[key: LuaValue, value: LuaValue]>;
  /** As `get`; a float stays one. */
  getExact(key: LuaInput): ExactValue;
  /** As `entries`; a float stays one. (As a key no float is a whole number.) */
  exactEntries(): IterableIterator<[key: LuaValue, value: ExactValue]>;
  metatable: LuaTable | undefined;
  /** Anything the host wants to find again on this very table; invisible to Lua. */
  host: unknown;
}

/** A Lua or host function; run it with `vm.call` or `vm.callSync`. */
export interface LuaFunction {
  readonly kind: 'function';
  /** As for a table. */
  host: unknown;
}

/** An opaque value that Lua can carry and compare, and look into only through its metatable. */
export interface LuaUserdata {
  readonly kind: 'userdata';
  metatable: LuaTable | undefined;
  /** The host object given to `createUserdata`, the very same. */
  host: unknown;
}

/** A coroutine made by Lua code. */
export interface LuaCoroutine {
  readonly kind: 'coroutine';
}

/** One Lua source text. All strings here are byte strings. */
export interface Chunk {
  readonly lua: string;
  /** File name shown in errors and tracebacks, without decoration: `.quire/ci.fnl`. */
  readonly chunkName: string;
  /**
   * For the Lua line `i + 1` the source line it comes from (0: the same as the line before). With it,
   * errors, tracebacks and `where` report source lines.
   */
  readonly lineMap?: readonly number[];
  /** Mangled local name → the name in the source, for error messages. */
  readonly localNames?: ReadonlyMap<string, string>;
  /** The table that global names are looked up in. Default: `vm.globals`. */
  readonly env?: LuaTable;
}

/** A position in Lua code: chunk name (text) and line, from 1. */
export interface LuaPosition {
  readonly file: string;
  readonly line: number;
}

/** What a host function knows about the call it serves. */
export interface HostContext {
  readonly vm: Vm;
  /** The `data` given to the `call` or `callSync` this runs under; the same inside user coroutines. */
  readonly data: unknown;
  /** The signal given to `call`, if any. */
  readonly signal: AbortSignal | undefined;
  /** Whether a promise may be returned here; when not, returning one raises an `await-forbidden` error. */
  readonly canAwait: boolean;
  /** Position of the nearest Lua code that called, `level` 1 (default) being the direct caller. */
  where(level?: number): LuaPosition | undefined;
  /** Lua's traceback, from the caller of this function outwards. */
  traceback(): string;
}

/** Returned by a host function: call a Lua function in its place, in the same coroutine, for its results. */
export interface TailCall {
  readonly tailCall: LuaFunction;
  readonly args?: readonly LuaInput[];
  /** Called with the results; what it returns takes their place. Not called when the function raises an error. */
  readonly finish?: (results: readonly LuaValue[]) => HostResult | undefined;
}

/** One value (`undefined` is nil), several values as an array, or a call to make. */
export type HostResult = LuaInput | readonly LuaInput[] | TailCall;

/**
 * A function of the host that Lua can call. It may return a promise: the calling coroutine sleeps, others
 * and the event loop go on. What it throws becomes a Lua error.
 */
export type HostFunction = (
  args: readonly LuaValue[],
  context: HostContext,
  // biome-ignore lint/suspicious/noConfusingVoidType: a function that returns nothing is as good as one that returns nil
) => HostResult | void | Promise<HostResult | void>;

/** A host function that is told floats from integers, so that it can hand on a number as it came. */
export type ExactHostFunction = (
  args: readonly ExactValue[],
  context: HostContext,
) => ReturnType<HostFunction>;

/** What `require` found: a ready value, or a function to run (once) whose first result is the module. */
export type RequiredModule =
  | { readonly value: LuaInput }
  | { readonly load: LuaFunction; readonly args?: readonly LuaInput[] };

/**
 * Finds a module by name (a byte string). `undefined` means not found; a thrown error is raised in Lua, and
 * may say where was looked. A module is loaded once; the VM reports cycles, and lets other coroutines wait
 * for one that is being loaded.
 */
export type RequireResolver = (
  name: string,
  context: HostContext,
) => RequiredModule | undefined | Promise<RequiredModule | undefined>;

export interface VmOptions {
  limits?: Partial<Limits>;
  /** Where `math.random` starts; the same seed gives the same numbers. Default: the empty string. */
  seed?: string;
  /** When given, a global `require` exists and asks it. */
  require?: RequireResolver;
  /** When given, a global `print` exists, and this gets what it prints: a byte string without the newline. */
  print?: (line: string) => void;
  /** Says how to raise a limit, in the words of the program that uses the VM; ends limit messages. */
  raiseHint?: (limit: keyof Limits) => string;
}

export interface CallOptions {
  /** Found again as `context.data` by every host function under this call. */
  data?: unknown;
  /** Ends the call with a `canceled` error, while Lua runs or while it waits. */
  signal?: AbortSignal;
}

export interface TableContents {
  /** Values for 1, 2, 3, … */
  array?: readonly LuaInput[];
  /** Other keys, in order. */
  entries?: Iterable<readonly [key: LuaInput, value: LuaInput]>;
  metatable?: LuaTable;
  host?: unknown;
}

/**
 * A sealed Lua 5.3 state. It reaches no file, process, clock, environment variable or module; all it can
 * do is compute and call the host functions it was given.
 *
 * Numbers: integers are exact up to 2^53 and become floats beyond, where Lua 5.3 would wrap at 2^63.
 */
export interface Vm {
  readonly limits: Limits;
  /** The global table. Standard names in it and in the library tables cannot be replaced by Lua code. */
  readonly globals: LuaTable;

  /** Compiles a chunk to a function. @throws LuaError `syntax`, with the source line. */
  load(chunk: Chunk): LuaFunction;

  /**
   * Runs a function as a coroutine of its own. It starts at once; host functions in it may await, and
   * several calls overlap on one event loop. @returns its results. Rejects with a LuaError.
   */
  call(fn: LuaFunction, args?: readonly LuaInput[], options?: CallOptions): Promise<LuaValue[]>;

  /**
   * Runs a function to its end, now. Host functions must not await. May be used inside a host function.
   * @throws LuaError
   */
  callSync(fn: LuaFunction, args?: readonly LuaInput[], options?: Pick<CallOptions, 'data'>): LuaValue[];

  /** As `callSync`; a float stays one. */
  callSyncExact(
    fn: LuaFunction,
    args?: readonly LuaInput[],
    options?: Pick<CallOptions, 'data'>,
  ): ExactValue[];

  createTable(contents?: TableContents): LuaTable;
  /** @param name shown in tracebacks and argument errors. */
  createFunction(name: string, body: HostFunction): LuaFunction;
  /** As `createFunction`; a float among the arguments stays one. */
  createExactFunction(name: string, body: ExactHostFunction): LuaFunction;
  createUserdata(host: unknown, metatable?: LuaTable): LuaUserdata;

  /**
   * A table to be used as `env`: reads fall through to the globals, writes stay in it, so that one module's
   * globals do not disturb another's.
   */
  createEnvironment(): LuaTable;

  /**
   * Makes a table read-only for Lua code, `rawset` included. `existing` protects only the keys it has now:
   * others may be added, changed and removed. The host may still change everything.
   */
  freeze(table: LuaTable, what?: 'all' | 'existing'): void;

  /**
   * A deep copy as plain data: a table whose keys are 1..n becomes an array, any other an object (whole
   * numbers as keys become decimal strings). Functions, cycles and other keys are `conversion` errors that
   * name the path.
   */
  toPlain(value: LuaValue, options?: ToPlainOptions): PlainData;
  /** A deep copy as Lua data; text becomes UTF-8, null becomes nil. */
  fromPlain(data: PlainData): LuaValue;

  /** `tostring`, with metamethods, as a byte string. Not yieldable. */
  tostring(value: LuaInput): string;

  /** Ends all running calls with a `closed` error and lets go of everything. */
  close(): void;
}
