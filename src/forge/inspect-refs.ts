import { catFile } from './cat-file.js';
import { checkObjectId, isZeroId } from './object-id.js';

/** Where a repository keeps its pipeline. */
export const pipelinePath = '.quire/ci.fnl';

/** What an updated ref leads to. */
export interface RefInspection {
  /** The commit the ref leads to, an annotated tag peeled; null when it leads to none, or was deleted. */
  readonly commitSha: string | null;
  /** Whether that commit holds a pipeline. */
  readonly hasPipeline: boolean;
}

/**
 * Says of each update whether its new object is a commit with a pipeline, in the order given, with one git
 * process for all of them. Throws GitError, InvalidObjectIdError.
 */
export async function inspectRefs(
  gitDir: string,
  updates: ReadonlyArray<{ readonly newSha: string }>,
  options: { signal?: AbortSignal } = {},
): Promise<RefInspection[]> {
  const shas = updates.map((update) => checkObjectId(update.newSha));
  const asked = shas.filter((sha) => !isZeroId(sha));
  const names = asked.flatMap((sha) => [`${sha}^{commit}`, `${sha}:${pipelinePath}`]);
  const answers = (await catFile(gitDir, names, options)).values();
  return shas.map((sha) => {
    if (isZeroId(sha)) return { commitSha: null, hasPipeline: false };
    const commit = answers.next().value ?? null;
    const pipeline = answers.next().value ?? null;
    return { commitSha: commit?.id ?? null, hasPipeline: commit !== null && pipeline?.type === 'blob' };
  });
}
