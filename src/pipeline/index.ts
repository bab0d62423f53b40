export { describe } from './describe.js';
export { type Diagnostic, formatDiagnostic } from './diagnostic.js';
export type { Finding } from './finding.js';
export { outsideRunFn } from './idle-runtime.js';
export { type JobOptions, maxJobs, type PipelineJob, type Registration, sources } from './job.js';
export {
  type LoadedPipeline,
  type LoadOptions,
  loadPipeline,
  messageWithoutPosition,
} from './load-pipeline.js';
export type { ReadModule } from './modules.js';
export { nearest } from './nearest.js';
export { order, transitiveInputs, type Vertex } from './order.js';
export { validate } from './validate.js';
