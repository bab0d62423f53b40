import { fromText } from './bytes.js';
import { LuaError } from './error.js';
import type { PlainData } from './plain-data.js';
import type { LuaTable, LuaValue, TableContents } from './vm.js';

/** Far deeper than any sensible data, and safe for the stack. */
const MAX_DEPTH = 500;

/** A deep copy of plain data as Lua values; see `Vm.fromPlain`. @throws LuaError `conversion` */
export function fromPlain(data: PlainData, createTable: (contents: TableContents) => LuaTable): LuaValue {
  return convert(data, createTable, 0);
}

function convert(
  data: PlainData,
  createTable: (contents: TableContents) => LuaTable,
  depth: number,
): LuaValue {
  if (depth > MAX_DEPTH) return refuse(`data nested deeper than ${MAX_DEPTH} levels, or containing itself`);
  switch (typeof data) {
    case 'string':
      return fromText(data);
    case 'boolean':
    case 'number':
      return data;
    case 'undefined':
      return undefined;
    case 'object':
      break;
    default:
      return refuse(`a ${typeof data}`);
  }
  if (data === null) return undefined;
  if (Array.isArray(data)) {
    return createTable({
      array: (data as readonly PlainData[]).map((item) => convert(item, createTable, depth + 1)),
    });
  }
  const entries = Object.entries(data).map(
    ([key, value]) => [fromText(key), convert(value, createTable, depth + 1)] as const,
  );
  return createTable({ entries });
}

function refuse(found: string): never {
  throw new LuaError({ code: 'conversion', message: `this data cannot become Lua values: found ${found}` });
}
