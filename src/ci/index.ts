export { main } from './main.js';
export { type RunRequest, RunExecution } from './run/run-execution.js';
export { pipelinePath } from './run/prepare-run.js';
export { type Session, UnknownSecretError } from './session/session.js';
