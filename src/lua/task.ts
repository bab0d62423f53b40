import type { State } from './engine/state.js';
import type { Interrupt } from './interrupt.js';

/** CPU time used since the start of an evaluation or its last awaited host call. */
export interface Budget {
  /** Milliseconds on the clock while Lua ran. */
  wallMs: number;
  /** Taken when half of the budget was gone: `wallMs`, and the CPU milliseconds of the process. */
  halfway: { readonly wallMs: number; readonly processMs: number } | undefined;
}

/** Why the thread of a task handed control back before its end. */
export type Request =
  | { readonly kind: 'slice' }
  | { readonly kind: 'await'; readonly promise: PromiseLike<unknown> };

/** What came of an awaited promise. */
export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: unknown };

/** One evaluation: the run of one function by `call` or `callSync`, with all coroutines it drives. */
export interface Task {
  readonly thread: State;
  /** A `callSync`: it can neither wait nor let the event loop turn. */
  readonly isSync: boolean;
  readonly data: unknown;
  readonly signal: AbortSignal | undefined;
  budget: Budget;
  /** The threads that are resuming another one just now, outermost first. */
  readonly resumers: State[];
  request: Request | undefined;
  outcome: Outcome | undefined;
  /** Once set, the evaluation is over: whoever catches anything throws this on. */
  interrupt: Interrupt | undefined;
  hasEnded: boolean;
  /** Called once the task has ended, however it ends. */
  readonly atEnd: (() => void)[];
}

export function newBudget(): Budget {
  return { wallMs: 0, halfway: undefined };
}
