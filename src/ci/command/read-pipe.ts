import { type ConnectOpts, Socket, type SocketConstructorOpts } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a pipe holds at most: after reading this much, nothing is left of what was in it before. */
const pipeBytes = 65_536;

const pausedPollMs = 5;

/** The kernel fills it and `onBytes` empties it in the same breath, so one buffer serves every pipe. */
const sharedBuffer = Buffer.allocUnsafeSlow(pipeBytes);

/** The reading end of a command's standard output or standard error. */
export class PipeReader {
  readonly #socket: Socket;
  #bytes = 0;
  #paused = false;
  #discarding = false;
  #ended = false;

  /** Resolves when every writer has closed its end, or this end was closed. */
  readonly closed: Promise<void>;

  /** @param onBytes the bytes are gone when it returns; false asks for a pause. */
  constructor(fd: number, onBytes: (chunk: Buffer) => boolean) {
    const callback = (count: number): boolean => {
      this.#bytes += count;
      if (this.#discarding) return true;
      this.#paused = !onBytes(sharedBuffer.subarray(0, count));
      return !this.#paused;
    };
    const onread = { buffer: sharedBuffer, callback };
    const options: SocketConstructorOpts & ConnectOpts = { fd, readable: true, writable: false, onread };
    this.#socket = new Socket(options);
    this.closed = new Promise((resolve) => {
      this.#socket.once('error', () => undefined);
      this.#socket.once('close', () => {
        this.#ended = true;
        resolve();
      });
    });
    this.#socket.resume();
  }

  /** Goes on after a pause. */
  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#socket.resume();
  }

  /**
   * Resolves when everything is read that was in the pipe at the time of the call, even though a writer may
   * hold the pipe open and go on writing.
   */
  async readPresent(): Promise<void> {
    const until = this.#bytes + pipeBytes;
    for (let before = -1; !this.#ended && this.#bytes < until; ) {
      if (!this.#paused && this.#bytes === before) return;
      before = this.#bytes;
      if (this.#paused) await sleep(pausedPollMs);
      await turnOfEventLoop();
    }
  }

  /** From now on reads and forgets, so that a writer left behind is neither heard nor stopped. */
  discard(): void {
    this.#discarding = true;
    this.#paused = true;
    this.resume();
    this.#socket.unref();
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** Two, because the first may end before the pipes are polled. */
const turnOfEventLoop = async (): Promise<void> => {
  for (let i = 0; i < 2; i += 1) await new Promise((resolve) => setImmediate(resolve));
};
