import { FennelError, joinErrors } from '../errors.js';
import type { CompileLimits } from '../limits.js';
import { Block, LuaFunction, LuaNames } from '../lua-text/block.js';
import { type Expression, literal, nil, numberLiteral, span, varargs } from '../lua-text/expression.js';
import { luaNumber, luaString } from '../lua-text/literal.js';
import { type LuaText, LuaWriter } from '../lua-text/rope.js';
import type { BuiltinMacro, List, Node, Sym } from '../node.js';
import { maxErrors } from '../reader.js';
import { type Binding, SymbolTable } from '../scope/scope.js';
import type { Source } from '../source.js';
import { body, statement } from './body.js';
import { compileCall } from './call.js';
import type { Context, GlobalNames, Macro, MacroEngine, Place, Special } from './context.js';
import { deliver } from './deliver.js';
import { isDeeperThan } from './depth.js';
import { type Destination, isDelivering, toReturn, type Values } from './destination.js';
import { Expander } from './expander.js';
import { inScope } from './scoped.js';
import { symbolExpression } from './symbol.js';
import { compileSequence, compileTable } from './table.js';

/** What a compilation is made of. */
export interface Parts {
  readonly source: Source;
  readonly moduleName: string | undefined;
  readonly specials: ReadonlyMap<string, Special>;
  readonly builtinMacros: ReadonlyMap<string, BuiltinMacro>;
  readonly globals: GlobalNames;
  readonly engine: MacroEngine;
  readonly limits: CompileLimits;
  /** Numbers for generated names; the code in the compiler shares them. */
  readonly nextGensym: () => number;
  readonly compileTime: boolean;
}

/** Levels of Lua's parser that a chunk may take; it gives up at 200, counting the host's own calls. */
const maxLuaLevel = 180;

/** Errors after which going on would only find the same again. */
const endless: ReadonlySet<string> = new Set(['nesting-too-deep', 'too-many-expansions', 'macro-limit']);

/** Ends a compilation that has found enough errors. */
class TooManyErrors extends Error {}

/** One chunk being compiled. */
export class Compilation implements Context {
  readonly names = new LuaNames();
  readonly locals = new SymbolTable<Binding>();
  readonly macros = new SymbolTable<Macro>();
  readonly autoGensyms = new SymbolTable<string>();
  readonly unknownFunction = new LuaFunction(undefined, true);
  readonly source: Source;
  readonly moduleName: string | undefined;
  readonly specials: ReadonlyMap<string, Special>;
  readonly globals: GlobalNames;
  readonly engine: MacroEngine;
  readonly compileTime: boolean;
  readonly #nesting: number;
  readonly #expander: Expander;
  readonly #errors: FennelError[] = [];
  readonly #helpers = new Map<string, { name: string; lua: string }>();
  readonly #main = new LuaFunction(undefined, true);
  #depth = 0;

  constructor(parts: Parts) {
    this.source = parts.source;
    this.moduleName = parts.moduleName;
    this.specials = parts.specials;
    this.globals = parts.globals;
    this.engine = parts.engine;
    this.compileTime = parts.compileTime;
    this.#nesting = parts.limits.nesting;
    this.#expander = new Expander(this, parts.builtinMacros, parts.limits, parts.nextGensym);
  }

  /** The whole chunk; its value is that of the last form. Throws one FennelError with all that were found. */
  chunk(forms: Iterable<Node>): LuaText {
    const writer = new LuaWriter();
    try {
      this.#writeChunk(forms, writer);
    } catch (error) {
      if (error instanceof FennelError) this.#note(error);
      else if (!(error instanceof TooManyErrors)) throw error;
    }
    if (this.#errors.length > 0) throw joinErrors(this.#errors);
    return writer.finish([...this.#helpers.values()].map((helper) => helper.lua).join(''));
  }

  /** Writes each statement as soon as it is compiled; only its text stays in memory. */
  #writeChunk(forms: Iterable<Node>, writer: LuaWriter): void {
    const block = new Block(this.#main, this.names);
    inScope(this, block, undefined, (place) => {
      let last: Node | undefined;
      for (const form of forms) {
        if (last !== undefined) statement(this, last, place);
        writer.write(block.take());
        last = form;
      }
      if (last !== undefined) body(this, [last], place, toReturn);
    });
    writer.write(block.close());
  }

  compile(node: Node, place: Place, to: Destination): Values | undefined {
    const depth = this.#depth;
    this.#depth = depth + 1;
    if (depth > this.#nesting) this.#tooDeep(node);
    const values = this.#values(node, place, to);
    this.#depth = depth;
    if (values !== undefined) place.block.needRegisters(span(values));
    if (values !== undefined && isDelivering(to)) deliver(values, to, place.block, node.pos.line);
    if (place.block.level > maxLuaLevel) this.#tooDeep(node);
    if (values === undefined || isDelivering(to)) return undefined;
    if (to.kind === 'one' && values.length !== 1) return [values[0] ?? nil];
    return values;
  }

  expand(node: Node, place: Place): Node {
    return this.#expander.expand(node, place);
  }

  findMacro(name: string): Macro | undefined {
    return this.#expander.find(name);
  }

  macroNames(): Iterable<string> {
    return this.#expander.names();
  }

  gensym(base: string, at: Node): Sym {
    return this.#expander.gensym(base, at.pos);
  }

  helper(key: string, lua: (name: string) => string): string {
    let helper = this.#helpers.get(key);
    if (helper === undefined) {
      const name = this.names.temporary();
      this.names.add(name);
      this.#main.locals++;
      helper = { name, lua: lua(name) };
      this.#helpers.set(key, helper);
    }
    return helper.name;
  }

  checkDepth(node: Node): void {
    if (isDeeperThan(node, this.#nesting)) this.#tooDeep(node);
  }

  error(code: string, message: string, at: Node, hint?: string): FennelError {
    return this.source.error(code, message, at.pos, hint);
  }

  fail(code: string, message: string, at: Node, hint?: string): never {
    throw this.error(code, message, at, hint);
  }

  report(error: FennelError): void {
    this.#note(error);
    if (this.#errors.length >= maxErrors) throw new TooManyErrors();
  }

  attempt(work: () => void): boolean {
    const locals = this.locals.mark();
    const macros = this.macros.mark();
    const gensyms = this.autoGensyms.mark();
    const depth = this.#depth;
    try {
      work();
      return true;
    } catch (error) {
      if (!(error instanceof FennelError) || endless.has(error.code)) throw error;
      this.locals.takeBack(locals);
      this.macros.takeBack(macros);
      this.autoGensyms.takeBack(gensyms);
      this.#depth = depth;
      this.report(error);
      return false;
    }
  }

  /** A macro may put a broken form into its expansion twice; it is one error. */
  #note(error: FennelError): void {
    for (const each of error.errors) {
      const known = this.#errors.some(
        (other) =>
          other.line === each.line &&
          other.column === each.column &&
          other.message === each.message &&
          other.file === each.file,
      );
      if (!known) this.#errors.push(each);
    }
  }

  #values(node: Node, place: Place, to: Destination): Values | undefined {
    const expanded = this.expand(node, place);
    const line = expanded.pos.line;
    switch (expanded.kind) {
      case 'list':
        return this.#list(expanded, place, to);
      case 'sym':
        return [symbolExpression(this, expanded, place.scope)];
      case 'string':
        return [literal([line, luaString(expanded.value)], 'string')];
      case 'number':
        return [luaNumeral(expanded.text, line)];
      case 'boolean':
        return [literal([line, String(expanded.value)], 'boolean')];
      case 'varg':
        return this.#varargs(expanded, place);
      case 'sequence':
        return compileSequence(this, expanded, place, to);
      case 'table':
        return compileTable(this, expanded, place);
    }
  }

  #list(form: List, place: Place, to: Destination): Values | undefined {
    const [head] = form.items;
    const special = head?.kind === 'sym' ? this.specials.get(head.name) : undefined;
    return special === undefined
      ? compileCall(this, form, place, to)
      : special.compile(form, this, place, to);
  }

  #varargs(node: Node, place: Place): Values {
    const { fn } = place.scope;
    if (fn.varargs) return [varargs([node.pos.line, '...'])];
    return this.fail(
      'unexpected-vararg',
      fn.hash ? 'use $... in hashfn' : 'unexpected vararg',
      node,
      fn.hash
        ? 'in #( ) all arguments together are $...'
        : 'put ... at the end of the parameters of the function',
    );
  }

  #tooDeep(node: Node): never {
    this.fail(
      'nesting-too-deep',
      'nested too deeply to compile',
      node,
      'give the inner part a name of its own with local or fn; a macro may be expanding into itself',
    );
  }
}

function luaNumeral(text: string, line: number): Expression {
  const lua = luaNumber(text);
  return numberLiteral(lua, [line, lua]);
}
