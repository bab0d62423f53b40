import { compile, type MacroModuleSource } from '../fennel/index.js';
import {
  type LuaFunction,
  type LuaTable,
  type LuaValue,
  type RequiredModule,
  toText,
  type Vm,
} from '../lua/index.js';
import { pipelineGlobals } from './globals.js';
import type { SourceIndex } from './source-index.js';
import { createStdlib } from './stdlib/index.js';

/** The bytes of a file of the repository by its path from the root; undefined when there is none. */
export type ReadModule = (path: string) => Uint8Array | undefined;

/** The modules that quire itself provides. */
export interface ProvidedModules {
  readonly ci: LuaTable;
  readonly runtime: LuaTable;
  readonly show: (value: LuaValue) => string;
}

const maxModuleBytes = 1024 * 1024;

/** Words of a module name become folders and a file, so they must not lead anywhere else. */
const libraryName = /^lib(\.[A-Za-z0-9_][A-Za-z0-9_-]*){1,8}$/;

/**
 * What `require` and `import-macros` find: `quire.ci`, `quire.runtime`, `quire.stdlib`, and the repository's
 * own `.quire/lib`: `lib.a.b` is `.quire/lib/a/b.fnl`, as macros also `b.fnlm` and `b/init-macros.fnl`.
 */
export class Modules {
  readonly #read: ReadModule;
  readonly #sources: SourceIndex;

  constructor(read: ReadModule, sources: SourceIndex) {
    this.#read = read;
    this.#sources = sources;
  }

  /** Answers a `require`; undefined when there is no such module. Throws what is wrong with the one there is. */
  require(vm: Vm, byteName: string, provided: ProvidedModules): RequiredModule | undefined {
    const name = toText(byteName);
    if (name === 'quire.ci') return { value: provided.ci };
    if (name === 'quire.runtime') return { value: provided.runtime };
    if (name === 'quire.stdlib') return { value: createStdlib(vm, provided.show) };
    const found = this.#find(name, ['.fnl', '/init.fnl']);
    if (found === undefined) throw new Error(this.#explainMissing(name));
    return { load: this.load(vm, found.source as Uint8Array, found.filename, name), args: [byteName] };
  }

  /** Compiles a file of the pipeline. Its globals stay its own. @throws FennelError */
  load(vm: Vm, source: Uint8Array, filename: string, moduleName?: string): LuaFunction {
    this.#sources.add(filename, source);
    const { lua, lineMap, localNames } = compile(source, {
      filename,
      moduleName,
      globals: pipelineGlobals(vm),
      findMacroModule: (name) => this.#find(name, ['.fnlm', '.fnl', '/init-macros.fnl']),
    });
    return vm.load({ lua, chunkName: filename, lineMap, localNames, env: vm.createEnvironment() });
  }

  #find(name: string, endings: readonly string[]): MacroModuleSource | undefined {
    if (!libraryName.test(name)) return undefined;
    for (const ending of endings) {
      const filename = `.quire/${name.replaceAll('.', '/')}${ending}`;
      const source = this.#read(filename);
      if (source === undefined) continue;
      if (source.length <= maxModuleBytes) return { source, filename };
      throw new Error(`${filename} has ${source.length} bytes, a module may have ${maxModuleBytes}`);
    }
    return undefined;
  }

  #explainMissing(name: string): string {
    const meant = `lib.${name}`;
    if (this.#find(meant, ['.fnl', '/init.fnl']) !== undefined) {
      return `module ${name} not found; the repository's own are below lib: write (require :${meant})`;
    }
    const places = 'quire.ci, quire.runtime, quire.stdlib and lib.<name> in .quire/lib/<name>.fnl';
    return `module ${name} not found; there are ${places}`;
  }
}
