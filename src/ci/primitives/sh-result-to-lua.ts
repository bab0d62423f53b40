import {
  fromText,
  type HostContext,
  type HostFunction,
  type LuaInput,
  type LuaTable,
  type LuaValue,
  type Vm,
} from '../../lua/index.js';
import { JobRun } from '../job/job-run.js';
import { ShResult } from '../job/sh-result.js';

/**
 * A result as the pipeline sees it: a read-only table whose fields are read through metamethods, because
 * reading `:exit` is what takes the responsibility for it.
 */
export const shResultToLua = (vm: Vm, result: ShResult): LuaTable => {
  const table = vm.createTable({ metatable: metatableOf(vm), host: result });
  vm.freeze(table);
  return table;
};

const metatables = new WeakMap<Vm, LuaTable>();

const metatableOf = (vm: Vm): LuaTable => {
  const known = metatables.get(vm);
  if (known !== undefined) return known;
  const made = vm.createTable({
    entries: [
      ['__index', vm.createFunction('sh-result', index)],
      ['__pairs', vm.createFunction('sh-result', pairs)],
      ['__tostring', vm.createFunction('sh-result', describe)],
      ['__metatable', 'sh-result'],
      ['__name', 'sh-result'],
    ],
  });
  metatables.set(vm, made);
  return made;
};

const index: HostFunction = ([table, key], context) => {
  const result = resultIn(table);
  return result === undefined || typeof key !== 'string' ? undefined : read(context, result, key);
};

const pairs: HostFunction = ([table], context) => {
  const { vm } = context;
  const result = resultIn(table);
  const entries =
    result === undefined ? [] : fieldNames.map((name) => [name, read(context, result, name)] as const);
  return [vm.globals.get('next'), vm.createTable({ entries }), undefined];
};

const describe: HostFunction = ([table]) => {
  const result = resultIn(table);
  return fromText(result === undefined ? 'sh-result' : `sh-result: exit ${result.fields.exit}`);
};

const fieldNames = ['exit', 'stdout', 'stderr', 'cmd', 'signal', 'timed-out'];

/** What a result does not know ends the job. */
const read = ({ vm, data }: HostContext, result: ShResult, name: string): LuaInput => {
  try {
    return field(vm, result, name);
  } catch (error) {
    if (data instanceof JobRun) data.stopWhenUnknown(error);
    throw error;
  }
};

const field = (vm: Vm, result: ShResult, name: string): LuaInput => {
  const { cmd, signal, timedOut } = result.fields;
  switch (name) {
    case 'exit':
      return result.readExit();
    case 'stdout':
    case 'stderr':
      return result.output(name);
    case 'cmd':
      return typeof cmd === 'string' ? fromText(cmd) : vm.createTable({ array: cmd.map(fromText) });
    case 'signal':
      return signal;
    case 'timed-out':
      return timedOut ? true : undefined;
    default:
      return undefined;
  }
};

const resultIn = (value: LuaValue): ShResult | undefined =>
  typeof value === 'object' && value.kind === 'table' && value.host instanceof ShResult
    ? value.host
    : undefined;
