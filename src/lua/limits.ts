/** What one VM may use. Every field has a default; `Number.POSITIVE_INFINITY` switches a limit off. */
export interface Limits {
  /**
   * CPU milliseconds of Lua code for one `call` or `callSync`. In a `call` the count starts anew after
   * every host function that awaited, so it bounds the work between two host calls. Waiting costs nothing.
   */
  readonly cpuMs: number;
  /** Bytes by which the process may have grown since the VM was made (measured after a collection). */
  readonly memoryBytes: number;
  /** Bytes of one string: the result of `..`, `string.rep`, `table.concat`, `gsub`, `format`, and so on. */
  readonly stringBytes: number;
  /** User coroutines that exist and have not ended. */
  readonly coroutines: number;
  /** Milliseconds after which a running `call` lets the event loop turn. */
  readonly sliceMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  cpuMs: 10_000,
  memoryBytes: 512 * 1024 * 1024,
  stringBytes: 64 * 1024 * 1024,
  coroutines: 10_000,
  sliceMs: 8,
};
