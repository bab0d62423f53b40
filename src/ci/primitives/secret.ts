import { fromText } from '../../lua/index.js';
import { UnknownSecretError } from '../session/session.js';
import { performing } from './primitive.js';
import { textArgument } from './text-argument.js';

/** `(secret name)`: the value of a secret, which from now on is taken out of everything that is recorded. */
export const secret = performing(async (jobRun, [name], context) => {
  const { run, job, secrets } = jobRun;
  const key = textArgument(name, 'secret: the name');
  const known = secrets.get(key);
  if (known !== undefined) return fromText(known);
  await run.journal.admit();
  jobRun.signal.throwIfAborted();
  jobRun.start();
  const location = context.where() ?? null;
  const value = await run.session.secret(key, job.id, location).catch((error: Error) => {
    throw error instanceof UnknownSecretError ? new Error(`secret :${key}: ${error.message}`) : error;
  });
  run.redactor.add(value);
  secrets.set(key, value);
  return fromText(value);
});
