import { catFile } from './cat-file.js';
import { checkObjectId, isZeroId } from './object-id.js';
import { checkRefName } from './ref-name.js';

/** Where a repository keeps its pipeline. */
export const pipelinePath = '.quire/ci.fnl';

/** Where git has an updated ref, and what the object it was updated to is. */
export interface RefInspection {
  /** The object the ref names now, which another push may have moved on; null when there is no such ref. */
  readonly foundSha: string | null;
  /** The commit the new object leads to, an annotated tag peeled; null when it leads to none, or the ref was deleted. */
  readonly commitSha: string | null;
  /** Whether that commit holds a pipeline. */
  readonly hasPipeline: boolean;
}

/**
 * Says of each update where its ref is now and whether its new object is a commit with a pipeline, in the order
 * given, with one git process for all of them. Throws GitError, InvalidObjectIdError, InvalidRefNameError.
 */
export async function inspectRefs(
  gitDir: string,
  updates: ReadonlyArray<{ readonly ref: string; readonly newSha: string }>,
  options: { signal?: AbortSignal } = {},
): Promise<RefInspection[]> {
  const questions = updates.flatMap(({ ref, newSha }) => {
    const sha = checkObjectId(newSha);
    const name = checkRefName(ref);
    return isZeroId(sha) ? [name] : [name, `${sha}^{commit}`, `${sha}:${pipelinePath}`];
  });
  const answers = (await catFile(gitDir, questions, options)).values();
  return updates.map(({ newSha }) => {
    const foundSha = answers.next().value?.id ?? null;
    if (isZeroId(newSha)) return { foundSha, commitSha: null, hasPipeline: false };
    const commit = answers.next().value ?? null;
    const pipeline = answers.next().value ?? null;
    return {
      foundSha,
      commitSha: commit?.id ?? null,
      hasPipeline: commit !== null && pipeline?.type === 'blob',
    };
  });
}
