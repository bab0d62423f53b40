export { answerErrors, RequestError } from './error-answer.js';
export { followEvents } from './follow-events.js';
export { type OperatorApiSettings, operatorApi } from './operator-api.js';
export type { SecretSettings } from './reveal-secret.js';
export { type RunApiSettings, runApi } from './run-api.js';
export { type ServerSent, serverSent } from './server-sent.js';
