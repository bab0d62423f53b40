import { performance } from 'node:perf_hooks';
import './engine/install.js';
import { ldebug, ldo, lstate } from './engine/fengari.js';
import { raise, refuseCall } from './engine/raise.js';
import type { Owner, State } from './engine/state.js';
import { Table } from './engine/table.js';
import { LuaError, type LuaErrorCode } from './error.js';
import { Handles } from './handle.js';
import { Interrupt } from './interrupt.js';
import { completeLimits, defaultRaiseHint, type Limits, type RaiseHint } from './limits.js';
import { MemoryGauge } from './memory-gauge.js';
import type { Task } from './task.js';
import { type FunctionNames, innermostPosition, traceback } from './traceback.js';
import type { Vm } from './vm.js';

const MASK_COUNT = 8;
/** Instructions between two looks at the clock: some 30 µs. */
const INSTRUCTIONS_PER_LOOK = 1000;
/** Charged work after which the next instruction looks at the clock: about 1 ms. */
const CHARGE_PER_LOOK = 30_000;
/** Milliseconds of Lua between two looks at the memory. */
const MEMORY_LOOK_MS = 4;

/** The inside of one VM: what its calls, host functions and libraries share. */
export class Core implements Owner {
  readonly limits: Limits;
  readonly maxStringBytes: number;
  readonly state: State;
  readonly globals: Table;
  readonly handles = new Handles();
  /** Names of host functions, for tracebacks and argument errors. */
  readonly names: FunctionNames = new WeakMap();
  /** The evaluation that runs right now. */
  current: Task | undefined;
  /** Evaluations that have not ended, with what ends them early. */
  readonly running = new Map<Task, (reason: Interrupt) => void>();
  /** Names of the chunks loaded, as text: a message that begins with one of them tells its position. */
  readonly chunkNames = new Set<string>();
  /** Line maps of chunks whose debug information could not be rewritten, by chunk name. */
  readonly lineMaps = new Map<string, readonly number[]>();
  isClosed = false;
  /** While an error value is asked for its text; an error in there is not asked again. */
  isSpeaking = false;
  coroutines = 0;
  vm!: Vm;
  readonly #hint: RaiseHint;
  readonly #addresses = new WeakMap<object, string>();
  #nextAddress = 0x10;
  readonly #memory: MemoryGauge;
  #sliceStartMs = 0;
  #memoryLookMs = 0;
  #charged = 0;

  constructor(limits: Partial<Limits> | undefined, hint: RaiseHint = defaultRaiseHint) {
    this.limits = completeLimits(limits);
    this.maxStringBytes = this.limits.stringBytes;
    this.#hint = hint;
    this.#memory = new MemoryGauge(this.limits.memoryBytes);
    this.state = lstate.lua_newstate();
    this.state.l_G.owner = this;
    this.state.l_G.atnativeerror = passInterruptOn;
    this.globals = new Table(this.state);
    ldebug.lua_sethook(this.state, (L) => this.#look(L, true), MASK_COUNT, INSTRUCTIONS_PER_LOOK);
  }

  /** Runs `slice` as part of `task`, with the clock of the task running. */
  runSlice<T>(task: Task, slice: () => T): T {
    const outer = this.current;
    this.current = task;
    if (outer === undefined) this.#sliceStartMs = performance.now();
    try {
      return slice();
    } finally {
      // An evaluation inside another one has the same budget, and runs on its clock.
      if (outer === undefined) task.budget.wallMs += performance.now() - this.#sliceStartMs;
      this.current = outer;
    }
  }

  /** Whether `L` and all that resume it can yield, so that its task may wait. */
  canAwait(L: State): boolean {
    const task = this.current;
    if (task === undefined || task.isSync || L.nny > 0) return false;
    return task.resumers.every((resumer) => resumer.nny === 0);
  }

  charge(L: State, units: number): void {
    this.#charged += units;
    if (this.#charged < CHARGE_PER_LOOK) return;
    this.#charged = 0;
    L.hookcount = 1;
  }

  /** For libraries in the middle of long work. @returns whether the work should give way to the event loop. */
  checkpoint(L: State): boolean {
    return this.#look(L, false);
  }

  refuseString(L: State, bytes: number): never {
    const limit = this.limits.stringBytes;
    return raise(
      L,
      `a string of ${bytes} bytes is longer than the limit stringBytes = ${limit}; ${this.#hint('stringBytes')}`,
      { code: 'string-limit' },
    );
  }

  refuseCoroutine(L: State): never {
    const limit = this.limits.coroutines;
    return raise(
      L,
      `more coroutines than the limit coroutines = ${limit} have not ended; ${this.#hint('coroutines')}`,
      { code: 'coroutine-limit' },
    );
  }

  /** Ends the running evaluation from inside. */
  interrupt(L: State, code: LuaErrorCode, message: string): never {
    const interrupt = new Interrupt(code, message, {
      position: innermostPosition(L.ci, L),
      traceback: traceback(this.names, L.ci, L),
    });
    if (this.current !== undefined) this.current.interrupt = interrupt;
    throw interrupt;
  }

  /** What `tostring` shows of an object's identity: numbers in the order they are asked for. */
  addressOf(object: object): string {
    let address = this.#addresses.get(object);
    if (address === undefined) {
      this.#nextAddress += 0x10;
      address = `0x${this.#nextAddress.toString(16).padStart(12, '0')}`;
      this.#addresses.set(object, address);
    }
    return address;
  }

  checkOpen(): void {
    if (this.isClosed) throw new LuaError({ code: 'closed', message: 'the VM is closed' });
  }

  #look(L: State, inHook: boolean): boolean {
    const task = this.current;
    if (task === undefined) return false;
    if (task.interrupt !== undefined) throw task.interrupt;
    const now = performance.now();
    const sliceMs = now - this.#sliceStartMs;
    const wallMs = task.budget.wallMs + sliceMs;
    if (wallMs * 2 > this.limits.cpuMs) this.#checkCpu(L, task, wallMs);
    if (now - this.#memoryLookMs > MEMORY_LOOK_MS) {
      this.#memoryLookMs = now;
      this.#checkMemory(L);
    }
    if (sliceMs < this.limits.sliceMs || !this.canAwait(L)) return false;
    task.request = { kind: 'slice' };
    if (inHook) ldo.lua_yieldk(L, 0, null, null);
    return true;
  }

  /**
   * The clock alone might blame Lua for a machine that slept, so in the second half of the budget the
   * process must have used the time, too. (Asking for that is slow: not in the first half.)
   */
  #checkCpu(L: State, task: Task, wallMs: number): void {
    const { budget } = task;
    budget.halfway ??= { wallMs, processMs: processMs() };
    const usedMs = budget.halfway.wallMs + processMs() - budget.halfway.processMs;
    if (Math.min(wallMs, usedMs) <= this.limits.cpuMs) return;
    const what = task.isSync ? 'in one evaluation' : 'without waiting for a host function';
    this.interrupt(
      L,
      'cpu-limit',
      `Lua code ran longer ${what} than the limit cpuMs = ${this.limits.cpuMs}; ${this.#hint('cpuMs')}`,
    );
  }

  #checkMemory(L: State): void {
    if (!this.#memory.isExceeded()) return;
    const limit = this.limits.memoryBytes;
    this.interrupt(
      L,
      'memory-limit',
      `the heap of the process has grown by more than the limit memoryBytes = ${limit} since the VM was made; keep less in tables and strings, or ${this.#hint('memoryBytes')}`,
    );
  }
}

function processMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

export function coreOf(L: State): Core {
  return L.l_G.owner as Core;
}

/** Fengari asks here what a JavaScript exception is to Lua code. */
function passInterruptOn(L: State): number {
  const error = L.stack[L.top - 1]!.value;
  const interrupt = coreOf(L).current?.interrupt;
  if (interrupt !== undefined) throw interrupt;
  if (error instanceof RangeError && /call stack/.test(error.message)) {
    return refuseCall(L);
  }
  const message = error instanceof Error ? error.message : String(error);
  return raise(L, `internal error: ${message}`, { code: 'runtime', cause: error });
}
