import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { stringModule } from './byte-string.js';
import type { CallInfo, Continuation, LClosure, State, TValue, Udata } from './state.js';

/**
 * Fengari 0.1.5, taken as parts: lexer, parser, code generator, threads and calls are its own; strings,
 * tables, numbers and the instruction loop are ours and are put in place of its modules (here and in
 * `install.ts`). Its standard library is never loaded, so nothing in this engine can reach a file, a
 * process or the environment. The copy is private: another user of fengari in this process keeps his own.
 */

interface LApi {
  lua_checkstack(L: State, n: number): boolean;
  lua_callk(L: State, args: number, results: number, context: unknown, k: Continuation | null): void;
  lua_pcallk(
    L: State,
    args: number,
    results: number,
    handler: number,
    context: unknown,
    k: Continuation | null,
  ): number;
  lua_load(
    L: State,
    reader: () => Uint8Array | null,
    data: null,
    chunkName: Uint8Array,
    mode: string,
  ): number;
}

interface LDo {
  adjust_top: (L: State, top: number) => void;
  luaD_precall(L: State, func: number, results: number): boolean;
  luaD_call: (L: State, func: number, results: number) => void;
  luaD_callnoyield: (L: State, func: number, results: number) => void;
  luaD_throw(L: State, status: number): never;
  luaD_checkstack(L: State, n: number): void;
  lua_resume(L: State, from: State | null, args: number): number;
  lua_yieldk(L: State, results: number, context: unknown, k: Continuation | null): number;
}

interface LDebug {
  luaG_traceexec(L: State): void;
  luaG_runerror: (L: State, format: Uint8Array, ...args: unknown[]) => never;
  luaG_errormsg(L: State): never;
  lua_sethook(L: State, hook: ((L: State) => void) | null, mask: number, count: number): void;
  lua_getinfo(L: State, what: string, info: LuaDebug): number;
}

export interface LuaDebug {
  i_ci: CallInfo | null;
  name: Uint8Array | null;
  namewhat: Uint8Array;
  linedefined: number;
}

interface LState {
  lua_newstate(): State;
  luaE_extendCI: (L: State) => CallInfo;
}

interface LObject {
  TValue: new (type: number, value: unknown) => TValue;
  LClosure: new (L: State, upvalues: number) => LClosure;
  Udata: new (L: State, size: number) => Udata;
  luaO_nilobject: TValue;
  luaO_str2num: (bytes: Uint8Array, result: TValue) => number;
  luaO_tostring: (L: State, slot: TValue) => void;
  luaO_arith: (L: State | null, op: number, a: TValue, b: TValue, result: TValue) => void;
}

interface LVm {
  luaV_execute: (L: State) => void;
  luaV_finishOp: (L: State) => void;
  luaV_concat: (L: State, total: number) => void;
  luaV_equalobj: (L: State | null, a: TValue, b: TValue) => number;
  luaV_lessthan: (L: State, a: TValue, b: TValue) => number;
  luaV_lessequal: (L: State, a: TValue, b: TValue) => number;
  luaV_gettable: (L: State, table: TValue, key: TValue, result: number) => void;
  settable: (L: State, table: TValue, key: TValue, value: TValue) => void;
  luaV_objlen: (L: State, result: TValue, object: TValue) => void;
  tointeger: (slot: TValue) => number | false;
  tonumber: (slot: TValue) => number | false;
}

interface LTm {
  luaT_trybinTM(L: State, a: TValue, b: TValue, result: TValue, event: number): void;
}

interface LFunc {
  luaF_close(L: State, level: number): void;
  luaF_findupval(L: State, level: number): TValue;
}

interface Defs {
  lua_Debug: new () => LuaDebug;
}

interface LuaConf {
  LUAI_MAXSTACK: number;
  LUA_IDSIZE: number;
  LUA_MAXINTEGER: number;
  LUA_MININTEGER: number;
  lua_numbertointeger: (n: number) => number | false;
}

/** Slots of one thread's stack: 20,000 to 200,000 nested Lua calls, and at most some 20 MB. */
const STACK_SLOTS = 200_000;

/** The private copy: paths of its files, and their modules. */
const copy = new Map<string, NodeJS.Module>();

const load = privateLoader();

export const defs = load<Defs>('defs');

// Whoever is loaded after this takes these constants for its own.
const conf = load<LuaConf>('luaconf');
conf.LUAI_MAXSTACK = STACK_SLOTS;
conf.LUA_IDSIZE = 4096;
conf.LUA_MAXINTEGER = Number.MAX_SAFE_INTEGER;
conf.LUA_MININTEGER = Number.MIN_SAFE_INTEGER;
conf.lua_numbertointeger = (n) => (Number.isSafeInteger(n) ? n + 0 : false);
Object.assign(load<object>('lstring'), stringModule);

export const lapi = load<LApi>('lapi');
export const ldo = load<LDo>('ldo');
export const ldebug = load<LDebug>('ldebug');
export const lstate = load<LState>('lstate');
export const lobject = load<LObject>('lobject');
export const lvm = load<LVm>('lvm');
export const ltable = load<object>('ltable');
export const ltm = load<LTm>('ltm');
export const lfunc = load<LFunc>('lfunc');

export const TValueClass = lobject.TValue;
export const NIL_VALUE = lobject.luaO_nilobject;

/** Names of fengari's files that this engine runs. */
export function loadedFiles(): string[] {
  return [...copy.keys()].map((path) => basename(path));
}

/** A `require` for fengari's files that shares no module with anyone else's. */
function privateLoader(): <T>(name: string) => T {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve('fengari'));
  const isFengari = (path: string) => dirname(path) === folder;
  const cache = require.cache;
  return <T>(name: string) => {
    const others = Object.keys(cache).filter(isFengari);
    const kept = others.map((path) => [path, cache[path]] as const);
    for (const path of others) delete cache[path];
    for (const [path, module] of copy) cache[path] = module;
    try {
      return require(join(folder, `${name}.js`)) as T;
    } finally {
      for (const path of Object.keys(cache).filter(isFengari)) {
        copy.set(path, cache[path]!);
        delete cache[path];
      }
      for (const [path, module] of kept) cache[path] = module;
    }
  };
}
