import { join } from 'node:path';
import type { PipelineJob } from '../../pipeline/index.js';
import type { CommandRequest } from '../command/running-command.js';
import type { RunContext } from '../run/run-context.js';
import { UnknownAnswerError } from '../world/unknown-answer.js';
import type { ShCall, StartedCommand } from '../world/world.js';
import type { ShResult } from './sh-result.js';

/** Why a job was ended from outside. `kind` says what becomes of it. */
export interface Stop {
  readonly kind: 'canceled' | 'timed-out';
  readonly message: string;
}

/** A job while it works: what its primitives share, and the handle to end it from outside. */
export class JobRun {
  readonly job: PipelineJob;
  readonly run: RunContext;
  /** The last command that failed; whether anybody looked, it knows itself. */
  lastFailed: ShResult | undefined;
  /** Secrets revealed to this job, by name. */
  readonly secrets = new Map<string, string>();
  readonly #operations = new Set<Promise<unknown>>();
  readonly #commands = new Set<StartedCommand>();
  readonly #abort = new AbortController();
  #started = false;
  #shCount = 0;
  #stop: Stop | undefined;
  #stopClock: () => void = () => {};

  constructor(job: PipelineJob, run: RunContext) {
    this.job = job;
    this.run = run;
  }

  /** Whether the job did anything beyond its code. */
  get started(): boolean {
    return this.#started;
  }

  /** The failed command that nobody has looked at. */
  get unread(): ShResult | undefined {
    return this.lastFailed?.isUnread ? this.lastFailed : undefined;
  }

  /** Why the job was ended from outside, if it was. */
  get stopped(): Stop | undefined {
    return this.#stop;
  }

  /** Aborted when the job is ended from outside: its Lua code must not go on. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The job is about to do something: records its start, the first time, and starts its clock. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    const { timeoutMs } = this.job.options;
    const deadlineAtMs = timeoutMs === null ? null : Date.now() + timeoutMs;
    this.run.journal.emit('job.started', { jobId: this.job.id, deadlineAtMs });
    if (timeoutMs !== null) this.#startClock(timeoutMs);
  }

  /** Ends the job when the error says that nobody knows how it would go on; its code cannot catch that. */
  stopWhenUnknown(error: unknown): void {
    if (error instanceof UnknownAnswerError) this.stop({ kind: 'canceled', message: error.message });
  }

  /** Ends the job: its code at once, its commands with the usual grace. The first reason stays. */
  stop(stop: Stop): void {
    if (this.#stop !== undefined) return;
    this.#stop = stop;
    for (const command of this.#commands) command.interrupt();
    this.#abort.abort(new Error(stop.message));
  }

  /**
   * Does something that takes time and is recorded. `settle` waits for it, so that nothing of a job is
   * recorded behind its end, even though the code that asked for it has been ended.
   */
  perform<Result>(operation: () => Promise<Result>): Promise<Result> {
    const performed = operation();
    this.#operations.add(performed);
    const forget = () => this.#operations.delete(performed);
    performed.then(forget, (error: unknown) => {
      forget();
      this.stopWhenUnknown(error);
    });
    return performed;
  }

  /** The number of the next `(sh …)` of this job, and where its log goes. */
  nextSh(): { n: number; logPath: string } {
    this.#shCount += 1;
    const logPath = join(this.run.runDir, 'jobs', this.job.id, `sh-${this.#shCount}.log`);
    return { n: this.#shCount, logPath };
  }

  /** Starts a command that ends with the job at the latest. */
  async startCommand(request: CommandRequest, call: ShCall): Promise<StartedCommand> {
    const command = await this.run.world.startCommand(request, call);
    this.#commands.add(command);
    if (this.#stop !== undefined) command.interrupt();
    return command;
  }

  /** Resolves when nothing of the job goes on any more, what its commands left in the background included. */
  async settle(): Promise<void> {
    await Promise.all([Promise.allSettled(this.#operations), ...this.#disposals()]);
    await Promise.all(this.#disposals());
    this.#commands.clear();
  }

  /** Ends, with SIGKILL and without a record, whatever of the job runs. */
  kill(): void {
    for (const command of this.#commands) command.kill();
  }

  /** The job has ended; its clock does not matter any more. */
  close(): void {
    this.#stopClock();
  }

  /** Commands whose start was under way come up while the others end. */
  #disposals(): Promise<void>[] {
    return [...this.#commands].map((command) => command.dispose());
  }

  #startClock(timeoutMs: number): void {
    const message = `the job reached its time limit of ${timeoutMs / 1000} s`;
    const onTime = () => this.stop({ kind: 'timed-out', message });
    this.#stopClock = this.run.world.startClock(this.job.id, timeoutMs, onTime);
  }
}
