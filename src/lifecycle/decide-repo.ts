import type { RepoRow } from '../../projections/index.js';
import { type NewEvent, repoStream } from '../events/index.js';

/** The repository is already, or not, on this server. */
export class RepoStateError extends Error {
  readonly code = 'repo-state';
}

/** A repository comes, or comes back, onto the server. Throws {@link RepoStateError}. */
export const decideCreateRepo = (repo: RepoRow | undefined, name: string): NewEvent[] => {
  if (repo?.state === 'present') throw new RepoStateError(`repository ${name} already exists`);
  return [{ stream: repoStream(name), type: 'repo.created', data: {} }];
};

/** A repository leaves the server. Throws {@link RepoStateError}. */
export const decideRemoveRepo = (repo: RepoRow | undefined, name: string): NewEvent[] => {
  if (repo?.state !== 'present') throw new RepoStateError(`there is no repository ${name}`);
  return [{ stream: repoStream(name), type: 'repo.removed', data: {} }];
};
