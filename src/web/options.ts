import type { Observable } from 'rxjs';
import type { EventStore, Trust } from '../store/index.js';
import type { PublicAccess } from './access.js';
import type { ProxyAuth } from './identity.js';

/** What the pages need of the server they are part of. */
export interface WebOptions {
  readonly store: Pick<EventStore, 'read' | 'readEvents' | 'events$' | 'head'>;
  /** The data root: logs and blobs are read from it. */
  readonly root: string;
  /** The server's own address, for example `http://127.0.0.1:3000`; feeds and badges name it. */
  readonly url: string;
  readonly version: string;
  readonly actions: WebActions;
  /** Identity by a proxy's header; without it only this machine's own requests have one. */
  readonly auth?: ProxyAuth;
  /** The name of the user who runs the server; defaults to that of the process. */
  readonly operator?: string;
  /** What of a repository is public; without it nothing is. */
  publicAccess?(repo: string): PublicAccess | Promise<PublicAccess>;
  /** Facts for `/health` and the operations page beside those that the store knows. */
  health?(): Readonly<Record<string, string | number | boolean>>;
  /** What the server knows of its own history, and checks on demand; its pages show it to operators. */
  readonly trust?: Trust;
  /** Milliseconds that each append took, as it ends; for `/metrics`. */
  readonly appendTimes$?: Observable<number>;
  /** Told of every error that a visitor saw as "500". */
  report?(error: unknown, address: string): void;
  readonly now?: () => number;
}

/** What a visitor with an identity may do. Each may throw an error with a `code` that says why not. */
export interface WebActions {
  /** Asks for the end of a run. */
  cancel(runId: string, by: string): Promise<void>;
  /** Queues the same commit again, all of it or only what failed; resolves with the new run's id. */
  rerun(runId: string, options: { readonly by: string; readonly onlyFailed: boolean }): Promise<string>;
}
