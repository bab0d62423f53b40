import { join } from 'node:path';

/** A repository name that is not allowed; `problem` says what was found. */
export class InvalidRepoNameError extends Error {
  readonly code = 'invalid-repo-name';
  constructor(
    readonly repo: string,
    readonly problem: string,
  ) {
    super(
      `repository name ${JSON.stringify(shortened(repo))}: ${problem}; allowed is name or group/name, each part 1 to 64 ` +
        'of A-Z a-z 0-9 . _ -, not starting with - or . and not ending in .git or .lock',
    );
    this.name = 'InvalidRepoNameError';
  }
}

/** Returns `name` when it is `name` or `group/name` of allowed parts. Throws {@link InvalidRepoNameError}. */
export function checkRepoName(name: string): string {
  const parts = name.split('/');
  const problem = parts.length > 2 ? `${parts.length} parts found` : parts.map(problemOfPart).find(Boolean);
  if (problem === undefined) return name;
  throw new InvalidRepoNameError(name, problem);
}

/** Where the bare repository `name` lies under the data root. Throws {@link InvalidRepoNameError}. */
export const repoDir = (root: string, name: string): string =>
  join(root, 'repos', `${checkRepoName(name)}.git`);

function problemOfPart(part: string): string | undefined {
  if (part === '') return 'an empty part found';
  if (part.length > 64) return `a part of ${part.length} characters found`;
  const strange = /[^A-Za-z0-9._-]/u.exec(part)?.[0];
  if (strange !== undefined) return `the character ${named(strange)} found`;
  if (/^[-.]/.test(part)) return `a part starting with ${part[0]} found`;
  const suffix = /\.(?:git|lock)$/.exec(part)?.[0];
  return suffix && `a part ending in ${suffix} found`;
}

/** The character itself and its number, since many strange ones cannot be seen. */
function named(char: string): string {
  const number = char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  return `${JSON.stringify(char)} (U+${number})`;
}

const shortened = (name: string): string => (name.length > 140 ? `${name.slice(0, 140)}…` : name);
