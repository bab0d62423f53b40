/** How far a rebuild is. */
export interface RebuildProgress {
  readonly phase: 'folding' | 'copying' | 'catching-up' | 'done';
  /** The last folded event, and the last there is. */
  readonly seq: number;
  readonly headSeq: number;
  /** While folding; when done, over all of it. */
  readonly eventsPerSecond: number;
  /** Folded rows that have been put in place, and all of them; 0 before the copying. */
  readonly copiedRows: number;
  readonly rows: number;
  /** Until the end of this phase, at its speed so far. */
  readonly timeLeftMs: number;
}

/** What a store tells of each rebuild, whoever asked for it. */
export type RebuildReport =
  | { readonly kind: 'began'; readonly names: readonly string[]; readonly why: 'outdated' | 'asked' }
  | { readonly kind: 'progress'; readonly names: readonly string[]; readonly progress: RebuildProgress }
  | { readonly kind: 'done'; readonly names: readonly string[]; readonly tookMs: number }
  /** The store was closed; the old rows are there. */
  | { readonly kind: 'ended'; readonly names: readonly string[] }
  | { readonly kind: 'failed'; readonly names: readonly string[]; readonly error: Error };

/** In words, without the time that is left: `folding event 2000 of 9000, 4000 events/s`. */
export const describeProgress = (progress: RebuildProgress): string => {
  const { phase, seq, headSeq, eventsPerSecond, copiedRows, rows } = progress;
  return phase === 'copying'
    ? `copying row ${copiedRows} of ${rows}`
    : `${phase} ${seq}/${headSeq}, ${eventsPerSecond} events/s`;
};

/** Tells `onProgress` of each step of one rebuild. */
export interface ProgressTeller {
  folding(seq: number): void;
  copying(copiedRows: number, rows: number): void;
  catchingUp(seq: number): void;
  done(): void;
}

/** `headSeq` gives the last event there is, `now` milliseconds. */
export const createProgress = (
  headSeq: () => number,
  now: () => number,
  onProgress: (progress: RebuildProgress) => void = () => undefined,
): ProgressTeller => {
  const beganAtMs = now();
  let copyingSinceMs: number | undefined;
  let told = { seq: 0, eventsPerSecond: 0, copiedRows: 0, rows: 0 };

  const tell = (phase: RebuildProgress['phase'], timeLeftMs: number): void =>
    onProgress({ phase, headSeq: headSeq(), ...told, timeLeftMs });
  const fold = (phase: RebuildProgress['phase'], seq: number): void => {
    const elapsedMs = Math.max(1, now() - beganAtMs);
    const eventsPerMs = seq / elapsedMs;
    told = { ...told, seq, eventsPerSecond: Math.round(eventsPerMs * 1000) };
    tell(phase, seq === 0 ? 0 : (headSeq() - seq) / eventsPerMs);
  };

  return {
    folding: (seq) => fold('folding', seq),
    copying(copiedRows, rows) {
      copyingSinceMs ??= now();
      told = { ...told, copiedRows, rows };
      tell('copying', ((now() - copyingSinceMs) * (rows - copiedRows)) / copiedRows);
    },
    catchingUp: (seq) => fold('catching-up', seq),
    done: () => fold('done', headSeq()),
  };
};
