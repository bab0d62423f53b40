import type { Location } from '../../events/field.js';
import type { Command } from '../../events/sh-events.js';
import type { CapturedOutput } from '../command/capture.js';
import type { CommandEnd, CommandRequest } from '../command/running-command.js';

/** A place in the workspace. */
export interface WorkspacePath {
  /** Absolute, without symbolic links. */
  readonly real: string;
  /** Relative to the workspace, as it is recorded; `.` is the workspace. */
  readonly shown: string;
}

/** The call of a primitive: of which job, and where it stands in the pipeline. */
export interface Call {
  readonly jobId: string;
  readonly location: Location | null;
}

/** A `(sh …)` as it is recorded: without secrets, the folder relative to the workspace. */
export interface ShCall extends Call {
  readonly n: number;
  readonly cmd: Command;
  readonly cwd: string;
}

/** What a file of the workspace holds; `bytes` is undefined when there is no such file. */
export interface FileContent {
  readonly shown: string;
  readonly bytes: Buffer | undefined;
}

/** A command that has begun. */
export interface StartedCommand {
  readonly startedAtMs: number;
  readonly stdout: CapturedOutput;
  readonly stderr: CapturedOutput;
  /** Resolves when the command is over and its log is complete; never rejects. */
  readonly ended: Promise<CommandEnd>;
  /** Ends the command and everything it started. */
  interrupt(): void;
  /** The same at once, without waiting for anything. */
  kill(): void;
  /** Ends what the command left running. */
  dispose(): Promise<void>;
}

/**
 * What a run reaches beyond its code and its records: files, processes, time. What a method throws is raised in the
 * code that called; an UnknownAnswerError ends its job.
 */
export interface World {
  /** The workspace's real path. */
  readonly workspace: string;
  /** The bytes of a file of the pipeline; undefined when there is none. Does not wait: the compiler asks. */
  readSource(path: string): Uint8Array | undefined;
  /** The folder that `path` names; undefined when there is none. */
  findFolder(path: string): Promise<WorkspacePath | undefined>;
  readFile(path: string, maxBytes: number, call: Call): Promise<FileContent>;
  /** Makes or replaces a file, and the folders it is in. `begin` is called before anything changes. */
  writeFile(path: string, bytes: Buffer, call: Call, begin: () => void): Promise<string>;
  startCommand(request: CommandRequest, call: ShCall): Promise<StartedCommand>;
  /** Calls `onTime` when a job's time is over; the function returned stops the clock. */
  startClock(jobId: string, timeoutMs: number, onTime: () => void): () => void;
  /** Ends what commands have left running when the run is over. */
  endStrays(graceMs: number): Promise<void>;
}
