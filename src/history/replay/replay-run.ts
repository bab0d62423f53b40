import { pipelinePath, RunExecution, UnknownAnswerError } from '../../ci/index.js';
import { type Given, given } from '../../events/given.js';
import type { Bootstrap, Diagnostic, ReusableJob } from '../../events/index.js';
import type { StoreReader } from '../../store/index.js';
import type { Divergence } from './call.js';
import { type JobReplay, judgeJobs, type Outcome, outcomeOfRun, type Verdict, verdictOf } from './compare.js';
import { HistorySession } from './history-session.js';
import { type HistoryFiles, HistoryWorld } from './history-world.js';
import { withColumn } from './locate.js';
import { type ReadRun, readRecorded } from './read-recorded.js';
import type { RecordedRun } from './recorded-run.js';
import { RunScript } from './run-script.js';
import { Turns } from './turns.js';

/** The bytes of a file of a pipeline by its path from the top of the repository; undefined when there is none. */
export type ReadFile = (path: string) => Uint8Array | undefined;

/** Where the files of a run are, and what can be asked of its repository, while there is one. */
export interface RunFiles {
  readBlob(sha256: string): Buffer | undefined;
  logPath(runId: string, jobId: string, n: number): string;
  /** The files below `.quire` in the run's commit; undefined when the repository does not have it any more. */
  committed(run: Pick<RecordedRun, 'repo' | 'sha'>): Promise<ReadFile | undefined>;
  /** What the code was given, where its record lacks it. */
  given(run: Pick<RecordedRun, 'runId' | 'repo'>): Promise<Given | undefined>;
}

/** The pipeline of a run was run again, and everything it asked was answered from history. */
export interface Replay {
  readonly runId: string;
  readonly repo: string;
  readonly ref: string;
  readonly sha: string;
  /** `incomplete`: it went the recorded way as far as history goes. */
  readonly verdict: Verdict;
  readonly recorded: Outcome;
  readonly replayed: Outcome;
  /** In the order they run; those that are not in the new pipeline behind the others. */
  readonly jobs: readonly JobReplay[];
  /** The first call in which the replay left the record. */
  readonly divergence: Divergence | null;
  readonly diagnostics: readonly Diagnostic[];
  /** How long it took, reading included. */
  readonly tookMs: number;
}

/** A run whose history does not hold what its pipeline began with. */
export class NotReplayableError extends Error {
  readonly code = 'not-replayable';
  constructor(
    readonly runId: string,
    problem: string,
  ) {
    super(`run ${runId} cannot be replayed: ${problem}`);
  }
}

export interface ReplayRequest {
  readonly reader: StoreReader;
  readonly runId: string;
  readonly files: RunFiles;
  /** Another pipeline than the run's own. */
  readonly pipeline?: ReadFile | undefined;
  /** The events whose text was destroyed, when they are known already. */
  readonly redacted?: ReadonlySet<number>;
}

/**
 * Runs the code of a pipeline again, with every `sh`, `secret`, `read-file`, `env` and random number answered from the
 * history of a run. Executes nothing and writes nothing. Throws {@link NotReplayableError}.
 */
export const replayRun = async (request: ReplayRequest): Promise<Replay> => {
  const { reader, runId, files, redacted } = request;
  const beganAtMs = performance.now();
  const read = readRecorded(reader, runId, redacted);
  if (read === undefined) throw new NotReplayableError(runId, 'there is no such run');
  const { recorded } = read;
  const own = await ownSource(recorded, files);
  const start = await bootstrapOf(recorded, files);
  const source = request.pipeline ?? own.read;
  const execution = { read, start, files };
  let result = compare(recorded, await execute(execution, source));
  if (request.pipeline === undefined && own.missed.size > 0 && result.verdict !== 'same') {
    const committed = await files.committed(recorded);
    const whole: ReadFile = (path) => own.read(path) ?? committed?.(path);
    result = compare(recorded, await execute(execution, whole, committed === undefined));
  }
  const { divergence, session } = result;
  return {
    runId,
    repo: recorded.repo,
    ref: recorded.ref,
    sha: recorded.sha,
    verdict: result.verdict,
    ...result.outcomes,
    jobs: result.jobs,
    divergence: divergence === undefined ? null : located(divergence, own.read, source),
    diagnostics: typeof session.runEnd === 'object' ? session.runEnd.diagnostics : [],
    tookMs: performance.now() - beganAtMs,
  };
};

/** The run's own pipeline: from what was kept with the run, else from its commit. */
const ownSource = async (recorded: RecordedRun, files: RunFiles) => {
  const { registered, runId } = recorded;
  const modules = new Map(registered?.modules?.map(({ path, sha256 }) => [path, sha256]));
  if (registered !== null) modules.set(pipelinePath, registered.sourceSha256);
  const missed = new Set<string>();
  const read: ReadFile = (path) => {
    const sha256 = modules.get(path);
    const bytes = sha256 === undefined ? undefined : files.readBlob(sha256);
    if (bytes === undefined) missed.add(path);
    return bytes;
  };
  if (read(pipelinePath) !== undefined) return { read, missed };
  const committed = await files.committed(recorded);
  if (committed?.(pipelinePath) !== undefined) return { read: committed, missed: new Set<string>() };
  throw new NotReplayableError(
    runId,
    `its ${pipelinePath} was not kept and its commit ${recorded.sha.slice(0, 10)} is not in the repository`,
  );
};

const bootstrapOf = async (recorded: RecordedRun, files: RunFiles): Promise<Bootstrap> => {
  const { runId, started, envRedactedSeq } = recorded;
  if (started === null) throw new NotReplayableError(runId, 'it was never started');
  const { push, limits } = await givenOf(recorded, files);
  return {
    runId,
    push,
    limits,
    seed: started.seed,
    env: envRedactedSeq === null ? started.env : destroyedEnvironment(envRedactedSeq),
    workspace: '/workspace',
    blobs: '/blobs',
    traceparent: started.traceparent,
    deadlineAtMs: Number.MAX_SAFE_INTEGER,
    sharedDisk: true,
    reusable: recorded.reused.map((job) => withOutputs(job, files)),
  };
};

const givenOf = async (recorded: RecordedRun, files: RunFiles): Promise<Given> => {
  const sha256 = recorded.registered?.givenSha256 ?? null;
  const bytes = sha256 === null ? undefined : files.readBlob(sha256);
  const parsed = bytes === undefined ? undefined : given.safeParse(parseJson(bytes));
  const found = parsed?.success === true ? parsed.data : await files.given(recorded);
  if (found !== undefined) return found;
  throw new NotReplayableError(
    recorded.runId,
    'the push and the limits that its code was given were not kept, and its commit is not in the repository',
  );
};

/** The names are asked for as in any object; every question about a value has no answer. */
const destroyedEnvironment = (seq: number): Record<string, string> =>
  new Proxy(
    {},
    {
      ownKeys: () => [],
      getOwnPropertyDescriptor: () => {
        throw new UnknownAnswerError(`history ends here: the text of event ${seq} was destroyed`);
      },
    },
  );

const withOutputs = (job: ReusableJob, files: RunFiles): ReusableJob => {
  const bytes = job.outputsSha256 === null ? undefined : files.readBlob(job.outputsSha256);
  return bytes === undefined ? job : { ...job, outputs: parseJson(bytes) as ReusableJob['outputs'] };
};

const parseJson = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
};

interface Execution {
  readonly read: ReadRun;
  readonly start: Bootstrap;
  readonly files: RunFiles;
}

/** @param isPartial whether a file that a job asks for and that is not there may have been there in the run. */
const execute = async ({ read, start, files }: Execution, readFile: ReadFile, isPartial = false) => {
  const { recorded, isLogRedacted } = read;
  const script = new RunScript(recorded);
  const turns = new Turns();
  const session = new HistorySession(script, turns);
  const historyFiles: HistoryFiles = {
    readSource(path) {
      const bytes = readFile(path);
      if (bytes !== undefined || !isPartial || session.registered === undefined) return bytes;
      throw new UnknownAnswerError(`history ends here: ${path} was not kept`);
    },
    readBlob: (sha256) => files.readBlob(sha256),
    logPath: (jobId, n) => files.logPath(recorded.runId, jobId, n),
    isLogRedacted,
  };
  const world = new HistoryWorld(script, historyFiles, turns);
  await new RunExecution({ bootstrap: start, runDir: '/run', session, world }).execute();
  return { script, session };
};

const compare = (recorded: RecordedRun, { script, session }: Awaited<ReturnType<typeof execute>>) => {
  const jobs = judgeJobs(recorded, script, session);
  const outcomes = outcomeOfRun(recorded, jobs, session);
  const verdict = verdictOf(recorded, jobs, outcomes);
  return { session, jobs, outcomes, verdict, divergence: script.firstDivergence };
};

const located = (divergence: Divergence, own: ReadFile, source: ReadFile): Divergence => {
  const { recorded, replayed } = divergence;
  return {
    ...divergence,
    recorded: recorded && { ...recorded, location: withColumn(recorded, own) },
    replayed: replayed && { ...replayed, location: withColumn(replayed, source) },
  };
};
