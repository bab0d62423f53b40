import type { CliContext } from '../context.js';
import type { ExitCode } from '../exit-code.js';
import { findRun } from '../find-run.js';
import { withReader } from '../read-store.js';
import { watchRun } from './watch-run.js';

/** `quire run watch RUN`. */
export const watch = (context: CliContext, reference: string): Promise<ExitCode> =>
  withReader(context.root, (reader) => watchRun(context, reader, findRun(reader, reference).id));
