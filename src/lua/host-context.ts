import { toText } from './bytes.js';
import type { Core } from './core.js';
import type { CallInfo, State } from './engine/state.js';
import { STATUS_YIELD } from './engine/tags.js';
import type { Task } from './task.js';
import { framesFrom, luaFrames, positionOf, traceback } from './traceback.js';
import type { HostContext, LuaPosition, Vm } from './vm.js';

/** What one call of a host function can find out about itself, also after it has awaited. */
export class CallContext implements HostContext {
  readonly vm: Vm;
  readonly data: unknown;
  readonly signal: AbortSignal | undefined;
  readonly canAwait: boolean;
  readonly #core: Core;
  readonly #task: Task;
  readonly #frame: CallInfo;
  readonly #thread: State;
  readonly #resumers: readonly State[];

  constructor(core: Core, thread: State) {
    const task = core.current!;
    this.vm = core.vm;
    this.data = task.data;
    this.signal = task.signal;
    this.canAwait = core.canAwait(thread);
    this.#core = core;
    this.#task = task;
    this.#thread = thread;
    this.#frame = thread.ci;
    this.#resumers = task.resumers.length === 0 ? task.resumers : [...task.resumers];
  }

  where(level = 1): LuaPosition | undefined {
    const frames = this.#stacks().flatMap(([frame, thread]) => luaFrames(frame, thread));
    const frame = frames[level - 1];
    return frame === undefined ? undefined : positionOf(frame);
  }

  traceback(): string {
    const parts = this.#stacks().map(([frame, thread]) => traceback(this.#core.names, frame, thread));
    return toText(parts.join('\n'));
  }

  /** Whether the call has neither returned nor been thrown away by an error. */
  get isActive(): boolean {
    if (this.#task.hasEnded || this.#thread.status > STATUS_YIELD) return false;
    return framesFrom(this.#thread.ci, this.#thread).includes(this.#frame);
  }

  /** The caller's frame in its own thread, then those of the threads that resumed it. */
  #stacks(): [CallInfo, State][] {
    const outer = this.#resumers.map((thread): [CallInfo, State] => [thread.ci, thread]).reverse();
    return [[this.#frame.previous!, this.#thread], ...outer];
  }
}
