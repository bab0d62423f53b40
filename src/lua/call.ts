import { toText } from './bytes.js';
import type { Core } from './core.js';
import { lapi } from './engine/fengari.js';
import { resumeThread } from './engine/resume.js';
import { pushSlot } from './engine/stack.js';
import type { State } from './engine/state.js';
import { newThread } from './engine/thread.js';
import { STATUS_OK, STATUS_YIELD } from './engine/tags.js';
import { LuaError } from './error.js';
import { failure } from './failure.js';
import { nextTurn } from './event-loop.js';
import { Interrupt } from './interrupt.js';
import { newBudget, type Outcome, type Task } from './task.js';
import type { CallOptions, ExactValue, LuaFunction, LuaInput, LuaValue } from './vm.js';

/** Runs a function as a coroutine of its own; see `Vm.call`. */
export async function call(
  core: Core,
  fn: LuaFunction,
  args: readonly LuaInput[],
  options: CallOptions,
): Promise<LuaValue[]> {
  core.checkOpen();
  const task = newTask(core, options, false);
  const ending = watchForEnd(core, task);
  try {
    let count = pushCall(core, task.thread, fn, args);
    for (;;) {
      throwInterrupt(task);
      if (resume(core, task, count)) return results(core, task.thread);
      count = 0;
      await fulfil(task, ending);
    }
  } finally {
    ending.forget();
    end(task);
  }
}

/** Runs a function to its end; see `Vm.callSync`. */
export function callSync(
  core: Core,
  fn: LuaFunction,
  args: readonly LuaInput[],
  options: CallOptions,
): LuaValue[] {
  return runSync(core, fn, args, options, (thread) => results(core, thread));
}

/** As `callSync`; a float stays one. */
export function callSyncExact(
  core: Core,
  fn: LuaFunction,
  args: readonly LuaInput[],
  options: CallOptions,
): ExactValue[] {
  return runSync(core, fn, args, options, (thread) => exactResults(core, thread));
}

function runSync<Result>(
  core: Core,
  fn: LuaFunction,
  args: readonly LuaInput[],
  options: CallOptions,
  take: (thread: State) => Result,
): Result {
  core.checkOpen();
  const task = newTask(core, options, true);
  try {
    resume(core, task, pushCall(core, task.thread, fn, args));
    return take(task.thread);
  } finally {
    end(task);
  }
}

function end(task: Task): void {
  task.hasEnded = true;
  for (const notify of task.atEnd) notify();
}

/** Inside another evaluation, its budget and its depth count on. */
function newTask(core: Core, options: CallOptions, isSync: boolean): Task {
  const outer = core.current;
  const thread = newThread(core.state);
  thread.isBusy = true;
  return {
    thread,
    isSync,
    data: options.data ?? (isSync ? outer?.data : undefined),
    signal: options.signal ?? (isSync ? outer?.signal : undefined),
    budget: isSync && outer !== undefined ? outer.budget : newBudget(),
    resumers: [],
    request: undefined,
    outcome: undefined,
    interrupt: undefined,
    hasEnded: false,
    atEnd: [],
  };
}

/** Arguments of one call; a thread's stack holds some more. */
const MAX_ARGUMENTS = 100_000;

function pushCall(core: Core, thread: State, fn: LuaFunction, args: readonly LuaInput[]): number {
  if (args.length > MAX_ARGUMENTS) {
    const message = `${args.length} arguments are too many: at most ${MAX_ARGUMENTS}, or put them into a table`;
    throw new LuaError({ code: 'conversion', message });
  }
  lapi.lua_checkstack(thread, args.length + 1);
  pushSlot(thread, core.handles.toSlot(fn));
  for (const arg of args) pushSlot(thread, core.handles.toSlot(arg));
  return args.length;
}

/** @returns whether the function has ended; false when it asks for something. @throws LuaError */
function resume(core: Core, task: Task, count: number): boolean {
  // Calls inside calls share one JavaScript stack, so they share the count of its levels.
  const from = core.current?.thread ?? null;
  const status = core.runSlice(task, () => resumeThread(task.thread, from, count));
  throwInterrupt(task);
  if (status === STATUS_YIELD) return false;
  if (status === STATUS_OK) return true;
  throw failure(core, task.thread, status);
}

function results(core: Core, thread: State): LuaValue[] {
  const values: LuaValue[] = [];
  for (let at = thread.base_ci.funcOff + 1; at < thread.top; at++) {
    values.push(core.handles.toHost(thread.stack[at]!));
  }
  return values;
}

function exactResults(core: Core, thread: State): ExactValue[] {
  const values: ExactValue[] = [];
  for (let at = thread.base_ci.funcOff + 1; at < thread.top; at++) {
    values.push(core.handles.toExact(thread.stack[at]!));
  }
  return values;
}

/** Does what the coroutine yielded for. */
async function fulfil(task: Task, ending: Ending): Promise<void> {
  const request = task.request!;
  task.request = undefined;
  if (request.kind === 'slice') {
    await nextTurn();
    return;
  }
  task.outcome = await ending.orSettled(request.promise);
  task.budget = newBudget();
}

/** How a waiting evaluation learns that it is to end. */
interface Ending {
  /** The outcome of the promise; rejects when the evaluation is to end first. */
  orSettled(promise: PromiseLike<unknown>): Promise<Outcome>;
  forget(): void;
}

function watchForEnd(core: Core, task: Task): Ending {
  let wake: ((reason: Interrupt) => void) | undefined;
  const stop = (reason: Interrupt) => {
    task.interrupt ??= reason;
    wake?.(task.interrupt);
  };
  const cancel = () => {
    const reason = task.signal!.reason as unknown;
    const words = reason instanceof Error ? reason.message : String(reason);
    stop(new Interrupt('canceled', `the call was canceled: ${words}`, { cause: reason }));
  };
  core.running.set(task, stop);
  task.signal?.addEventListener('abort', cancel, { once: true });
  if (task.signal?.aborted) cancel();
  return {
    orSettled: (promise) =>
      new Promise((resolve, reject) => {
        wake = (reason) => reject(toError(reason));
        promise.then(
          (value) => resolve({ ok: true, value }),
          (error) => resolve({ ok: false, error }),
        );
      }),
    forget: () => {
      core.running.delete(task);
      task.signal?.removeEventListener('abort', cancel);
    },
  };
}

function throwInterrupt(task: Task): void {
  if (task.interrupt !== undefined) throw toError(task.interrupt);
}

function toError(interrupt: Interrupt): LuaError {
  const { code, message, position, cause } = interrupt;
  return new LuaError({ code, message, traceback: toText(interrupt.traceback), cause, ...position });
}
