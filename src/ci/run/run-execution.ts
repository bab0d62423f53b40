import type { Bootstrap, CancelSignal } from '../../events/run-protocol.js';
import { createRedactor } from '../../secrets/index.js';
import type { Session } from '../session/session.js';
import type { World } from '../world/world.js';
import { Journal } from './journal.js';
import { prepareRun } from './prepare-run.js';
import type { JobRunner } from './run-jobs.js';

export interface RunRequest {
  readonly bootstrap: Bootstrap;
  /** The folder of the run's records. */
  readonly runDir: string;
  readonly session: Session;
  readonly world: World;
}

/** For how long after its deadline a run waits for its server to end it. */
const deadlinePatienceMs = 5_000;

/** The longest time a timer can hold, about 24 days; a run with more has the server alone to end it. */
const maxTimerMs = 2 ** 31 - 1;

/** One run, from its source to its last event. */
export class RunExecution {
  readonly #request: RunRequest;
  #jobs: JobRunner | undefined;
  #cancellation: Pick<CancelSignal, 'message' | 'force'> | undefined;
  #overdue = false;

  constructor(request: RunRequest) {
    this.#request = request;
  }

  /**
   * Runs the pipeline and records how it ended; a canceled run is ended by whoever canceled it. Resolves when
   * everything is stored. Rejects when the run cannot go on; then `kill` what is left of it.
   */
  async execute(): Promise<void> {
    const { bootstrap, session } = this.#request;
    const redactor = createRedactor();
    const journal = new Journal(session, redactor, bootstrap.limits.maxEvents);
    const clock = this.#startClock();
    try {
      const prepared = await prepareRun({ ...this.#request, redactor, journal });
      this.#jobs = prepared?.jobs;
      if (this.#cancellation !== undefined) this.#applyCancellation();
      await prepared?.jobs.runAll();
      await this.#endStrays();
      await session.logsStored();
      if (prepared !== undefined) this.#recordEnd(journal, prepared.jobs);
      await session.settled();
      prepared?.vm.close();
    } finally {
      clearTimeout(clock);
    }
  }

  /** Ends the run early; a second call may add force to the first. */
  cancel(signal: Pick<CancelSignal, 'message' | 'force'>): void {
    const force = signal.force || this.#cancellation?.force === true;
    this.#cancellation = { message: this.#cancellation?.message ?? signal.message, force };
    this.#applyCancellation();
  }

  /** Ends, with SIGKILL and without a record, whatever runs. */
  kill(): void {
    this.#jobs?.kill();
  }

  #applyCancellation(): void {
    const { message, force } = this.#cancellation as { message: string; force: boolean };
    this.#jobs?.cancel(message, force);
  }

  #recordEnd(journal: Journal, { firstFailure }: JobRunner): void {
    if (this.#overdue) {
      const message = 'the run reached its time limit';
      journal.emit('run.failed', { failureKind: 'timed-out', message, diagnostics: [] });
    } else if (this.#cancellation !== undefined) {
      return;
    } else if (journal.limitError !== undefined) {
      const { message } = journal.limitError;
      journal.emit('run.failed', { failureKind: 'event-limit', message, diagnostics: [] });
    } else if (firstFailure !== undefined) {
      const message = `job :${firstFailure.jobId} failed: ${firstFailure.message}`;
      journal.emit('run.failed', { failureKind: 'pipeline-failure', message, diagnostics: [] });
    } else {
      journal.emit('run.succeeded', {});
    }
  }

  /** What left its session and its parents. A canceled run has had its time to end gracefully. */
  #endStrays(): Promise<void> {
    const { bootstrap, world } = this.#request;
    return world.endStrays(this.#cancellation === undefined ? bootstrap.limits.killGraceMs : 0);
  }

  /** The server ends a run at its deadline; should it be away, the run ends itself a little later. */
  #startClock(): NodeJS.Timeout | undefined {
    const leftMs = this.#request.bootstrap.deadlineAtMs - Date.now() + deadlinePatienceMs;
    if (leftMs > maxTimerMs) return undefined;
    const onDeadline = () => {
      if (this.#cancellation !== undefined) return;
      this.#overdue = true;
      this.cancel({ message: 'the run reached its time limit', force: true });
    };
    return setTimeout(onDeadline, Math.max(0, leftMs));
  }
}
