import { loadPipeline } from '../pipeline/index.js';
import type { PipePool } from './command/pipe-pool.js';
import { createRuntime } from './primitives/runtime.js';
import { show } from './primitives/show.js';
import { rehearse } from './server/rehearse.js';

const source = `
(local ci (require :quire.ci))
(ci.job :warm [:quire/push] {:timeout 1 :retry 1}
  (fn [{: sh : jobs : env}]
    (let [push {:branch "main"}]
      (match push.branch
        "main" (each [_ word (ipairs ["a" "b"])] (string.format "%s" word))
        _ nil))))
`;

/**
 * Does once, without a run, what every run does first, so that the run finds it compiled and at hand.
 *
 * @param say writes a line for the process log.
 */
export const warmUp = async (pipes: PipePool, say: (line: string) => void): Promise<void> => {
  const filling = pipes.fill();
  const rehearsing = rehearse().catch((error: Error) => say(`no rehearsal: ${error.message}`));
  const loaded = await loadPipeline({
    source: Buffer.from(source),
    filename: 'warm-up.fnl',
    readModule: () => undefined,
    createRuntime,
    show,
  });
  for (const { runFn } of loaded.jobs) await loaded.vm.call(runFn, [loaded.vm.createTable()]);
  loaded.vm.close();
  await Promise.all([filling, rehearsing]);
};
