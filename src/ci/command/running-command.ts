import { LogWriter, type LogSummary, type StreamFilter } from '../log/log-writer.js';
import type { LogStream } from '../../logs/index.js';
import { Capture } from './capture.js';
import type { PipePool } from './pipe-pool.js';
import { ProcessTree } from './process-tree.js';
import { PipeReader } from './read-pipe.js';
import { type ExitStatus, type Spawned, type SpawnRequest, spawn } from './spawn.js';

/**
 * For how long after a command's exit its pipes are read to their end. When a background process holds them
 * open for longer, what is in them by then is still read, and the log ends there.
 */
export const pipeGraceMs = 200;

export interface CommandRequest extends SpawnRequest {
  readonly timeoutMs: number | null;
  readonly killGraceMs: number;
  /** How much of each stream is kept in memory. */
  readonly captureBytes: number;
  readonly log: {
    readonly path: string;
    readonly maxBytes: number;
    readonly maxLineBytes: number;
    readonly filters: Readonly<Record<LogStream, StreamFilter>>;
  };
}

export interface CommandEnd extends ExitStatus {
  /** True when its own time limit ended it. */
  readonly timedOut: boolean;
  /** True when `interrupt` ended it. */
  readonly interrupted: boolean;
  /** A part of the log that could not be written, with the system's reason; then there is no summary. */
  readonly log: LogSummary | Error;
}

/** One command from its start to its end: process, output, log, time limit. */
export class RunningCommand {
  readonly startedAtMs: number;
  readonly stdout: Capture;
  readonly stderr: Capture;
  /** Resolves when the command is over and its log is complete; never rejects. */
  readonly ended: Promise<CommandEnd>;
  readonly #request: CommandRequest;
  readonly #log: LogWriter;
  readonly #readers: readonly PipeReader[];
  readonly #tree: ProcessTree | undefined;
  #ending: Promise<void> | undefined;
  #over = false;
  #timedOut = false;
  #interrupted = false;

  private constructor(
    request: CommandRequest,
    spawned: Spawned,
    log: LogWriter,
    drained: { resume(): void },
  ) {
    this.#request = request;
    this.#log = log;
    this.startedAtMs = spawned.startedAtMs;
    this.stdout = new Capture(request.captureBytes);
    this.stderr = new Capture(request.captureBytes);
    this.#readers = [
      this.#read('stdout', this.stdout, spawned.stdoutFd),
      this.#read('stderr', this.stderr, spawned.stderrFd),
    ];
    drained.resume = () => {
      for (const reader of this.#readers) reader.resume();
    };
    this.#tree = spawned.pid === undefined ? undefined : new ProcessTree(spawned.pid);
    this.ended = this.#watch(spawned);
  }

  /** Opens the log, then starts the process. Rejects when the log cannot be opened or no pipe is to be had. */
  static async start(request: CommandRequest, pipes: PipePool): Promise<RunningCommand> {
    const drained = { resume: () => {} };
    const log = new LogWriter({ ...request.log, onDrain: () => drained.resume() });
    return new RunningCommand(request, await spawn(request, pipes), log, drained);
  }

  /** Ends the command and everything it started. */
  interrupt(): void {
    if (this.#over) return;
    this.#interrupted = true;
    this.#endTree();
  }

  /** SIGKILL to the command and everything it started, without waiting for anything. */
  kill(): void {
    void this.#tree?.kill();
  }

  /** Ends what the command left running in the background, and lets go of its pipes. */
  async dispose(): Promise<void> {
    await this.ended;
    if (this.#tree?.hasGroup) await this.#tree.end(this.#request.killGraceMs);
    for (const reader of this.#readers) reader.close();
  }

  #read(stream: LogStream, capture: Capture, fd: number): PipeReader {
    return new PipeReader(fd, (chunk) => {
      capture.push(chunk);
      return this.#log.push(stream, chunk);
    });
  }

  async #watch(spawned: Spawned): Promise<CommandEnd> {
    const timer = this.#startTimer();
    const exit = await spawned.exited;
    clearTimeout(timer);
    await this.#ending;
    this.#over = true;
    await this.#readToEnd();
    if ('message' in exit) this.#log.note(exit.message);
    const log = await this.#log.close().catch((error: Error) => error);
    const { exitCode, signal } = exit;
    return { exitCode, signal, timedOut: this.#timedOut, interrupted: this.#interrupted, log };
  }

  #startTimer(): NodeJS.Timeout | undefined {
    const { timeoutMs } = this.#request;
    if (timeoutMs === null) return undefined;
    return setTimeout(() => {
      this.#timedOut = !this.#interrupted;
      this.#endTree();
    }, timeoutMs);
  }

  #endTree(): void {
    this.#ending ??= this.#tree?.end(this.#request.killGraceMs);
  }

  async #readToEnd(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const graceOver = new Promise<boolean>((resolve) => {
      timer = setTimeout(resolve, pipeGraceMs, false);
    });
    const closed = Promise.all(this.#readers.map((reader) => reader.closed));
    const inTime = await Promise.race([closed.then(() => true), graceOver]);
    clearTimeout(timer);
    if (inTime) return;
    await Promise.all(this.#readers.map((reader) => reader.readPresent()));
    for (const reader of this.#readers) reader.discard();
  }
}
