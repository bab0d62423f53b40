export type { CapturedOutput } from './command/capture.js';
export type { CommandEnd, CommandRequest } from './command/running-command.js';
export { main } from './main.js';
export { pipelinePath } from './run/prepare-run.js';
export { RunExecution, type RunRequest } from './run/run-execution.js';
export { type Session, UnknownSecretError } from './session/session.js';
export { UnknownAnswerError } from './world/unknown-answer.js';
export { pathWithin } from './world/workspace-path.js';
export type {
  Call,
  FileContent,
  ShCall,
  StartedCommand,
  WorkspacePath,
  World,
} from './world/world.js';
