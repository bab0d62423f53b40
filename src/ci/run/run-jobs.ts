import type { ReusableJob } from '../../events/run-protocol.js';
import type { PipelineJob } from '../../pipeline/index.js';
import { JobRun, type Stop } from '../job/job-run.js';
import { outputsFromJson } from '../job/outputs-json.js';
import { type JobMachine, runJob } from '../job/run-job.js';
import type { JobEnd, RunContext } from './run-context.js';
import { type JobState, judge } from './schedule.js';

/** A job that failed its run, as the run's failure tells it. */
export interface FirstFailure {
  readonly jobId: string;
  readonly message: string;
}

/** Runs the jobs of a pipeline, each when its inputs have ended, as many at a time as the pipeline allows. */
export class JobRunner {
  readonly #run: RunContext;
  readonly #ends: Map<string, JobEnd>;
  readonly #machine: JobMachine;
  readonly #maxParallel: number;
  readonly #ids: ReadonlySet<string>;
  readonly #reusable: ReadonlyMap<string, ReusableJob>;
  readonly #reused = new Set<string>();
  readonly #running = new Map<string, { readonly jobRun: JobRun; readonly ended: Promise<void> }>();
  #cancellation: Stop | undefined;
  #firstFailure: FirstFailure | undefined;

  /** @param ends filled as jobs end; the same map that `run` shows. */
  constructor(run: RunContext, ends: Map<string, JobEnd>, machine: JobMachine, maxParallel: number) {
    this.#run = run;
    this.#ends = ends;
    this.#machine = machine;
    this.#maxParallel = maxParallel;
    this.#ids = new Set(run.jobs.map(({ id }) => id));
    this.#reusable = new Map(run.bootstrap.reusable?.map((job) => [job.jobId, job]));
  }

  /** The job whose failure fails the run: the first to fail, in time. */
  get firstFailure(): FirstFailure | undefined {
    return this.#firstFailure;
  }

  /** Resolves when every job has ended. Rejects when the run cannot go on; then jobs may still be at work. */
  async runAll(): Promise<void> {
    for (;;) {
      this.#startWhatCan();
      if (this.#running.size === 0) return;
      await Promise.race([...this.#running.values()].map(({ ended }) => ended));
    }
  }

  /**
   * Ends the jobs that wait and those that work; one that works and is :uninterruptible finishes first, unless
   * `force` is used, now or in a later call.
   */
  cancel(message: string, force: boolean): void {
    this.#cancellation ??= { kind: 'canceled', message };
    for (const { jobRun } of this.#running.values()) {
      if (force || !jobRun.job.options.uninterruptible) jobRun.stop(this.#cancellation);
    }
    this.#cancelWaiting(this.#cancellation.message);
  }

  /** Ends, with SIGKILL and without a record, whatever runs. */
  kill(): void {
    for (const { jobRun } of this.#running.values()) jobRun.kill();
  }

  /** A job that is left out may let others be left out, so the list is gone through until nothing changes. */
  #startWhatCan(): void {
    for (let changed = true; changed; ) {
      changed = false;
      for (const job of this.#run.jobs) {
        if (this.#stateOf(job.id) !== 'waiting') continue;
        const verdict = judge(job, (id) => (this.#ids.has(id) ? this.#stateOf(id) : undefined));
        const reusable = verdict.kind === 'run' ? this.#resultOf(job) : undefined;
        if (reusable !== undefined) {
          this.#reuse(job, reusable);
          changed = true;
        } else if (verdict.kind === 'skip') {
          this.#skip(job, verdict);
          changed = true;
        } else if (verdict.kind === 'run' && this.#running.size < this.#maxParallel) {
          this.#start(job);
        }
      }
    }
  }

  /** An earlier result holds only while all that it was made from is the same: what an input gives anew may differ. */
  #resultOf({ id, inputs }: PipelineJob): ReusableJob | undefined {
    const isSame = inputs.every((input) => !this.#ids.has(input) || this.#reused.has(input));
    return isSame ? this.#reusable.get(id) : undefined;
  }

  #reuse({ id }: PipelineJob, { runId, outputs, outputsSha256 }: ReusableJob): void {
    const told = outputsSha256 === null ? outputs : null;
    this.#run.journal.emit('job.reused', { jobId: id, runId, outputs: told, outputsSha256 });
    this.#ends.set(id, { state: 'succeeded', outputs: outputsFromJson(outputs) });
    this.#reused.add(id);
  }

  #start(job: PipelineJob): void {
    const jobRun = new JobRun(job, this.#run);
    const ended = runJob(jobRun, this.#machine).then((end) => {
      this.#running.delete(job.id);
      this.#ends.set(job.id, end);
      if (end.state === 'failed') this.#firstFailure ??= { jobId: job.id, message: end.message };
    });
    this.#running.set(job.id, { jobRun, ended });
  }

  #skip(
    job: PipelineJob,
    { reason, inputId }: { reason: 'input-failed' | 'input-skipped'; inputId: string },
  ) {
    const how = { 'input-failed': 'failed', 'input-skipped': 'was skipped' }[reason];
    const message = `its input :${inputId} ${how}`;
    this.#run.journal.emit('job.skipped', { jobId: job.id, reason, inputId, message });
    this.#ends.set(job.id, { state: 'skipped' });
  }

  #cancelWaiting(message: string): void {
    for (const { id } of this.#run.jobs) {
      if (this.#stateOf(id) !== 'waiting') continue;
      this.#run.journal.emit('job.canceled', { jobId: id, message });
      this.#ends.set(id, { state: 'canceled' });
    }
  }

  #stateOf(id: string): JobState {
    return this.#ends.get(id)?.state ?? (this.#running.has(id) ? 'running' : 'waiting');
  }
}
