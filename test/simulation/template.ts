import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repoStream } from '../../src/events/index.js';
import { databasePath, openStore } from '../../src/store/index.js';
import { startMs } from './schedule.js';

export const repos = ['app', 'site'] as const;

/** Memory where there is some, so that 10,000 databases do not wear out a disk. */
const baseFolder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A migrated root with two repositories, to be copied for each schedule. */
export interface Template {
  /** A fresh root; the one before is gone. */
  newRoot(): string;
  remove(): void;
}

export const makeTemplate = async (): Promise<Template> => {
  const folder = mkdtempSync(join(baseFolder, 'quire-simulation-'));
  const original = join(folder, 'template');
  const store = openStore(original, { now: () => startMs });
  for (const repo of repos) {
    await store.append([{ stream: repoStream(repo), type: 'repo.created', data: {} }], {
      actor: 'operator:ada',
    });
  }
  await store.close();
  const root = join(folder, 'root');
  return {
    newRoot() {
      rmSync(root, { recursive: true, force: true });
      mkdirSync(root);
      copyFileSync(databasePath(original), databasePath(root));
      return root;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};
