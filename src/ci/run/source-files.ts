import type { Session } from '../session/session.js';
import type { World } from '../world/world.js';

/** The files of `.quire/lib` that a pipeline asks for, remembered so that they can be kept with the run. */
export class SourceFiles {
  readonly #world: World;
  readonly #found = new Map<string, Uint8Array>();
  #stored = false;

  constructor(world: World) {
    this.#world = world;
  }

  /** The bytes of a file; undefined when there is none. */
  read(path: string): Uint8Array | undefined {
    const bytes = this.#world.readSource(path);
    if (bytes !== undefined && !this.#stored) this.#found.set(path, bytes);
    return bytes;
  }

  /** Keeps what was read so far as blobs; from now on nothing more is remembered. */
  async store(session: Session): Promise<{ path: string; sha256: string }[]> {
    this.#stored = true;
    const files = [...this.#found];
    this.#found.clear();
    return Promise.all(
      files.map(async ([path, bytes]) => ({ path, sha256: await session.storeBlob(Buffer.from(bytes)) })),
    );
  }
}
