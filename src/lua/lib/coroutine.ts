import { type Core, coreOf } from '../core.js';
import { MAX_LEVELS } from '../engine/calls.js';
import { textOf } from '../engine/concat.js';
import { ldo } from '../engine/fengari.js';
import { type ErrorNote, noteOf, position, raise, raiseValue, STACK_OVERFLOW } from '../engine/raise.js';
import {
  argument,
  argumentCount,
  move,
  pop,
  push,
  pushBoolean,
  pushSlot,
  pushText,
} from '../engine/stack.js';
import { resumeThread } from '../engine/resume.js';
import { newThread } from '../engine/thread.js';
import type { HostCode, State } from '../engine/state.js';
import {
  HOST_FUNCTION,
  STATUS_ERROR,
  STATUS_NATIVE,
  STATUS_OK,
  STATUS_YIELD,
  STRING,
  THREAD,
} from '../engine/tags.js';
import { forbiddingConstruct } from '../forbidding-construct.js';
import { argumentError, checkFunction } from './check.js';
import { type Library, textSlot } from './library.js';

/**
 * Coroutines of Lua code. When one of them waits for the host, or its slice of time is over, the request goes
 * up through whoever resumed it, and the answer comes down the same way.
 */

/** What to do with a coroutine that has yielded or ended. @returns the number of results pushed */
type Finish = (L: State, thread: State, status: number) => number;

const create: HostCode = (L) => {
  push(L, THREAD, newCoroutine(L));
  return 1;
};

const wrap: HostCode = (L) => {
  const thread = newCoroutine(L);
  push(L, HOST_FUNCTION, ((caller) => {
    const refusal = refuseToResume(caller, thread);
    if (refusal !== undefined) return raise(caller, refusal, refusalNote(refusal));
    return resumeWith(caller, thread, argumentCount(caller), finishWrapped);
  }) satisfies HostCode);
  return 1;
};

const finishWrapped: Finish = (L, thread, status) => {
  if (status === STATUS_OK || status === STATUS_YIELD) return takeResults(L, thread);
  const error = pop(thread);
  if (error.type !== STRING) return raiseValue(L, error.type, error.value);
  return raiseValue(L, STRING, textSlot(position(L, 1) + textOf(error)!).value, noteOf(error.value));
};

const resume: HostCode = (L) => {
  const thread = checkThread(L);
  const refusal = refuseToResume(L, thread);
  if (refusal === undefined) return resumeWith(L, thread, argumentCount(L) - 1, finishResume);
  pushBoolean(L, false);
  pushText(L, refusal);
  return 2;
};

const finishResume: Finish = (L, thread, status) => {
  const isFine = status === STATUS_OK || status === STATUS_YIELD;
  pushBoolean(L, isFine);
  if (isFine) return takeResults(L, thread) + 1;
  pushSlot(L, pop(thread));
  return 2;
};

const yieldValues: HostCode = (L) => {
  if (L === coreOf(L).current!.thread) return raise(L, 'attempt to yield from outside a coroutine');
  if (L.nny > 0) return raise(L, `cannot yield ${forbiddingConstruct(coreOf(L), L)}`);
  return ldo.lua_yieldk(L, argumentCount(L), null, null);
};

const status: HostCode = (L) => {
  pushText(L, statusOf(L, checkThread(L)));
  return 1;
};

const isyieldable: HostCode = (L) => {
  pushBoolean(L, L !== coreOf(L).current!.thread && L.nny === 0);
  return 1;
};

const running: HostCode = (L) => {
  push(L, THREAD, L);
  pushBoolean(L, L === coreOf(L).current!.thread);
  return 2;
};

/** As in Lua 5.4: a suspended coroutine will never go on. */
const close: HostCode = (L) => {
  const thread = checkThread(L);
  const is = statusOf(L, thread);
  if (is !== 'suspended' && is !== 'dead') return raise(L, `cannot close a ${is} coroutine`);
  thread.status = STATUS_ERROR;
  hasEnded(coreOf(L), thread);
  pushBoolean(L, true);
  return 1;
};

function newCoroutine(L: State): State {
  const fn = checkFunction(L, 1);
  const core = coreOf(L);
  if (core.coroutines >= core.limits.coroutines) core.refuseCoroutine(L);
  const thread = newThread(core.state);
  pushSlot(thread, fn);
  core.coroutines++;
  abandoned.register(thread, new WeakRef(core), thread);
  return thread;
}

/** Coroutines that nobody can resume any more have ended, too. */
const abandoned = new FinalizationRegistry<WeakRef<Core>>((owner) => {
  const core = owner.deref();
  if (core !== undefined) core.coroutines--;
});

function hasEnded(core: Core, thread: State): void {
  if (abandoned.unregister(thread)) core.coroutines--;
}

function refuseToResume(L: State, thread: State): string | undefined {
  const is = statusOf(L, thread);
  if (is === 'dead') return 'cannot resume dead coroutine';
  if (is !== 'suspended') return 'cannot resume non-suspended coroutine';
  if (L.nCcalls + 1 >= MAX_LEVELS) return 'stack overflow (too many coroutines resume each other)';
  return undefined;
}

function refusalNote(refusal: string): ErrorNote | undefined {
  return refusal.startsWith('stack overflow') ? { code: 'stack-overflow' } : undefined;
}

function statusOf(L: State, thread: State): 'running' | 'normal' | 'suspended' | 'dead' {
  if (thread === L) return 'running';
  if (thread.isBusy) return 'normal';
  if (thread.status === STATUS_YIELD) return 'suspended';
  const isFresh = thread.status === STATUS_OK && thread.top > thread.base_ci.funcOff + 1;
  return isFresh ? 'suspended' : 'dead';
}

/** Resumes with the topmost `count` values, as often as it takes until the coroutine yields to Lua or ends. */
function resumeWith(L: State, thread: State, count: number, finish: Finish): number {
  move(L, thread, count);
  thread.isBusy = true;
  return run(L, thread, count, finish);
}

function run(L: State, thread: State, count: number, finish: Finish): number {
  const core = coreOf(L);
  const task = core.current!;
  task.resumers.push(L);
  let result: number;
  try {
    result = resumeThread(thread, L, count);
  } finally {
    task.resumers.pop();
  }
  if (task.interrupt !== undefined) throw task.interrupt;
  if (task.request !== undefined) return ldo.lua_yieldk(L, 0, { thread, finish }, runAgain);
  thread.isBusy = false;
  if (result !== STATUS_YIELD) hasEnded(core, thread);
  if (result === STATUS_NATIVE) {
    pushText(thread, STACK_OVERFLOW);
  }
  return finish(L, thread, result);
}

function runAgain(L: State, _status: number, context: unknown): number {
  const { thread, finish } = context as { thread: State; finish: Finish };
  return run(L, thread, 0, finish);
}

function takeResults(L: State, thread: State): number {
  const count = thread.top - (thread.ci.funcOff + 1);
  move(thread, L, count);
  return count;
}

function checkThread(L: State): State {
  const slot = argument(L, 1);
  return slot?.type === THREAD ? (slot.value as State) : argumentError(L, 1, 'thread expected');
}

export const coroutineLibrary: Library = {
  close,
  create,
  isyieldable,
  resume,
  running,
  status,
  wrap,
  yield: yieldValues,
};
