import { setImmediate } from 'node:timers';
import {
  type Call,
  type CommandEnd,
  type CommandRequest,
  type FileContent,
  pathWithin,
  type ShCall,
  type StartedCommand,
  UnknownAnswerError,
  type WorkspacePath,
  type World,
} from '../../ci/index.js';
import type { AnswerTo, AskedSh } from './job-script.js';
import { RecordedOutput } from './recorded-output.js';
import type { ShEnd } from './recorded-run.js';
import type { RunScript } from './run-script.js';
import type { Turns } from './turns.js';

/** What a replay is given beside the events of its run. */
export interface HistoryFiles {
  /** The bytes of a file of the pipeline that is replayed; undefined when there is none. */
  readSource(path: string): Uint8Array | undefined;
  /** The bytes that are kept by this digest; undefined when they are not there. */
  readBlob(sha256: string): Buffer | undefined;
  /** Where the log of a command of the run lies. */
  logPath(jobId: string, n: number): string;
  /** The digest that the log of a command has since lines of it were destroyed; undefined when none were. */
  isLogRedacted(jobId: string, n: number): boolean;
}

/** Stands in for the workspace, the processes and the clock of a run: it executes nothing and knows what history knows. */
export class HistoryWorld implements World {
  readonly workspace = '/workspace';
  readonly #script: RunScript;
  readonly #files: HistoryFiles;
  readonly #turns: Turns;
  readonly #clocks = new Map<string, { readonly timeoutMs: number; readonly onTime: () => void }>();
  /** What was written and cannot have been changed by a command since. */
  readonly #written = new Map<string, Buffer>();

  constructor(script: RunScript, files: HistoryFiles, turns: Turns) {
    this.#script = script;
    this.#files = files;
    this.#turns = turns;
  }

  readSource(path: string): Uint8Array | undefined {
    return this.#files.readSource(path);
  }

  /** Whether the folder was there is known only together with the command. */
  async findFolder(path: string): Promise<WorkspacePath> {
    return pathWithin(this.workspace, path);
  }

  async readFile(path: string, _maxBytes: number, { jobId, location }: Call): Promise<FileContent> {
    const { shown } = pathWithin(this.workspace, path);
    const written = this.#written.get(shown);
    const script = this.#script.of(jobId);
    const asked = { kind: 'read-file', path: shown } as const;
    if (written !== undefined && !script.expects(asked)) return { shown, bytes: written };
    const { call } = script.answer(asked, location);
    await this.#turns.wait(call.seq);
    if (call.sha256 === null) return { shown: call.path, bytes: undefined };
    const bytes = this.#files.readBlob(call.sha256);
    if (bytes !== undefined) return { shown: call.path, bytes };
    throw new UnknownAnswerError(
      `history ends here: what ${JSON.stringify(shown)} held is not kept any more`,
    );
  }

  async writeFile(
    path: string,
    bytes: Buffer,
    { jobId, location }: Call,
    begin: () => void,
  ): Promise<string> {
    const { shown } = pathWithin(this.workspace, path);
    this.#script.of(jobId).repeatFailure({ kind: 'write-file', path: shown, sha256: '' }, location);
    begin();
    this.#written.set(shown, bytes);
    return shown;
  }

  async startCommand(request: CommandRequest, call: ShCall): Promise<StartedCommand> {
    this.#written.clear();
    const { jobId, cmd, cwd, location } = call;
    const script = this.#script.of(jobId);
    const asked: AskedSh = { kind: 'sh', cmd, cwd };
    const { call: found, jobId: answering } = script.answer(asked, location);
    const { end } = found;
    if (end === undefined) throw new UnknownAnswerError('history ends here: the command is still running');
    if (end.kind === 'interrupted') return this.#interrupted(found, end.reason, request, jobId);
    refuseOtherTime(found, end, request);
    await this.#turns.wait(end.seq);
    return this.#finished(found, end, request, answering);
  }

  startClock(jobId: string, timeoutMs: number, onTime: () => void): () => void {
    this.#clocks.set(jobId, { timeoutMs, onTime });
    return () => this.#clocks.delete(jobId);
  }

  async endStrays(): Promise<void> {}

  /** A command that was ended by the time limit of its job is so again when the limit is the same. */
  #interrupted(
    { startedAtMs }: AnswerTo<AskedSh>,
    reason: string,
    request: CommandRequest,
    jobId: string,
  ): StartedCommand {
    const recorded = this.#script.of(jobId).recorded;
    const clock = this.#clocks.get(jobId);
    const byTime = recorded?.failure?.message === reason;
    if (!byTime || clock === undefined || clock.timeoutMs !== recorded?.timeoutMs) {
      throw new UnknownAnswerError(`history ends here: the command was interrupted: ${reason}`);
    }
    let interrupt = (): void => {};
    const ended = new Promise<CommandEnd>((resolve) => {
      interrupt = () =>
        resolve({ exitCode: null, signal: null, timedOut: false, interrupted: true, log: emptyLog });
    });
    setImmediate(clock.onTime);
    const silent = new RecordedOutput(
      { path: '', logSha256: '', logTruncated: false, redacted: false },
      'stdout',
      0,
      request.captureBytes,
    );
    return {
      startedAtMs,
      stdout: silent,
      stderr: silent,
      ended,
      interrupt,
      kill: interrupt,
      dispose: async () => {},
    };
  }

  #finished(
    { startedAtMs, n }: AnswerTo<AskedSh>,
    end: ShEnd & { readonly kind: 'finished' },
    { captureBytes }: CommandRequest,
    jobId: string,
  ): StartedCommand {
    const {
      exitCode,
      signal,
      timedOut,
      logTruncated: truncated,
      stdoutBytes,
      stderrBytes,
      logBytes,
      logSha256,
    } = end;
    const log = {
      path: this.#files.logPath(jobId, n),
      logSha256,
      logTruncated: truncated,
      redacted: this.#files.isLogRedacted(jobId, n),
    };
    const summary = { stdoutBytes, stderrBytes, logBytes, logSha256, truncated };
    const ended: CommandEnd = {
      exitCode,
      signal: signal as NodeJS.Signals | null,
      timedOut,
      interrupted: false,
      log: summary,
    };
    return {
      startedAtMs,
      stdout: new RecordedOutput(log, 'stdout', stdoutBytes, captureBytes),
      stderr: new RecordedOutput(log, 'stderr', stderrBytes, captureBytes),
      ended: Promise.resolve(ended),
      interrupt: () => {},
      kill: () => {},
      dispose: async () => {},
    };
  }
}

const emptyLog = { stdoutBytes: 0, stderrBytes: 0, logBytes: 0, logSha256: '', truncated: false };

/** By how much a recorded time limit may differ from the one that was given: the events' times are not exact. */
const toleranceMs = 1000;

/** With another time limit than the recorded one, the command might have ended otherwise. */
const refuseOtherTime = (
  { startedAtMs, deadlineAtMs }: AnswerTo<AskedSh>,
  { atMs, timedOut }: ShEnd & { readonly kind: 'finished' },
  { timeoutMs }: CommandRequest,
): void => {
  const recordedMs = deadlineAtMs === null ? null : deadlineAtMs - startedAtMs;
  if (timeoutMs !== null && recordedMs !== null && Math.abs(timeoutMs - recordedMs) <= toleranceMs) return;
  if (timedOut && (timeoutMs === null || timeoutMs > (recordedMs ?? 0))) {
    throw new UnknownAnswerError(
      `history ends here: the command was ended by its time limit of about ${Math.round((recordedMs ?? 0) / 1000)} s`,
    );
  }
  const tookMs = atMs - startedAtMs;
  if (timeoutMs === null || tookMs <= timeoutMs) return;
  throw new UnknownAnswerError(
    `history ends here: the command took ${tookMs / 1000} s, more than the new time limit of ${timeoutMs / 1000} s`,
  );
};
