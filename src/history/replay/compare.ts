import type { ReplayedCall } from './call.js';
import type { HistorySession } from './history-session.js';
import { hasOwnEnd, hasOwnEndOfRun, type RecordedJob, type RecordedRun } from './recorded-run.js';
import type { RunScript } from './run-script.js';

/** `diverged`: another call or another outcome. `incomplete`: no other, but history ends before the job does. */
export type Verdict = 'same' | 'diverged' | 'incomplete';

/** How a job or a run came out. Of the replay, `unknown` where history does not tell. */
export interface Outcome {
  readonly state: string;
  readonly exitCode: number | null;
  /** For a run, with the kind of its failure before it. */
  readonly message: string | null;
}

export interface JobReplay {
  readonly id: string;
  readonly verdict: Verdict;
  /** Null for a job that the run did not have. */
  readonly recorded: Outcome | null;
  /** Null for a job that the new pipeline does not have. */
  readonly replayed: Outcome | null;
  readonly calls: readonly ReplayedCall[];
}

/** Sets each job of the replay beside the recorded one. */
export const judgeJobs = (recorded: RecordedRun, script: RunScript, session: HistorySession): JobReplay[] => {
  const ids = session.registered?.jobs.map(({ id }) => id) ?? [];
  const gone = [...recorded.jobs.keys()].filter((id) => !ids.includes(id));
  const states = new Map<string, Outcome>();
  for (const id of ids) states.set(id, replayedOutcome(session, id, states));
  return [...ids, ...gone].map((id) => {
    const job = recorded.jobs.get(id);
    const replayed = states.get(id) ?? null;
    const { calls, divergence } = script.of(id);
    const before = job === undefined ? null : outcomeOfJob(job);
    const cut = recorded.registered === null && !hasOwnEndOfRun(recorded);
    const verdict = divergence === undefined ? judge(job, replayed, cut) : 'diverged';
    return { id, verdict, recorded: before, replayed, calls };
  });
};

/** The outcome of the run, recorded and replayed. */
export const outcomeOfRun = (
  recorded: RecordedRun,
  jobs: readonly JobReplay[],
  session: HistorySession,
): { recorded: Outcome; replayed: Outcome } => {
  const { state, failureKind } = recorded;
  const isUnknown = jobs.some(({ replayed }) => replayed?.state === 'unknown');
  const end = session.runEnd;
  const replayed =
    typeof end === 'object'
      ? outcome('failed', `${end.failureKind}: ${end.message}`)
      : outcome(isUnknown || end === undefined ? 'unknown' : end);
  return { recorded: outcome(state, failureKind), replayed };
};

/** What the whole comparison comes to. */
export const verdictOf = (
  run: RecordedRun,
  jobs: readonly JobReplay[],
  { recorded, replayed }: { recorded: Outcome; replayed: Outcome },
): Verdict => {
  if (jobs.some(({ verdict }) => verdict === 'diverged')) return 'diverged';
  if (jobs.some(({ verdict }) => verdict === 'incomplete') || !hasOwnEndOfRun(run)) return 'incomplete';
  const isSame =
    recorded.state === replayed.state &&
    (run.failureKind === null || replayed.message?.startsWith(`${run.failureKind}: `) === true);
  return isSame ? 'same' : 'diverged';
};

const outcome = (state: string, message: string | null = null, exitCode: number | null = null): Outcome => ({
  state,
  exitCode,
  message,
});

const outcomeOfJob = ({ state, message, exitCode }: RecordedJob): Outcome =>
  outcome(state, message, exitCode);

/** Nobody cancels a replay: a job that is canceled in it is one that history could not answer. */
const replayedOutcome = (
  { ends }: HistorySession,
  id: string,
  states: ReadonlyMap<string, Outcome>,
): Outcome => {
  const end = ends.get(id);
  if (end === undefined) return outcome('unknown', 'it did not come to an end');
  const { type, data } = end;
  const message = data.message ?? null;
  switch (type) {
    case 'job.canceled':
      return outcome('unknown', message);
    case 'job.skipped': {
      const input = data.inputId ?? null;
      if (input !== null && states.get(input)?.state === 'unknown') {
        return outcome('unknown', `its input :${input} is unknown`);
      }
      return outcome('skipped', message);
    }
    case 'job.failed':
      return outcome(data.allowed === true ? 'allowed-failure' : 'failed', message, data.exitCode ?? null);
    default:
      return outcome(type.slice('job.'.length), message);
  }
};

const judge = (job: RecordedJob | undefined, replayed: Outcome | null, cut: boolean): Verdict => {
  if (cut) return 'incomplete';
  if (job === undefined || replayed === null) return 'diverged';
  if (replayed.state === 'unknown' || !hasOwnEnd(job)) return 'incomplete';
  return job.state === replayed.state && job.exitCode === replayed.exitCode ? 'same' : 'diverged';
};
