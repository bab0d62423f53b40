import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';

/** Work that goes on in a process of its own. */
export interface Background {
  /** Why it ended; resolves after its last message was given. */
  readonly ended: Promise<string>;
  /** Ends it at once; resolves when it is gone. */
  end(): Promise<void>;
}

/** How such a process runs Node: its garbage collection keeps to one core, its memory to a bound. */
export const backgroundFlags = [
  '--single-threaded-gc',
  '--min-semi-space-size=16',
  '--max-old-space-size=512',
] as const;

/**
 * Starts the compiled file `script` as a process that is served after everybody else, gives it a request and hands
 * on what it tells. A thread would share the allocator's cores with appends: its garbage collection took a quarter of
 * their rate, and this takes a twentieth (`npm run bench -- rebuild-under-load`). It keeps its parent alive:
 * a command without a server has nothing else that does, and who starts it waits for it or ends it.
 */
export const startInBackground = <Message>(
  script: URL,
  request: object,
  onMessage: (message: Message) => void,
): Background => {
  const child = fork(compiledFile(script), {
    execArgv: [...backgroundFlags],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise<string>((resolve) => {
    let why: string | undefined;
    // Messages may still come after the exit, and none after the disconnection.
    const endsWith = (reason: string): void => {
      why = reason;
      if (!child.connected) resolve(reason);
    };
    child.once('error', (error) => endsWith(`its process could not be started: ${error.message}`));
    child.once('exit', (code, signal) => endsWith(`its process ended with ${signal ?? `code ${code}`}`));
    child.once('disconnect', () => why !== undefined && resolve(why));
  });
  child.on('message', (message) => onMessage(message as Message));
  child.send(request, () => undefined);
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  return {
    ended,
    async end() {
      child.kill('SIGKILL');
      await ended;
    },
  };
};

/** Compiled code: where `script` says, or in `dist` when its neighbours are run from their source. */
const compiledFile = (script: URL): string => {
  const path = fileURLToPath(script);
  if (existsSync(path)) return path;
  const room = path.lastIndexOf('/src/');
  return `${path.slice(0, room)}/dist${path.slice(room)}`;
};
