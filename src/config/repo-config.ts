import { z } from 'zod';
import { checkData } from './check-data.js';
import type { ConfigWarning } from './config-error.js';
import { readFennelData } from './fennel-data.js';

/** Where a repository keeps its own configuration; that of its default branch counts. */
export const repoConfigPath = '.quire/config.fnl';

/** A repository's own configuration. */
export interface RepoConfig {
  /** Whether only known users may see the repository at all. */
  readonly private: boolean;
  /** Whether everybody may see its runs and their logs; what is private stays so. */
  readonly publicRuns: boolean;
}

const repoSchema = z.strictObject(
  {
    private: z.boolean('true or false').default(false).describe('Only known users may see the repository.'),
    'public-runs': z
      .boolean('true or false')
      .default(false)
      .describe('Everybody may see its runs and their logs.'),
  },
  'a table such as {:private true}',
);

/** Reads the text of `.quire/config.fnl`; `filename` is used in messages. Throws ConfigError. */
export function parseRepoConfig(
  source: string | Uint8Array,
  filename: string,
): { readonly config: RepoConfig; readonly warnings: readonly ConfigWarning[] } {
  const { value, warnings } = checkData(repoSchema, readFennelData(source, filename));
  return { config: { private: value.private, publicRuns: value['public-runs'] }, warnings };
}
