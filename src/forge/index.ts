/** Bare repositories and the git processes that read them. */
export { ArchiveError, archive, type ArchiveOptions } from './archive.js';
export { type CommitInfo, commitInfo } from './commit-info.js';
export { createRepo, RepoExistsError } from './create-repo.js';
export { defaultBranch } from './default-branch.js';
export { type FilesChanged, filesChanged, maxFilesChanged } from './files-changed.js';
export { type GitOptions, type GitOutput, runGit } from './git.js';
export { GitError, type GitErrorCode } from './git-error.js';
export { inspectRefs, pipelinePath, type RefInspection } from './inspect-refs.js';
export { installHook } from './install-hook.js';
export { listRefs, type Ref } from './list-refs.js';
export { listRepos } from './list-repos.js';
export { checkObjectId, InvalidObjectIdError, isZeroId } from './object-id.js';
export { FileTooLargeError, InvalidTreePathError, readFileAt } from './read-file-at.js';
export { InvalidRefNameError, isValidRefName } from './ref-name.js';
export { RepoNotFoundError, removeRepo } from './remove-repo.js';
export { checkRepoName, InvalidRepoNameError, repoDir } from './repo-name.js';
