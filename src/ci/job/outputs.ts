import { toText } from '../../lua/index.js';
import type { LuaTable, LuaValue } from '../../lua/index.js';
import { ShResult } from './sh-result.js';

/**
 * What a run-fn returned, apart from the VM: strings are byte strings, so that dependents get the very bytes;
 * results of `(sh …)` stay what they are, so that dependents meet the same limits.
 */
export type Outputs =
  | null
  | boolean
  | number
  | string
  | ShResult
  | readonly Outputs[]
  | ReadonlyMap<string, Outputs>;

/** A value that cannot be the output of a job. `path` leads to it from the returned value. */
export class OutputError extends Error {
  readonly code = 'bad-output';
  constructor(
    readonly path: string,
    readonly found: string,
  ) {
    super(
      `a job returns what JSON can say; ${path === '' ? 'the returned value' : `the returned ${path}`} is ${found}`,
    );
  }
}

const maxDepth = 100;
const maxValues = 200_000;

/** The value as outputs. @throws OutputError */
export const takeOutputs = (value: LuaValue): Outputs => {
  const above = new Set<LuaTable>();
  let values = 0;
  const take = (one: LuaValue, path: string): Outputs => {
    values += 1;
    if (values > maxValues) throw new OutputError('', `made of more than ${maxValues} values`);
    if (one === undefined) return null;
    if (typeof one === 'number' && !Number.isFinite(one)) throw new OutputError(path, `the number ${one}`);
    if (typeof one !== 'object') return one;
    if (one.kind === 'table' && one.host instanceof ShResult) return one.host;
    if (one.kind !== 'table') throw new OutputError(path, `a ${one.kind}`);
    if (above.has(one)) throw new OutputError(path, 'a table that contains itself');
    if (above.size >= maxDepth) throw new OutputError('', `nested more than ${maxDepth} levels deep`);
    above.add(one);
    const taken = takeTable(one, path, take);
    above.delete(one);
    return taken;
  };
  return take(value, '');
};

type Take = (value: LuaValue, path: string) => Outputs;

/** Keys 1 to n make a list; any other keys, which must be strings or whole numbers, make an object. */
const takeTable = (table: LuaTable, path: string, take: Take): Outputs => {
  const entries = [...table.entries()];
  const isList = entries.length > 0 && entries.every(([key], index) => key === index + 1);
  if (isList) return entries.map(([key, value]) => take(value, `${path}[${key}]`));
  return new Map(
    entries.map(([key, value]) => {
      const name = keyName(key, path);
      return [name, take(value, `${path}.${toText(name)}`)] as const;
    }),
  );
};

const keyName = (key: LuaValue, path: string): string => {
  if (typeof key === 'string') return key;
  if (Number.isInteger(key)) return String(key);
  const found = typeof key === 'object' ? `a ${key.kind}` : `the ${typeof key} ${key}`;
  throw new OutputError(path, `a table with ${found} as a key`);
};
