import { createHash } from 'node:crypto';
import { type Session, UnknownAnswerError, UnknownSecretError } from '../../ci/index.js';
import type { CiEventType, EventData, Location } from '../../events/index.js';
import type { RunScript } from './run-script.js';
import type { Turns } from './turns.js';

/** What came of a job, or of the run, in the replay. */
export interface ReplayedEnd {
  readonly type: CiEventType;
  readonly data: {
    readonly exitCode?: number | null;
    readonly message?: string;
    readonly inputId?: string | null;
    readonly allowed?: boolean;
  };
}

/** Stands in for the server: secrets are answered from history, and what the run tells is kept to be compared. */
export class HistorySession implements Session {
  readonly hasRoom = true;
  readonly ends = new Map<string, ReplayedEnd>();
  registered: EventData<'pipeline.registered'> | undefined;
  runEnd: EventData<'run.failed'> | 'succeeded' | undefined;
  readonly #script: RunScript;
  readonly #turns: Turns;
  #count = 0;

  constructor(script: RunScript, turns: Turns) {
    this.#script = script;
    this.#turns = turns;
  }

  get count(): number {
    return this.#count;
  }

  emit<T extends CiEventType>(type: T, eventData: EventData<T>): void {
    this.#count += 1;
    const data = eventData as never;
    switch (type) {
      case 'pipeline.registered':
        this.registered = data;
        break;
      case 'job.retried':
        this.#script.of((data as EventData<'job.retried'>).jobId).beginAttempt();
        break;
      case 'file.written':
        this.#compareWritten(data);
        break;
      case 'job.succeeded':
      case 'job.failed':
      case 'job.skipped':
      case 'job.canceled':
      case 'job.reused':
        this.#end(type, data);
        break;
      case 'run.failed':
        this.runEnd = data;
        break;
      case 'run.succeeded':
        this.runEnd = 'succeeded';
        break;
    }
  }

  async ready(): Promise<void> {}

  async settled(): Promise<void> {}

  async logsStored(): Promise<void> {}

  /** A placeholder: the value is nowhere in history. It is long enough to be masked like the real one. */
  async secret(name: string, jobId: string, location: Location | null): Promise<string> {
    const script = this.#script.of(jobId);
    try {
      const { call } = script.answer({ kind: 'secret', name }, location);
      await this.#turns.wait(call.seq);
    } catch (error) {
      if (error instanceof UnknownAnswerError) throw error;
      throw new UnknownSecretError((error as Error).message.replace(`secret :${name}: `, ''));
    }
    const digest = createHash('sha256').update(name).digest('hex').slice(0, 20);
    return `quire-placeholder-of-a-secret-${digest}`;
  }

  async storeBlob(bytes: Buffer): Promise<string> {
    return createHash('sha256').update(bytes).digest('hex');
  }

  followLog(): () => void {
    return () => {};
  }

  #compareWritten({ jobId, path, sha256 }: EventData<'file.written'>): void {
    this.#script.of(jobId).compare({ kind: 'write-file', path, sha256 }, null);
  }

  #end(type: CiEventType, data: ReplayedEnd['data'] & { readonly jobId: string }): void {
    this.ends.set(data.jobId, { type, data });
    if (type !== 'job.canceled') this.#script.of(data.jobId).end();
  }
}
