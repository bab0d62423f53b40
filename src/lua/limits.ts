/** What one VM may use. Every field has a default; `Number.POSITIVE_INFINITY` switches a limit off. */
export interface Limits {
  /**
   * CPU milliseconds of Lua code for one `call` or `callSync`, what it calls synchronously included. In a
   * `call` the count starts anew after every host function that awaited, so it bounds the work between two
   * such calls. Waiting costs nothing.
   */
  readonly cpuMs: number;
  /**
   * Bytes by which the heap may have grown since the VM was made, measured after a collection (which can
   * take a tenth of a second) and a few times per slice. It is the heap of the whole process, so a host with
   * much data of its own should allow for it, and watch the process from outside all the same.
   */
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

/** The longest string JavaScript can hold, less some room. */
const MAX_STRING_BYTES = 2 ** 29 - 1024;

/** Defaults where nothing is given. @throws RangeError for a limit that is not a positive number. */
export function completeLimits(given: Partial<Limits> = {}): Limits {
  const limits = { ...DEFAULT_LIMITS, ...withoutUndefined(given) };
  for (const [name, value] of Object.entries(limits)) {
    if (typeof value === 'number' && value > 0) continue;
    throw new RangeError(`the limit ${name} must be a number above 0, not ${String(value)}`);
  }
  return { ...limits, stringBytes: Math.min(limits.stringBytes, MAX_STRING_BYTES) };
}

export type RaiseHint = (limit: keyof Limits) => string;

export const defaultRaiseHint: RaiseHint = (limit) => `raise it with createVm({ limits: { ${limit} } })`;

function withoutUndefined(given: Partial<Limits>): Partial<Limits> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
