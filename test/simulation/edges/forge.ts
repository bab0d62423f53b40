import { mkdirSync } from 'node:fs';
import type { CommitInfo, FilesChanged, Ref, RefInspection } from '../../../src/forge/index.js';
import { current, effect } from '../world.js';

/** What a commit of the simulated repositories holds. */
export type Content = 'pipeline' | 'no-pipeline' | 'not-a-commit' | 'deleted';

export const zero = '0'.repeat(40);

/** Bare repositories: refs that pushes move, at once and one after the other. */
export class Forge {
  readonly #refs = new Map<string, Map<string, string>>();
  readonly #contents = new Map<string, Content>();
  #commits = 0;

  constructor(repos: readonly string[]) {
    for (const repo of repos) this.#refs.set(repo, new Map());
  }

  refs(repo: string): Map<string, string> {
    return this.#refs.get(repo)!;
  }

  /** A new object; no two are the same. */
  commit(content: Content): string {
    if (content === 'deleted') return zero;
    this.#commits += 1;
    const sha = this.#commits.toString(16).padStart(40, 'c');
    this.#contents.set(sha, content);
    return sha;
  }

  /** Git accepts an update. Returns where the ref was. */
  update(repo: string, ref: string, sha: string): string {
    const refs = this.refs(repo);
    const before = refs.get(ref) ?? zero;
    if (sha === zero) refs.delete(ref);
    else refs.set(ref, sha);
    return before;
  }

  contentOf(sha: string): Content {
    return sha === zero ? 'deleted' : this.#contents.get(sha)!;
  }
}

const repoOf = (gitDir: string): string => gitDir.replace(/^.*\/repos\//, '').replace(/\.git$/, '');

/** One git process: a step, which now and then fails. */
const git = <Result>(label: string, perform: () => Result): Promise<Result> =>
  effect(`git ${label}`, () => {
    const { random, failureRate, schedule, truth } = current();
    if (random.chance(failureRate)) {
      schedule.note(`git ${label} fails`);
      truth.gitFailed = true;
      throw Object.assign(new Error('git was ended by SIGKILL'), { code: 'git-failed' });
    }
    return perform();
  });

/** Takes the place of what src/forge asks git. */
export const simulatedGit = {
  inspectRefs: (
    gitDir: string,
    updates: ReadonlyArray<{ readonly ref: string; readonly newSha: string }>,
  ): Promise<RefInspection[]> =>
    git('cat-file', () =>
      updates.map(({ ref, newSha }) => {
        const content = current().forge.contentOf(newSha);
        const isCommit = content === 'pipeline' || content === 'no-pipeline';
        const foundSha = current().forge.refs(repoOf(gitDir)).get(ref) ?? null;
        return { foundSha, commitSha: isCommit ? newSha : null, hasPipeline: content === 'pipeline' };
      }),
    ),
  commitInfo: (_gitDir: string, sha: string): Promise<CommitInfo> =>
    git('log', () => ({ sha, subject: 'a change', message: 'a change', author: 'Ada', authoredAtMs: 0 })),
  filesChanged: (): Promise<FilesChanged> =>
    git('diff', () => ({ files: [], complete: true }) as unknown as FilesChanged),
  listRefs: (gitDir: string): Promise<Ref[]> =>
    git('for-each-ref', () => [...current().forge.refs(repoOf(gitDir))].map(([ref, sha]) => ({ ref, sha }))),
  archive: (_gitDir: string, _sha: string, destination: string): Promise<void> =>
    git('archive', () => mkdirSync(destination)),
};
