import type { Asked, Divergence } from './call.js';
import { type Answer, type AnswerTo, isAnswer, JobScript } from './job-script.js';
import { hasOwnEndOfRun, type RecordedJob, type RecordedRun } from './recorded-run.js';

/** The scripts of all jobs of a run, in the order in which the replay came to them. */
export class RunScript {
  readonly #run: RecordedRun;
  readonly #jobs = new Map<string, JobScript>();
  #first: Divergence | undefined;

  constructor(run: RecordedRun) {
    this.#run = run;
  }

  /** The script of a job; of one that is not in the record, an empty one. */
  of(jobId: string): JobScript {
    const known = this.#jobs.get(jobId);
    if (known !== undefined) return known;
    const recorded = this.#run.jobs.get(jobId) ?? this.#unregistered(jobId);
    const script = new JobScript(
      jobId,
      recorded,
      (asked) => this.#findElsewhere(jobId, asked),
      (divergence) => {
        this.#first ??= divergence;
      },
    );
    this.#jobs.set(jobId, script);
    return script;
  }

  /** The first divergence of any job, in the order of the replay. */
  get firstDivergence(): Divergence | undefined {
    return this.#first;
  }

  /** When the run was cut off before it had jobs, nothing is known of any job. */
  #unregistered(id: string): RecordedJob | undefined {
    if (this.#run.registered !== null || hasOwnEndOfRun(this.#run)) return undefined;
    const nothing = { timeoutMs: null, exitCode: null, message: null, failure: null };
    return { id, calls: [], state: 'open', ...nothing };
  }

  #findElsewhere(jobId: string, asked: Asked): Answer<Asked> | undefined {
    for (const job of this.#run.jobs.values()) {
      if (job.id === jobId) continue;
      const call = job.calls.find((one): one is AnswerTo<Asked> => isAnswer(one, asked));
      if (call !== undefined) return { jobId: job.id, call };
    }
    return undefined;
  }
}
