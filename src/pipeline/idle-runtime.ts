import type { HostFunction, LuaTable, Vm } from '../lua/index.js';

/** What `quire.runtime` is where no job will ever run: a table that refuses to be touched. */
export const createIdleRuntime = (vm: Vm): LuaTable => {
  const refuse: HostFunction = ([, key]) => {
    throw new Error(outsideRunFn(typeof key === 'string' ? key : 'the table'));
  };
  const touch = vm.createFunction('quire.runtime', refuse);
  const metatable = vm.createTable({
    entries: [
      ['__index', touch],
      ['__pairs', touch],
      ['__metatable', 'quire.runtime'],
    ],
  });
  const runtime = vm.createTable({ metatable });
  vm.freeze(runtime);
  return runtime;
};

/** What is said when something of `quire.runtime` is touched while no job runs. */
export const outsideRunFn = (name: string): string =>
  `${name} of quire.runtime was touched outside a run-fn; it works only while a job runs, ` +
  'so use it inside the function given to ci.job';
