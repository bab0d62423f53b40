import { join } from 'node:path';

/** Where the files of one run lie. */
export interface RunFolder {
  readonly path: string;
  readonly workspace: string;
  /** HOME of its commands: empty at the start, gone with the workspace. */
  readonly home: string;
  readonly apiSocket: string;
  readonly processLog: string;
}

export const runFolder = (root: string, runId: string): RunFolder => {
  const path = join(root, 'runs', runId);
  return {
    path,
    workspace: join(path, 'workspace'),
    home: join(path, 'home'),
    apiSocket: join(path, 'api.sock'),
    processLog: join(path, 'quire-ci.log'),
  };
};

/** The log of one command. Job ids are safe file names: registration refuses others. */
export const shLogPath = (root: string, runId: string, jobId: string, n: number): string =>
  join(runFolder(root, runId).path, 'jobs', jobId, `sh-${n}.log`);

/** Where contents are kept by their digest. */
export const blobFolder = (root: string): string => join(root, 'blobs');
