import { performance } from 'node:perf_hooks';
import {
  type Chunk,
  createVm,
  type ExactValue,
  type LuaFunction,
  type LuaInput,
  LuaError,
  LuaFloat,
  type LuaTable,
  type LuaValue,
  type RequiredModule,
  type Vm,
} from '../../lua/index.js';
import { fromText } from '../../lua/index.js';
import { Compilation } from '../compiler/compilation.js';
import type { Context, Macro, MacroEngine, MacroModule, Place } from '../compiler/context.js';
import { compileTimeForms } from '../forms/index.js';
import type { CompileLimits } from '../limits.js';
import type { BuiltinMacro, List, Node, Position } from '../node.js';
import { readForms } from '../read.js';
import { Globals } from '../scope/globals.js';
import { show } from '../show.js';
import { Source } from '../source.js';
import { CodeData, floatText } from './code-data.js';
import { compilerGlobals, createEnvironment, fennelModule, type Running } from './environment.js';
import { guard } from './guard.js';

/** What macros need from whoever compiles. */
export interface MacroHost {
  readonly builtinMacros: ReadonlyMap<string, BuiltinMacro>;
  readonly findMacroModule?: (name: string) => { source: string | Uint8Array; filename: string } | undefined;
  readonly onPrint?: (text: string) => void;
  /** Numbers for generated names, one series for everything compiled together. */
  readonly nextGensym: () => number;
}

/** Compiles and runs the macros of one compilation, in a VM that exists only if there are any. */
export class UserMacros implements MacroEngine {
  readonly #host: MacroHost;
  readonly #limits: CompileLimits;
  readonly #modules = new Map<string, LuaTable | 'loading'>();
  readonly #running: Running[] = [];
  readonly #positions: Position[] = [];
  #started: { readonly vm: Vm; readonly data: CodeData; readonly env: LuaTable } | undefined;
  #spentMs = 0;

  constructor(host: MacroHost, limits: CompileLimits) {
    this.#host = host;
    this.#limits = limits;
  }

  evaluateMacros(form: Node, place: Place, c: Context): ReadonlyMap<string, Macro> {
    const table = this.#run([form], c.source, { c, place, form }, [c.moduleName, fromText(c.source.file)]);
    if (!isTable(table)) {
      return c.fail(
        'macros-argument',
        'expected one table argument',
        form,
        'write a table of functions by name',
      );
    }
    const { macros, others } = this.#macrosOf(table);
    const [wrong] = [...others, ...[...macros].flatMap(([name, { expand }]) => (expand ? [] : [name]))];
    if (wrong !== undefined) {
      c.fail(
        'macro-not-function',
        `expected each macro to be function or callable table: ${wrong}`,
        form,
        'macros are functions by name; for macros within macros write a module and use import-macros',
      );
    }
    return macros;
  }

  loadModule(nameForm: Node, form: List, place: Place, c: Context): MacroModule {
    const name = this.#moduleName(nameForm, form, place, c);
    const { macros, others } = this.#macrosOf(this.#module(name, { c, place, form }));
    return { name, macros, others };
  }

  evaluate(form: List, place: Place, c: Context): boolean | number | string | undefined {
    const args = [c.moduleName, fromText(c.source.file)];
    const value = this.#run(form.items.slice(1), c.source, { c, place, form }, args);
    if (value instanceof LuaFloat) return floatText(value.value);
    if (typeof value !== 'object') return value;
    return c.fail(
      'not-code',
      `could not compile value of type ${value.kind}`,
      form,
      'eval-compiler may give nil, a boolean, a number, or Lua code in a string',
    );
  }

  show(form: Node): string {
    return show(form);
  }

  notePosition(pos: Position): number {
    return this.#positions.push(pos) - 1;
  }

  close(): void {
    this.#started?.vm.close();
  }

  /** The name of a macro module: a string, or an expression evaluated in the compiler. */
  #moduleName(nameForm: Node, form: List, place: Place, c: Context): string {
    if (nameForm.kind === 'string') return nameForm.value;
    const args = [c.moduleName, fromText(c.source.file)];
    const name = this.#run([nameForm], c.source, { c, place, form }, args);
    if (typeof name === 'string') return name;
    return c.fail(
      'module-name-expected',
      'module name must compile to string',
      form,
      'write the name as in :my.macros',
    );
  }

  #module(name: string, running: Running): LuaTable {
    const { c, form } = running;
    const known = this.#modules.get(name);
    if (known === 'loading') {
      return c.fail(
        'macro-module-cycle',
        `macro module ${name} requires itself`,
        form,
        'break the circle of modules',
      );
    }
    if (known !== undefined) return known;
    const found = this.#find(name, running);
    if (found === undefined) {
      return c.fail(
        'macro-module-not-found',
        `${name} module not found.`,
        form,
        `look for a typo; the module must lie beside the code, as ${name.replaceAll('.', '/')}.fnlm or .fnl`,
      );
    }
    this.#modules.set(name, 'loading');
    const source = new Source(found.source, found.filename);
    const args = [name, fromText(found.filename)];
    const table = found.filename.endsWith('.lua')
      ? this.#call(this.#load(source.text, source, running), args, running)
      : this.#run(readForms(source), source, running, args);
    if (!isTable(table)) {
      this.#modules.delete(name);
      return c.fail(
        'macros-argument',
        'expected macros to be table',
        form,
        `${name} must end in a table of functions`,
      );
    }
    this.#modules.set(name, table);
    return table;
  }

  /** Whatever keeps the host from finding a module is the fault of the form that asks for it. */
  #find(name: string, { c, form }: Running): ReturnType<NonNullable<MacroHost['findMacroModule']>> {
    try {
      return this.#host.findMacroModule?.(name);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return c.fail(
        'macro-module-unreadable',
        `cannot read the macro module ${name}: ${fromText(reason)}`,
        form,
        'see whether the file is there and can be read',
      );
    }
  }

  #macrosOf(table: LuaTable): { macros: Map<string, Macro>; others: string[] } {
    const macros = new Map<string, Macro>();
    const others: string[] = [];
    for (const [key, value] of table.entries()) {
      const macro = typeof key === 'string' ? this.#macro(value) : undefined;
      if (macro === undefined) others.push(typeof key === 'string' ? key : String(key));
      else macros.set(key as string, macro);
    }
    return { macros, others };
  }

  #macro(value: LuaValue): Macro | undefined {
    if (typeof value !== 'object') return undefined;
    if (value.kind === 'function') return { expand: (form, place, c) => this.#expand(value, form, place, c) };
    if (value.kind !== 'table') return undefined;
    const call = value.metatable?.get('__call');
    const callable = typeof call === 'object' && call.kind === 'function' ? call : undefined;
    return {
      expand: callable && ((form, place, c) => this.#expand(callable, form, place, c, value)),
      member: (name) => this.#macro(value.get(name)),
    };
  }

  #expand(macro: LuaFunction, form: List, place: Place, c: Context, self?: LuaTable): Node {
    const { data } = this.#vm();
    const running = { c, place, form };
    c.checkDepth(form);
    const args = form.items.slice(1).map((item) => data.toLua(item));
    const value = this.#call(macro, self === undefined ? args : [self, ...args], running);
    return guard(running, () => data.toNode(value, form.pos));
  }

  /** Compiles forms for the compiler and runs them; their value. */
  #run(forms: Iterable<Node>, source: Source, running: Running, args: readonly LuaInput[]): ExactValue {
    const compilation = new Compilation({
      source,
      moduleName: undefined,
      specials: compileTimeForms,
      builtinMacros: this.#host.builtinMacros,
      globals: new Globals(compilerGlobals),
      engine: this,
      limits: this.#limits,
      nextGensym: this.#host.nextGensym,
      compileTime: true,
    });
    const { lua, lineMap } = compilation.chunk(forms);
    const how = { lineMap, localNames: compilation.names.sources };
    return this.#call(this.#load(lua, source, running, how), args, running);
  }

  #load(lua: string, source: Source, running: Running, how: Partial<Chunk> = {}): LuaFunction {
    const { vm, env } = this.#vm();
    return guard(running, () => vm.load({ ...how, lua, chunkName: fromText(source.file), env }));
  }

  #call(fn: LuaFunction, args: readonly LuaInput[], running: Running): ExactValue {
    const { vm } = this.#vm();
    const { c, form } = running;
    const before = performance.now();
    this.#running.push(running);
    try {
      return guard(running, () => vm.callSyncExact(fn, args)[0]);
    } finally {
      this.#running.pop();
      if (this.#running.length === 0) this.#spentMs += performance.now() - before;
      if (this.#spentMs > this.#limits.macroCpuMs) {
        c.fail(
          'macro-limit',
          `macros have run for more than ${this.#limits.macroCpuMs} ms`,
          form,
          'a macro may not end, or expand into ever more calls of itself',
        );
      }
    }
  }

  #vm(): { readonly vm: Vm; readonly data: CodeData; readonly env: LuaTable } {
    if (this.#started !== undefined) return this.#started;
    const vm = createVm({
      limits: { cpuMs: this.#limits.macroCpuMs, memoryBytes: this.#limits.macroMemoryBytes },
      raiseHint: () => 'let the macro do less',
      require: (name) => this.#required(name),
    });
    const data = new CodeData(vm, this.#positions, this.#limits.nesting, this.#limits.expandedNodes);
    const env = createEnvironment({
      vm,
      data,
      running: () => this.#current(),
      print: (text) => this.#host.onPrint?.(text),
    });
    this.#started = { vm, data, env };
    return this.#started;
  }

  #required(name: string): RequiredModule {
    if (name === 'fennel') {
      const { vm, env } = this.#vm();
      return { value: fennelModule(vm, env) };
    }
    return { value: this.#module(name, this.#current()) };
  }

  #current(): Running {
    const running = this.#running.at(-1);
    if (running === undefined)
      throw new LuaError({ code: 'runtime', message: 'must be called while a macro runs' });
    return running;
  }
}

function isTable(value: ExactValue): value is LuaTable {
  return typeof value === 'object' && value.kind === 'table';
}
