import { type CommitInfo, commitInfo, inspectRefs, isZeroId, type RefInspection } from '../forge/index.js';
import type { RefUpdate } from '../events/index.js';
import type { InspectedRef } from '../lifecycle/index.js';

/**
 * Asks git what each updated ref leads to, and where it has the ref now, with one process for all of them: another
 * push may have moved it on.
 */
export const inspectPush = async (gitDir: string, refs: readonly RefUpdate[]): Promise<InspectedRef[]> => {
  const inspections = await inspectRefs(gitDir, refs);
  const infoOf = onceForEach((sha) => commitInfo(gitDir, sha));
  const inspected: InspectedRef[] = [];
  for (const [i, update] of refs.entries()) inspected.push(await inspectRef(infoOf, update, inspections[i]!));
  return inspected;
};

type InfoOf = (sha: string) => Promise<CommitInfo>;

/** Many refs of one push often lead to one commit. */
const onceForEach = (ask: InfoOf): InfoOf => {
  const answers = new Map<string, Promise<CommitInfo>>();
  return (sha) => {
    const answer = answers.get(sha) ?? ask(sha);
    answers.set(sha, answer);
    return answer;
  };
};

const inspectRef = async (
  infoOf: InfoOf,
  update: RefUpdate,
  { foundSha, commitSha, hasPipeline }: RefInspection,
): Promise<InspectedRef> => {
  const unknown = {
    ...update,
    foundSha: foundSha ?? '0'.repeat(update.newSha.length),
    commitSha: commitSha ?? update.newSha,
    subject: null,
    author: null,
  };
  if (isZeroId(update.newSha)) return { ...unknown, found: 'deleted' };
  if (commitSha === null) return { ...unknown, found: 'not-a-commit' };
  if (!hasPipeline) return { ...unknown, found: 'no-pipeline' };
  const { subject, author } = await infoOf(commitSha);
  return { ...unknown, found: 'pipeline', commitSha, subject, author };
};
