import { accessSync, constants, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eq } from 'drizzle-orm';
import { repos } from '../../../projections/index.js';
import { installHook, repoDir } from '../../forge/index.js';
import { postReceiveHook } from '../../intake/hook/index.js';
import type { StoreReader } from '../../store/index.js';
import type { Check, Problem } from './problem.js';

const quireBin = fileURLToPath(new URL('../../bin/quire.js', import.meta.url));

/** Repositories and the hooks that report pushes to them. */
export const repositoryChecks = (root: string): readonly Check[] => [
  {
    name: 'every repository is in its place, with its hook',
    async run(reader) {
      const problems: Problem[] = [];
      for (const name of presentRepos(reader)) problems.push(...(await checkRepository(root, name)));
      return problems;
    },
  },
];

const presentRepos = ({ read }: StoreReader): string[] =>
  read
    .select({ name: repos.name })
    .from(repos)
    .where(eq(repos.state, 'present'))
    .all()
    .map(({ name }) => name);

const checkRepository = async (root: string, name: string): Promise<Problem[]> => {
  const path = repoDir(root, name);
  if (!existsSync(path)) {
    return [
      { what: `repository ${name} is not at ${path}`, remedy: `put it back, or: quire repo rm ${name}` },
    ];
  }
  const hook = join(path, 'hooks', 'post-receive');
  const expected = postReceiveHook({ root, repo: name, node: process.execPath, quireBin });
  const fault = await faultOf(hook, expected);
  if (fault === undefined) return [];
  return [
    {
      what: `repository ${name} ${fault}: a push to it may be noticed at the next start only`,
      remedy: 'quire doctor --fix installs the hook of this quire',
      repair: () => installHook(path, expected),
    },
  ];
};

/** A hook names the root, Node and quire by their paths, so it is another one after any of them has moved. */
const faultOf = async (hook: string, expected: string): Promise<string | undefined> => {
  if (!existsSync(hook)) return `has no hook at ${hook}`;
  if ((await readFile(hook, 'utf8')) !== expected) {
    return `has a hook at ${hook} that is not the one of this quire, this root and this Node`;
  }
  try {
    accessSync(hook, constants.X_OK);
    return undefined;
  } catch {
    return `has a hook at ${hook} that cannot be executed`;
  }
};
