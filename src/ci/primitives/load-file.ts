import type { Location } from '../../events/field.js';
import type { JobRun } from '../job/job-run.js';

/**
 * The bytes of a file of the workspace, recorded as read; undefined, and recorded as well, when there is no
 * such file. Rejects for what is no regular file, for one beyond the limit, and for a path that leads out.
 */
export const loadFile = async (
  jobRun: JobRun,
  path: string,
  location: Location | null,
): Promise<Buffer | undefined> => {
  const { run, job } = jobRun;
  const jobId = job.id;
  run.journal.assertRoom();
  const { captureBytes } = run.bootstrap.limits;
  const { shown: name, bytes } = await run.world.readFile(path, captureBytes, { jobId, location });
  const shown = bytes === undefined ? undefined : run.redactor.redactBytes(bytes);
  const sha256 = shown === undefined ? null : await run.session.storeBlob(shown);
  await run.journal.admit();
  jobRun.signal.throwIfAborted();
  run.journal.emit('file.read', { jobId, path: name, sha256, bytes: shown?.length ?? 0 });
  return bytes;
};
