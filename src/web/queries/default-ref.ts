import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repoDir } from '../../forge/index.js';

const keptMs = 5000;

/**
 * The full ref that a repository's HEAD names, read from the file and not by git: the home page asks it of every
 * repository. `refs/heads/main` where HEAD cannot be read.
 */
export const createDefaultRefs = (root: string, now: () => number = Date.now): ((repo: string) => string) => {
  const known = new Map<string, { ref: string; untilMs: number }>();
  return (repo) => {
    const kept = known.get(repo);
    if (kept !== undefined && kept.untilMs > now()) return kept.ref;
    const ref = readHead(root, repo) ?? 'refs/heads/main';
    if (known.size > 10_000) known.clear();
    known.set(repo, { ref, untilMs: now() + keptMs });
    return ref;
  };
};

const readHead = (root: string, repo: string): string | undefined => {
  try {
    return /^ref: (refs\/heads\/\S+)/.exec(readFileSync(join(repoDir(root, repo), 'HEAD'), 'utf8'))?.[1];
  } catch {
    // A repository that was removed, or has not been made yet, has no HEAD.
    return undefined;
  }
};
