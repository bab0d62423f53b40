import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eq } from 'drizzle-orm';
import { repos } from '../../../projections/index.js';
import { describeLogFinding, verifyLogs } from '../../history/index.js';
import { postReceiveHook } from '../../intake/hook/index.js';
import { installHook, repoDir } from '../../forge/index.js';
import { shLogPath } from '../../runner/index.js';
import { describeFinding, type EventStore, isFault, type StoreReader } from '../../store/index.js';
import { formatBytes } from '../byte-size.js';
import { differenceLines } from '../projections/difference-lines.js';

/** Something that is wrong, and what helps. */
export interface Problem {
  readonly what: string;
  readonly remedy: string;
  /** Given when it can be repaired from the events. */
  readonly repair?: (store: EventStore) => Promise<void>;
}

interface Check {
  readonly name: string;
  readonly run: (reader: StoreReader, root: string) => Promise<readonly Problem[]> | readonly Problem[];
}

const quireBin = fileURLToPath(new URL('../../bin/quire.js', import.meta.url));
const maxShown = 20;
const wantedFreeBytes = 256 * 1024 * 1024;

const rebuildAll = (store: EventStore): Promise<void> => store.rebuild();

/** Every check, the cheap ones first. */
export const allChecks = (): readonly Check[] => [
  { name: 'the root can be written to, and there is room', run: (_reader, root) => checkRoot(root) },
  { name: 'every repository is in its place, with its hook', run: checkRepositories },
  { name: 'read models are of this version', run: checkVersions },
  { name: 'the chain of events is whole', run: checkChain },
  { name: 'rows are what the events say', run: checkRows },
  { name: 'logs are what the events say', run: checkLogs },
];

const checkRoot = (root: string): Problem[] => {
  const problems: Problem[] = [];
  try {
    accessSync(root, constants.W_OK);
  } catch {
    problems.push({
      what: `${root} cannot be written to`,
      remedy: `give this user the folder: chown -R $USER ${root}`,
    });
  }
  const { bavail, bsize } = statfsSync(root);
  const free = bavail * bsize;
  if (free < wantedFreeBytes) {
    problems.push({
      what: `only ${formatBytes(free)} are free in ${root}`,
      remedy: `make room: quire wants ${formatBytes(wantedFreeBytes)} for logs and workspaces`,
    });
  }
  return problems;
};

const checkRepositories = (reader: StoreReader, root: string): Problem[] =>
  reader.read
    .select({ name: repos.name })
    .from(repos)
    .where(eq(repos.state, 'present'))
    .all()
    .flatMap(({ name }) => {
      const path = repoDir(root, name);
      if (!existsSync(path)) {
        return [
          { what: `repository ${name} is not at ${path}`, remedy: `put it back, or: quire repo rm ${name}` },
        ];
      }
      const hook = join(path, 'hooks', 'post-receive');
      if (existsSync(hook)) return [];
      return [
        {
          what: `repository ${name} has no hook at ${hook}: a push to it is noticed at the next start only`,
          remedy: 'quire doctor --fix installs it',
          repair: () =>
            installHook(path, postReceiveHook({ root, repo: name, node: process.execPath, quireBin })),
        },
      ];
    });

const checkVersions = (reader: StoreReader): Problem[] =>
  reader
    .projectionStatus()
    .filter(({ state }) => state === 'outdated')
    .map(({ name }) => ({
      what: `the rows of ${name} were folded by another version`,
      remedy: 'quire projections rebuild, or start quire serve: it rebuilds them by itself',
      repair: rebuildAll,
    }));

const checkChain = (reader: StoreReader): Problem[] =>
  reader
    .verify()
    .findings.filter(isFault)
    .slice(0, maxShown)
    .map((finding) => ({
      what: describeFinding(finding),
      remedy: 'the history itself was changed: restore a backup from before, and find out who had the file',
    }));

const checkRows = (reader: StoreReader): Problem[] => {
  const lines = differenceLines(reader.check());
  if (lines.length === 0) return [];
  return [
    {
      what: lines
        .slice(0, maxShown)
        .map((line) => line.trim())
        .join('\n  '),
      remedy: 'quire projections rebuild',
      repair: rebuildAll,
    },
  ];
};

const checkLogs = async (reader: StoreReader, root: string): Promise<Problem[]> => {
  const { findings } = await verifyLogs(reader, (runId, jobId, n) => shLogPath(root, runId, jobId, n));
  return findings.slice(0, maxShown).map((finding) => ({
    what: describeLogFinding(finding),
    remedy:
      'restore the file from a backup; without one the bytes are lost, and the event says what they were',
  }));
};
