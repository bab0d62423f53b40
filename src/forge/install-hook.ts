import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Puts `script` in place as the repository's post-receive hook, executable, in one step: a push that arrives
 * meanwhile runs the old hook or the new one, never half of it.
 */
export async function installHook(gitDir: string, script: string): Promise<void> {
  const folder = join(gitDir, 'hooks');
  const temporary = join(folder, `.post-receive-${randomBytes(6).toString('hex')}`);
  await mkdir(folder, { recursive: true });
  try {
    await writeExecutable(temporary, script);
    await rename(temporary, join(folder, 'post-receive'));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeExecutable(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o755);
  try {
    await file.writeFile(text);
    // The mode given to open is narrowed by the umask; whoever may push must be able to run the hook.
    await file.chmod(0o755);
    await file.sync();
  } finally {
    await file.close();
  }
}
