import type { Command } from '../../events/index.js';
import { repoAddress, withQuery } from '../addresses.js';

/** A ref as people say it: the branch or tag without its prefix. */
export const shortRef = (ref: string): string => ref.replace(/^refs\/(heads|tags)\//, '');

/** What kind of ref it is, in a word; empty for a branch. */
export const refKind = (ref: string): string => {
  if (ref.startsWith('refs/heads/')) return '';
  return ref.startsWith('refs/tags/') ? 'tag ' : '';
};

/** A link to the runs of a ref. */
export const RefName = ({ repo, name }: { repo: string; name: string }) => (
  <a class="ref" href={withQuery(repoAddress(repo), { ref: name })} title={name}>
    {refKind(name)}
    <bdi>{shortRef(name)}</bdi>
  </a>
);

export const RepoName = ({ repo }: { repo: string }) => (
  <a class="repo" href={repoAddress(repo)}>
    <bdi>{repo}</bdi>
  </a>
);

export const Sha = ({ sha }: { sha: string }) => (
  <code class="sha" title={sha}>
    {sha.slice(0, 8)}
  </code>
);

/** A command as one would type it: the words of a list are quoted where they need it. */
export const commandText = (command: Command): string =>
  typeof command === 'string' ? command : command.map(quoted).join(' ');

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** The first line of a command, for lists. */
export const commandLine = (command: Command): string => {
  const text = commandText(command).trim();
  const end = text.indexOf('\n');
  return end === -1 ? text : `${text.slice(0, end)} …`;
};
