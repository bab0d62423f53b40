import {
  type ExactValue,
  fromText,
  LuaFloat,
  type LuaInput,
  type LuaTable,
  type Vm,
} from '../../lua/index.js';
import type { Context, Place } from '../compiler/context.js';
import type { FennelError } from '../errors.js';
import type { Node, Position } from '../node.js';
import { multisym } from '../scope/multisym.js';
import { standardGlobals } from '../scope/standard-globals.js';
import { view } from '../view.js';
import type { CodeData } from './code-data.js';
import { prelude } from './prelude.js';

/** The macro call, or the code in the compiler, that runs now. */
export interface Running {
  readonly c: Context;
  readonly place: Place;
  readonly form: Node;
}

/** What the functions of the environment need of the engine. */
export interface EnvironmentHost {
  readonly vm: Vm;
  readonly data: CodeData;
  /** @throws LuaError outside any macro */
  running(): Running;
  print(text: string): void;
}

/** Names of the environment beside Lua's own. */
const environmentNames = [
  '_AST',
  '_CHUNK',
  '_IS_COMPILER',
  '_SCOPE',
  '_SPECIALS',
  '_VARARG',
  'assert-compile',
  'ast-source',
  'comment',
  'comment?',
  'fennel-module-name',
  'gensym',
  'get-scope',
  'in-scope?',
  'list',
  'list?',
  'macro-loaded',
  'macroexpand',
  'multi-sym?',
  'pack',
  'sequence',
  'sequence?',
  'sym',
  'sym?',
  'table?',
  'unpack',
  'varg?',
  'version',
  'view',
];

/** Globals that code in the compiler may refer to. */
export const compilerGlobals: ReadonlySet<string> = new Set([...standardGlobals, ...environmentNames]);

/** Makes the global table of code in the compiler. */
export function createEnvironment(host: EnvironmentHost): LuaTable {
  const { vm, data } = host;
  const env = vm.createEnvironment();
  const { lists, sequences, tables, symbols, vargs } = data.metatables;
  const where = vm.createFunction('where', ([value]) => {
    const table = tableOf(value);
    const pos = table && data.positionOf(table);
    return pos && sourceTable(vm, pos);
  });
  const chunk = vm.load({ lua: prelude, chunkName: '[compiler]' });
  vm.callSync(chunk, [env, lists, sequences, tables, symbols, vargs, data.marks, where]);
  env.set('_IS_COMPILER', true);
  env.set('version', '1.6.0');
  // Insides of the original compiler: code that only looks whether something is there finds nothing.
  const empty = (...names: string[]): LuaTable =>
    vm.createTable({ entries: names.map((name) => [name, vm.createTable()] as const) });
  env.set('_SCOPE', empty('specials', 'macros', 'manglings', 'symmeta'));
  env.set('_CHUNK', empty());
  env.set('_SPECIALS', empty());
  for (const [name, body] of Object.entries(functions(host))) {
    env.set(
      name,
      vm.createExactFunction(name, (args) => body(args)),
    );
  }
  return env;
}

function functions(
  host: EnvironmentHost,
): Record<string, (args: readonly ExactValue[]) => LuaInput | undefined> {
  const { vm, data } = host;
  return {
    gensym: ([base]) => {
      const { c, form } = host.running();
      return data.toLua(c.gensym(typeof base === 'string' ? base : '', form));
    },
    'in-scope?': ([symbol]) => {
      const name = nameOf(symbol);
      const known = name !== undefined && host.running().c.locals.has(name);
      return known ? symbol : undefined;
    },
    'multi-sym?': ([value]) => {
      const name = nameOf(value);
      const multi = name === undefined ? undefined : multisym(name);
      if (multi === undefined) return false;
      const entries: [string, boolean][] = multi.method ? [['multi-sym-method-call', true]] : [];
      return vm.createTable({ array: multi.parts, entries });
    },
    macroexpand: ([value]) => {
      const { c, place, form } = host.running();
      const expanded = c.expand(data.toNode(value, form.pos), place);
      c.checkDepth(expanded);
      return data.toLua(expanded);
    },
    'get-scope': () => scopeTable(vm, host.running()),
    'assert-compile': ([condition, message, at]) => {
      if (condition !== undefined && condition !== false) return condition;
      const { c, form } = host.running();
      throw assertionError(c, messageText(data, message), originOf(at) ?? form);
    },
    view: ([value, options]) => viewValue(data, value, options),
    print: (args) => {
      host.print(args.map((arg) => vm.tostring(arg)).join('\t'));
      return undefined;
    },
    'fennel-module-name': () => 'fennel',
  };
}

function assertionError(c: Context, message: string, at: Node): FennelError {
  return c.error('macro-assertion', message, at, 'a macro has refused this code');
}

function messageText(data: CodeData, message: ExactValue): string {
  if (message === undefined) return 'nil';
  return typeof message === 'string' ? message : data.toText(message);
}

/** What `(require :fennel)` gives in the compiler. Metadata of functions is not kept, so setting it does nothing. */
export function fennelModule(vm: Vm, env: LuaTable): LuaTable {
  const ignore = vm.createFunction('metadata', ([, target]) => target);
  const nothing = vm.createFunction('metadata', () => undefined);
  const metadata = vm.createTable({
    entries: [
      ['set', ignore],
      ['setall', ignore],
      ['get', nothing],
    ],
  });
  const shared = [
    'view',
    'version',
    'ast-source',
    'comment',
    'comment?',
    'gensym',
    'list',
    'list?',
    'macro-loaded',
    'multi-sym?',
    'sym',
    'sym?',
    'sequence',
    'sequence?',
    'table?',
    'varg?',
  ];
  return vm.createTable({
    entries: [['metadata', metadata], ...shared.map((name) => [name, env.get(name)] as const)],
  });
}

/** What code looks like to `get-scope`: whether `...` may be used, and what names mean. */
function scopeTable(vm: Vm, { c, place }: Running): LuaTable {
  const table = (entries: Iterable<readonly [string, LuaInput]>): LuaTable => vm.createTable({ entries });
  const locals = [...c.locals.entries()];
  const present = (names: Iterable<string>) => table([...names].map((name) => [name, true] as const));
  return vm.createTable({
    entries: [
      ['vararg', place.scope.fn.varargs],
      ['hashfn', place.scope.inHashfn],
      ['manglings', table(locals.map(([name, { reference }]) => [name, reference] as const))],
      ['symmeta', table(locals.map(([name, { mutable }]) => [name, table([['var', mutable]])] as const))],
      ['macros', present(c.macroNames())],
      ['specials', present(c.specials.keys())],
    ],
  });
}

/** Where code was read, as `ast-source` gives it: lines from 1, columns from 0, the end inclusive. */
function sourceTable(vm: Vm, { file, line, column, endLine, endColumn }: Position): LuaTable {
  return vm.createTable({
    entries: [
      ['filename', fromText(file)],
      ['line', line],
      ['col', column - 1],
      ['endline', endLine],
      ['endcol', endColumn === undefined ? undefined : endColumn - 2],
    ],
  });
}

function viewValue(data: CodeData, value: ExactValue, options: ExactValue): string {
  const oneLine = tableOf(options)?.get('one-line?') === true;
  if (holdsCode(data, value, 0)) return data.toText(value);
  return view(value instanceof LuaFloat ? value.value : value, { oneLine });
}

/** Whether any list, symbol or `...` is in the value. */
function holdsCode(data: CodeData, value: ExactValue, depth: number): boolean {
  const table = tableOf(value);
  if (table === undefined || depth > 50) return false;
  if (data.isCode(table)) return true;
  for (const [key, item] of table.entries()) {
    if (holdsCode(data, key, depth + 1) || holdsCode(data, item, depth + 1)) return true;
  }
  return false;
}

function tableOf(value: ExactValue): LuaTable | undefined {
  return typeof value === 'object' && value.kind === 'table' ? value : undefined;
}

/** The node a table was made from. */
function originOf(value: ExactValue): Node | undefined {
  return tableOf(value)?.host as Node | undefined;
}

function nameOf(value: ExactValue): string | undefined {
  const name = typeof value === 'string' ? value : tableOf(value)?.get(1);
  return typeof name === 'string' ? name : undefined;
}
