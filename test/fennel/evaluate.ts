import { type CompileOptions, compile } from '../../src/fennel/index.js';
import { createVm, type LuaTable, type LuaValue } from '../../src/lua/index.js';

/** One for all programs: each has globals of its own. */
const vm = createVm();
const nothing = vm.createFunction('print', () => undefined);

/**
 * Compiles and runs a program with the arguments "first" and "second"; gives its values as plain data: a table as an
 * array or an object, a function as `<function>`, infinity and NaN by name, strings byte by byte.
 */
export function evaluate(source: string, options: Partial<CompileOptions> = {}): unknown[] {
  const { lua, lineMap, localNames } = compile(source, { filename: 'test.fnl', ...options });
  const env = vm.createEnvironment();
  env.set('print', nothing);
  const chunk = vm.load({ lua, chunkName: 'test.fnl', lineMap, localNames, env });
  return vm.callSync(chunk, ['first', 'second']).map(plain);
}

function plain(value: LuaValue): unknown {
  if (value === undefined) return null;
  if (typeof value === 'number' && !Number.isFinite(value)) return numberName(value);
  if (typeof value !== 'object') return value;
  return value.kind === 'table' ? plainTable(value) : `<${value.kind}>`;
}

function numberName(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  return value > 0 ? 'inf' : '-inf';
}

function plainTable(table: LuaTable): unknown {
  const entries = [...table.entries()];
  if (entries.length > 0 && entries.length === table.length) return entries.map(([, value]) => plain(value));
  return Object.fromEntries(
    entries.map(([key, value]) => [typeof key === 'object' ? `<${key.kind}>` : String(key), plain(value)]),
  );
}
