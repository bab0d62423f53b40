export { FennelError, type FennelErrorFields } from './errors.js';
export { formatError } from './format-error.js';
export { print } from './print.js';
export { read } from './read.js';
