import type { CliContext } from '../context.js';
import { filesChecks } from './files-checks.js';
import { historyChecks } from './history-checks.js';
import type { Check } from './problem.js';
import { repositoryChecks } from './repository-checks.js';

/** Every check, the cheap ones first. */
export const allChecks = (context: CliContext): readonly Check[] => [
  ...filesChecks(context.root),
  ...repositoryChecks(context.root),
  ...historyChecks(context),
];
