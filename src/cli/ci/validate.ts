import type { CliContext } from '../context.js';
import { counted } from '../counted.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { diagnosticLines } from '../run/failure-report.js';
import { loadHere } from './load-here.js';

/** `quire ci validate [PATH]`: everything that is wrong with a pipeline; 2 when anything is. */
export const validatePipeline = async (
  { output, json }: Pick<CliContext, 'output' | 'json'>,
  path: string | undefined,
): Promise<ExitCode> => {
  const { file, loaded, diagnostics } = await loadHere(path);
  loaded.vm.close();
  const valid = diagnostics.length === 0;
  if (json) {
    await output.document({ file, valid, jobs: loaded.jobs.map(({ id }) => id), diagnostics });
  } else if (valid) {
    await output.line(`${file}: ${output.style.green('no problems')}, ${counted(loaded.jobs.length, 'job')}`);
  } else {
    for (const diagnostic of diagnostics) {
      for (const line of diagnosticLines(diagnostic, output.style)) await output.line(line);
    }
    await output.line(`${file}: ${output.style.red(counted(diagnostics.length, 'problem'))}`);
  }
  return valid ? exitCode.ok : exitCode.usage;
};
