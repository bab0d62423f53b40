import type { Random } from './random.js';

/** Who a step belongs to: it is not taken any more once its owner has died. */
export interface Owner {
  readonly name: string;
  alive: boolean;
}

/** Something that may happen next, once it is due. */
export interface Step {
  readonly owner: Owner;
  readonly label: string;
  readonly dueAtMs: number;
  readonly order: number;
  readonly take: () => void;
}

/** Before the globals are replaced: what lets Node finish everything that needs no step. */
const realImmediate = globalThis.setImmediate;
const turn = (): Promise<void> => new Promise((resolve) => realImmediate(resolve));

/** 2026-11-22, when the virtual clock starts. */
export const startMs = 1_795_300_000_000;

/**
 * Virtual time and the one list of what may happen next. Nothing waits for real time: the random numbers choose
 * among the steps that are due, and when none is, the clock moves to the next one.
 */
export class Schedule {
  /** Milliseconds since the start; only rises. */
  nowMs = 0;
  /** How far the clock on the wall was set off. */
  skewMs = 0;
  taken = 0;
  readonly trace: string[] = [];
  readonly #random: Random;
  readonly #lateness: number;
  #steps: Step[] = [];
  #order = 0;

  /** @param lateness how probable it is that what is due waits while time passes. */
  constructor(random: Random, lateness: number) {
    this.#random = random;
    this.#lateness = lateness;
  }

  wallMs(): number {
    return startMs + this.nowMs + this.skewMs;
  }

  add(owner: Owner, label: string, take: () => void, afterMs = 0): Step {
    this.#order += 1;
    const dueAtMs = this.nowMs + Math.max(0, afterMs);
    const step = { owner, label, dueAtMs, order: this.#order, take };
    if (owner.alive) this.#steps.push(step);
    return step;
  }

  cancel(step: Step): void {
    const at = this.#steps.indexOf(step);
    if (at !== -1) this.#steps.splice(at, 1);
  }

  /** Takes steps until `done`, or time or steps run out; says which. */
  async run(done: () => boolean, limits: { readonly untilMs: number; readonly maxSteps: number }) {
    await this.settle();
    while (!done()) {
      const step = this.#choose(limits.untilMs);
      if (step === undefined) return 'nothing left' as const;
      if (this.taken >= limits.maxSteps) return 'too many steps' as const;
      this.taken += 1;
      this.trace.push(`${this.nowMs} ${step.owner.name}: ${step.label}`);
      step.take();
      await this.settle();
    }
    return 'done' as const;
  }

  note(text: string): void {
    this.trace.push(`${this.nowMs}    ${text}`);
  }

  /** What follows from a step without another one: promises, ticks, streams in memory. */
  async settle(): Promise<void> {
    await turn();
    await turn();
  }

  #choose(untilMs: number): Step | undefined {
    this.#steps = this.#steps.filter(({ owner }) => owner.alive);
    if (this.#steps.length === 0) return undefined;
    let due = this.#steps.filter(({ dueAtMs }) => dueAtMs <= this.nowMs);
    if (due.length === 0 || this.#random.chance(this.#lateness)) {
      const later = this.#steps.filter(({ dueAtMs }) => dueAtMs > this.nowMs);
      const nextMs = later.reduce((least, { dueAtMs }) => Math.min(least, dueAtMs), Number.POSITIVE_INFINITY);
      if (nextMs > untilMs && due.length === 0) return undefined;
      if (nextMs <= untilMs) {
        this.nowMs = nextMs;
        due = this.#steps.filter(({ dueAtMs }) => dueAtMs <= this.nowMs);
      }
    }
    const step = this.#random.pick(due);
    this.cancel(step);
    return step;
  }
}
