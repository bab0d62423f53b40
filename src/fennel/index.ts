export { type Compiled, type CompileOptions, compile, type MacroModuleSource } from './compile.js';
export { FennelError, type FennelErrorFields } from './errors.js';
export { formatError } from './format-error.js';
export { type CompileLimits, defaultCompileLimits } from './limits.js';
export { print } from './print.js';
export { read } from './read.js';
export { standardGlobals } from './scope/standard-globals.js';
export { type ViewOptions, view } from './view.js';
export { macroModulePaths } from './user-macros/module-paths.js';
