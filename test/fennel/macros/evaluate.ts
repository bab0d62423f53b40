import { type CompileOptions, compile } from '../../../src/fennel/index.js';
import { view } from '../../../src/fennel/view.js';
import { createVm, type LuaInput, type RequireResolver } from '../../../src/lua/index.js';

export interface EvaluateOptions extends Partial<CompileOptions> {
  /** What the chunk gets as `...`. */
  readonly args?: readonly LuaInput[];
  readonly require?: RequireResolver;
}

/** Compiles and runs Fennel, and shows each value it gives as Fennel source. */
export function evaluate(source: string, options: EvaluateOptions = {}): string[] {
  const { args = [], require, ...compileOptions } = options;
  const filename = compileOptions.filename ?? 'test.fnl';
  const { lua, lineMap, localNames } = compile(source, { ...compileOptions, filename });
  const vm = createVm({ require });
  try {
    const chunk = vm.load({ lua, lineMap, localNames, chunkName: filename });
    return vm.callSync(chunk, args).map((value) => view(value, { oneLine: true }));
  } finally {
    vm.close();
  }
}

/** The Lua that Fennel compiles to. */
export function luaOf(source: string): string {
  return compile(source, { filename: 'test.fnl' }).lua;
}
