import { call, callSync, callSyncExact } from './call.js';
import { Core } from './core.js';
import { lobject, TValueClass } from './engine/fengari.js';
import { Table } from './engine/table.js';
import { HOST_FUNCTION, TABLE, USERDATA } from './engine/tags.js';
import { fromPlain } from './from-plain.js';
import { exactHostCode, hostCode } from './host-function.js';
import { Interrupt } from './interrupt.js';
import { openLibraries } from './lib/open.js';
import { load } from './load.js';
import { requireFunction } from './require.js';
import { toPlain } from './to-plain.js';
import type { LuaFunction, LuaTable, LuaUserdata, Vm, VmOptions } from './vm.js';

/** Makes a sealed VM. Costs well under a millisecond once the engine is loaded. */
export function createVm(options: VmOptions = {}): Vm {
  const core = new Core(options.limits, options.raiseHint);
  openLibraries(core, options.seed ?? '');
  const vm = face(core);
  core.vm = vm;
  if (options.require !== undefined) {
    vm.globals.set('require', vm.createFunction('require', requireFunction(core, options.require)));
  }
  const { print } = options;
  if (print !== undefined) {
    const written = vm.createExactFunction('print', (args) => print(args.map(vm.tostring).join('\t')));
    vm.globals.set('print', written);
  }
  vm.freeze(vm.globals, 'existing');
  return vm;
}

/** The interface to a VM's inside. */
function face(core: Core): Vm {
  const { handles } = core;
  const tableOf = (handle: LuaTable) => handles.toSlot(handle).value as Table;
  const toHost = (type: number, value: unknown) => handles.toHost(new TValueClass(type, value));

  const tostring = handles.toHost(core.globals.getString('tostring')) as LuaFunction;

  const vm: Vm = {
    limits: core.limits,
    globals: toHost(TABLE, core.globals) as LuaTable,

    load: (chunk) => load(core, chunk),

    call: (fn, args = [], options = {}) => call(core, fn, args, options),

    callSync: (fn, args = [], options = {}) => callSync(core, fn, args, options),
    callSyncExact: (fn, args = [], options = {}) => callSyncExact(core, fn, args, options),

    createTable: ({ array = [], entries = [], metatable, host } = {}) => {
      core.checkOpen();
      const table = new Table(core.state);
      const slots = array.map((value) => handles.toSlot(value));
      table.setList(1, slots, 0, slots.length);
      const handle = toHost(TABLE, table) as LuaTable;
      for (const [key, value] of entries) handle.set(key, value);
      handle.metatable = metatable;
      handle.host = host;
      return handle;
    },

    createFunction: (name, body) => {
      core.checkOpen();
      return toHost(HOST_FUNCTION, hostCode(core, name, body)) as LuaFunction;
    },

    createExactFunction: (name, body) => {
      core.checkOpen();
      return toHost(HOST_FUNCTION, exactHostCode(core, name, body)) as LuaFunction;
    },

    createUserdata: (host, metatable) => {
      core.checkOpen();
      const handle = toHost(USERDATA, new lobject.Udata(core.state, 0)) as LuaUserdata;
      handle.host = host;
      handle.metatable = metatable;
      return handle;
    },

    createEnvironment: () => {
      const environment = vm.createTable({
        metatable: vm.createTable({ entries: [['__index', vm.globals]] }),
      });
      environment.set('_G', environment);
      return environment;
    },

    freeze: (table, what = 'all') => {
      tableOf(table).protect(what);
    },

    toPlain: (value, options) => toPlain(value, options),
    fromPlain: (data) => fromPlain(data, vm.createTable),

    tostring: (value) => vm.callSync(tostring, [value])[0] as string,

    close: () => {
      if (core.isClosed) return;
      core.isClosed = true;
      for (const stop of [...core.running.values()]) stop(new Interrupt('closed', 'the VM was closed'));
    },
  };
  return vm;
}
