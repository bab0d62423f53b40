import { jobAddress, shAddress } from '../addresses.js';
import { namesPlace } from '../events/names-place.js';
import type { LogLine } from '../log/line.js';
import type { JobModel, ShModel } from '../models.js';
import { LogLines } from './log-lines.js';
import { commandLine, commandText } from './names.js';
import { Source } from './source.js';
import { State, shownJobState, shownShState } from './state.js';
import { bytesText, Duration } from './time.js';

/** The last lines of a command's log, and how many there are. */
export interface LogTail {
  readonly jobId: string;
  readonly n: number;
  readonly lineCount: number;
  readonly lines: readonly LogLine[];
}

/** Where a job failed, in the source of its pipeline. */
export interface Excerpt {
  readonly jobId: string;
  readonly line: number;
  readonly source: string;
}

/** Lines of source shown before and after the place. */
const around = 2;

interface JobListProps {
  readonly runId: string;
  readonly jobs: readonly JobModel[];
  readonly commands: readonly ShModel[];
  readonly tails: readonly LogTail[];
  readonly excerpts: readonly Excerpt[];
  readonly nowMs: number;
}

/** The jobs of a run with their commands: what ran, how it ended, how long it took, and why it did not run. */
export const JobList = ({ runId, jobs, commands, tails, excerpts, nowMs }: JobListProps) => (
  <ol class="jobs">
    {jobs.map((job) => (
      <li key={job.jobId} id={`job-${job.position}`} class="job">
        <header>
          <h3>
            <a href={jobAddress(runId, job.jobId)}>
              <bdi>{job.jobId}</bdi>
            </a>
          </h3>
          <State state={shownJobState(job)} />
          {job.startedAtMs !== null && job.reusedFrom === null && (
            <Duration fromMs={job.startedAtMs} toMs={job.finishedAtMs} nowMs={nowMs} />
          )}
          <p class="inputs">
            {job.inputs.length > 0 && `after ${job.inputs.map(inputName).join(', ')}`}
            {job.attempt > 1 && `, attempt ${job.attempt}`}
          </p>
        </header>
        {job.reusedFrom !== null && <ReusedResult jobId={job.jobId} runId={job.reusedFrom} />}
        {job.message !== null && <JobMessage job={job} />}
        {excerpts
          .filter(({ jobId }) => jobId === job.jobId)
          .map(({ line, source }) => (
            <Source key={line} source={source} from={line - around} to={line + around} marked={[line]} />
          ))}
        <CommandList
          runId={runId}
          commands={commands.filter(({ jobId }) => jobId === job.jobId)}
          tails={tails.filter(({ jobId }) => jobId === job.jobId)}
          position={job.position}
          nowMs={nowMs}
        />
      </li>
    ))}
  </ol>
);

/** The source of all pipelines is the push. */
const inputName = (input: string): string => (input === 'quire/push' ? 'the push' : input);

export const JobMessage = ({ job }: { job: JobModel }) => (
  <p class={job.state === 'failed' && !job.allowedFailure ? 'verdict failure' : 'verdict'}>
    {job.location !== null && !namesPlace(job.message ?? '', job.location) && (
      <code class="place">
        {job.location.file}:{job.location.line}
        {job.location.column !== undefined && `:${job.location.column}`}
      </code>
    )}{' '}
    {job.message}
  </p>
);

/** Where the result of a job comes from that this run did not run. */
export const ReusedResult = ({ jobId, runId }: { jobId: string; runId: string }) => (
  <p class="verdict">
    Not run again: it keeps <a href={jobAddress(runId, jobId)}>its result of the earlier run</a>.
  </p>
);

const CommandList = ({
  runId,
  commands,
  tails,
  position,
  nowMs,
}: {
  runId: string;
  commands: readonly ShModel[];
  tails: readonly LogTail[];
  position: number;
  nowMs: number;
}) =>
  commands.length === 0 ? null : (
    <ol class="commands">
      {commands.map((command) => {
        const tail = tails.find(({ n }) => n === command.n);
        const address = shAddress(runId, command.jobId, command.n);
        return (
          <li key={command.n} id={`sh-${position}-${command.n}`}>
            <Command command={command} address={address} nowMs={nowMs} />
            {tail !== undefined && tail.lines.length > 0 && (
              <>
                {tail.lineCount > tail.lines.length && (
                  <p class="more">
                    <a href={address}>{tail.lineCount - tail.lines.length} earlier lines</a>
                  </p>
                )}
                <LogLines lines={tail.lines} address={address} idPrefix={`T${position}-${command.n}-`} />
              </>
            )}
          </li>
        );
      })}
    </ol>
  );

/** One command in one line: state, text, exit, size of its output, time. Without an address it is no link. */
export const Command = ({
  command,
  address,
  nowMs,
}: {
  command: ShModel;
  address: string | undefined;
  nowMs: number;
}) => {
  const text = (
    <code>
      <bdi>{commandLine(command.cmd)}</bdi>
    </code>
  );
  return (
    <div class="command">
      <State state={shownShState(command)} bare />
      {address === undefined ? (
        <span class="cmd-text" title={commandText(command.cmd)}>
          {text}
        </span>
      ) : (
        <a class="cmd-text" href={address} title={commandText(command.cmd)}>
          {text}
        </a>
      )}
      <span class="exit">{exitText(command)}</span>
      <span class="size">
        {command.logBytes === null ? '' : bytesText((command.stdoutBytes ?? 0) + (command.stderrBytes ?? 0))}
      </span>
      <Duration fromMs={command.startedAtMs} toMs={command.finishedAtMs} nowMs={nowMs} />
    </div>
  );
};

/** How a command ended, in words. */
export const exitText = (command: ShModel): string => {
  if (command.state === 'active') return 'running';
  if (command.state === 'interrupted') return command.message ?? 'interrupted';
  const end = command.signal === null ? `exit ${command.exitCode}` : `ended by ${command.signal}`;
  return `${command.timedOut ? 'timed out, ' : ''}${end}${command.logTruncated ? ', log cut' : ''}`;
};
