import { NIL_VALUE, TValueClass } from './fengari.js';
import type { CallInfo, GlobalState, Instruction, State, TValue } from './state.js';
import { NIL } from './tags.js';

/**
 * Threads and call frames as fengari makes them, made here: fengari first fills their numbers with NaN, and
 * JavaScript then keeps them as boxed doubles for ever, which costs calls a third of their speed.
 */
export class Frame implements CallInfo {
  func: TValue;
  funcOff: number;
  top: number;
  previous: CallInfo | null;
  next: CallInfo | null = null;
  l_base = 0;
  l_code: Instruction[] = NO_CODE;
  l_savedpc = 0;
  c_k: unknown = null;
  c_old_errfunc = 0;
  c_ctx: unknown = null;
  nresults: number;
  callstatus = 0;
  extra = 0;

  constructor(previous: CallInfo | null, func: TValue, funcOff: number, top: number, results: number) {
    this.previous = previous;
    this.func = func;
    this.funcOff = funcOff;
    this.top = top;
    this.nresults = results;
  }
}

const NO_CODE: Instruction[] = [];

/** Free slots that every host function finds. */
export const HOST_SLOTS = 20;
const FIRST_SLOTS = 2 * HOST_SLOTS;
/** Slots kept back for error handling. */
const EXTRA_SLOTS = 5;

class Thread implements State {
  readonly id: number;
  readonly base_ci: CallInfo;
  ci: CallInfo;
  readonly stack: TValue[] = new Array(FIRST_SLOTS);
  top = 1;
  stack_last = FIRST_SLOTS - EXTRA_SLOTS;
  oldpc = 0;
  readonly l_G: GlobalState;
  errorJmp: unknown = null;
  nCcalls = 0;
  readonly hook: unknown;
  readonly hookmask: number;
  readonly basehookcount: number;
  allowhook = 1;
  hookcount: number;
  nny = 1;
  status = 0;
  errfunc = 0;
  isBusy = false;

  constructor(main: State) {
    this.l_G = main.l_G;
    this.id = main.l_G.id_counter++;
    this.hook = main.hook;
    this.hookmask = main.hookmask;
    this.basehookcount = main.basehookcount;
    this.hookcount = main.basehookcount;
    const bottom = new TValueClass(NIL, null);
    this.stack[0] = bottom;
    this.base_ci = new Frame(null, bottom, 0, 1 + HOST_SLOTS, 0);
    this.ci = this.base_ci;
  }
}

/** A thread that shares globals and hooks with `main`. */
export function newThread(main: State): State {
  return new Thread(main);
}

/** What fengari calls for the frames that it makes itself. */
export function extendCallInfo(L: State): CallInfo {
  const frame = new Frame(L.ci, NIL_VALUE, 0, 0, 0);
  L.ci.next = frame;
  L.ci = frame;
  return frame;
}
