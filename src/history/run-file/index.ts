export { type Extras, extras, formatVersion, type Neighbour, neighbour, RunFileError } from './format.js';
export { type OpenedRun, type OpenRequest, openRunFile } from './read-run-file.js';
export { type RunFileRequest, type WrittenRunFile, writeRunFile } from './write-run-file.js';
