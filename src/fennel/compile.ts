import { checkLua } from './check-lua.js';
import { Compilation } from './compiler/compilation.js';
import type { FennelError } from './errors.js';
import { specialForms } from './forms/index.js';
import { type CompileLimits, defaultCompileLimits } from './limits.js';
import { builtinMacros } from './macros/index.js';
import { readForms } from './read.js';
import { Globals } from './scope/globals.js';
import { standardGlobals } from './scope/standard-globals.js';
import { Source } from './source.js';
import { UserMacros } from './user-macros/engine.js';

/** Where the text of a macro module comes from: Fennel, or Lua when the file name ends in `.lua`. */
export interface MacroModuleSource {
  readonly source: string | Uint8Array;
  readonly filename: string;
}

export interface CompileOptions {
  /** Shown in errors, and in what a lambda says of a missing argument. */
  readonly filename: string;
  /**
   * Names of globals the code may refer to; any other unknown name is an error. `*` allows all. Default:
   * `standardGlobals`, those of a sealed VM that has `require` and `print`.
   */
  readonly globals?: readonly string[] | ReadonlySet<string>;
  /** Finds the module of `import-macros` by name. Without it, importing is an error. */
  readonly findMacroModule?: (name: string) => MacroModuleSource | undefined;
  /** The name the code is required by; `...` stands for it in the name of a macro module. */
  readonly moduleName?: string;
  /** Gets what macros print. Default: nobody. */
  readonly onPrint?: (text: string) => void;
  readonly limits?: Partial<CompileLimits>;
}

export interface Compiled {
  /**
   * The Lua chunk: ASCII, but for what `(lua …)` forms hold, of which each character is one byte. Its value is that of
   * the last form.
   */
  readonly lua: string;
  /** Index: Lua line from 0. Value: the line of the source it comes from, from 1, or 0 for none. */
  readonly lineMap: readonly number[];
  /** Lua name of a local → its name in the source, where they differ. */
  readonly localNames: ReadonlyMap<string, string>;
}

/**
 * Compiles Fennel 1.6 to Lua 5.3. `source` is UTF-8 text. The chunk gets its arguments as `...`.
 *
 * @throws FennelError, whose `errors` lists everything found; nothing else is ever thrown.
 */
export function compile(source: string | Uint8Array, options: CompileOptions): Compiled {
  const input = new Source(source, options.filename);
  const limits = { ...defaultCompileLimits, ...options.limits };
  let gensyms = 0;
  const nextGensym = (): number => ++gensyms;
  const { findMacroModule, onPrint } = options;
  const engine = new UserMacros({ builtinMacros, findMacroModule, onPrint, nextGensym }, limits);
  const compilation = new Compilation({
    source: input,
    moduleName: options.moduleName,
    specials: specialForms,
    builtinMacros,
    globals: new Globals(new Set(options.globals ?? standardGlobals)),
    engine,
    limits,
    nextGensym,
    compileTime: false,
  });
  try {
    const { lua, lineMap } = compilation.chunk(readForms(input));
    if (compilation.names.crowded) checkLua({ lua, lineMap }, input);
    return { lua, lineMap, localNames: compilation.names.sources };
  } catch (error) {
    throw isStackOverflow(error) ? tooDeep(input) : error;
  } finally {
    engine.close();
  }
}

function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && /call stack/.test(error.message);
}

/** The limits of nesting end most code long before the stack does; what the built-in macros nest may get past them. */
function tooDeep(input: Source): FennelError {
  const at = { file: input.file, line: 1, column: 1 };
  const hint = 'take apart the longest chain of steps, clauses or operators';
  return input.error('nesting-too-deep', 'nested too deeply to compile', at, hint);
}
