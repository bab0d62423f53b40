import { toText } from './bytes.js';
import type { Core } from './core.js';
import { LuaError } from './error.js';
import type { CallContext } from './host-context.js';
import type { Task } from './task.js';
import type { HostFunction, HostResult, LuaInput, RequiredModule, RequireResolver } from './vm.js';

type Modules = Map<string, { readonly value: LuaInput } | Loading>;

/** A module whose `require` is still on some stack; or was, until an error took it off. */
interface Loading {
  readonly call: CallContext;
  readonly task: Task;
  readonly waiters: (() => void)[];
}

/** The global `require`: each module is found by the resolver and loaded once. */
export function requireFunction(core: Core, resolver: RequireResolver): HostFunction {
  const modules: Modules = new Map();
  return function require(args, context): HostResult | undefined | Promise<HostResult | undefined> {
    const name = args[0];
    if (typeof name !== 'string') return refuse("bad argument #1 to 'require' (string expected)");
    const known = modules.get(name);
    if (known !== undefined && 'value' in known) return known.value;
    if (known?.call.isActive) {
      if (known.task === core.current)
        return refuse(`modules require each other in a circle: ${circle(modules, name)}`);
      return ended(known).then(() => require(args, context));
    }
    modules.set(name, { call: context as CallContext, task: core.current!, waiters: [] });
    const found = resolver(name, context);
    return found instanceof Promise
      ? found.then((module) => run(modules, name, module))
      : run(modules, name, found);
  };
}

function run(modules: Modules, name: string, module: RequiredModule | undefined): HostResult {
  if (module === undefined) return refuse(`module '${toText(name)}' not found`);
  if ('value' in module) return keep(modules, name, module.value);
  const args = module.args ?? [name];
  // A module that returns nothing has been loaded all the same.
  return { tailCall: module.load, args, finish: ([value = true]) => keep(modules, name, value) };
}

function keep(modules: Modules, name: string, value: LuaInput): LuaInput {
  const loading = modules.get(name);
  modules.set(name, { value });
  if (loading !== undefined && 'waiters' in loading) for (const wake of loading.waiters) wake();
  return value;
}

/** Resolves when the module is loaded, or its task is over and it never will be. */
function ended(loading: Loading): Promise<void> {
  return new Promise((resolve) => {
    loading.waiters.push(resolve);
    loading.task.atEnd.push(resolve);
  });
}

function circle(modules: Modules, name: string): string {
  const active = [...modules]
    .filter(([, module]) => 'call' in module && module.call.isActive)
    .map(([key]) => key);
  return [...active.slice(active.indexOf(name)), name].map(toText).join(' → ');
}

function refuse(message: string): never {
  throw new LuaError({ code: 'runtime', message });
}
