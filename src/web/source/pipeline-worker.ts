import { parentPort, workerData } from 'node:worker_threads';
import { loadPipeline } from '../../pipeline/index.js';
import type { PipelineFindings, PipelineRequest } from './inspect-pipeline.js';

// A thread of its own, which can be ended: the top level of a pipeline is code that somebody pushed.

const { source, filename, files } = workerData as PipelineRequest;
const missing = new Set<string>();
const { vm, jobs, image, maxParallelJobs, diagnostics } = await loadPipeline({
  source,
  filename,
  readModule(path) {
    const found = files.get(path);
    if (found === undefined) missing.add(path);
    return found ?? undefined;
  },
  limits: { cpuMs: 2000, memoryBytes: 128 * 1024 * 1024 },
});
vm.close();
const findings: PipelineFindings = {
  jobs: jobs.map(({ id, inputs, options, line }) => ({ id, inputs: [...inputs], options, line })),
  image,
  maxParallelJobs,
  diagnostics: [...diagnostics],
  missing: [...missing],
};
parentPort!.postMessage(findings);
