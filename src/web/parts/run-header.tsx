import { repoAddress, runAddress, withQuery } from '../addresses.js';
import { firstLine } from '../events/first-line.js';
import type { JobModel, RunModel } from '../models.js';
import type { PageContext } from '../page.js';
import { actionFormId } from './action-form.js';
import { Sha } from './names.js';
import { RunTrail } from './run-trail.js';
import { State } from './state.js';
import { Duration, Time } from './time.js';

export interface RunLinks {
  readonly reruns: readonly { readonly id: string; readonly attempt: number }[];
  /** The runs whose place this one took. */
  readonly superseded: readonly string[];
}

/** What the run is: state, commit, ref, cause, and the runs it hangs together with. */
export const RunHeader = ({
  run,
  reruns,
  superseded,
  visit,
}: { run: RunModel; visit: PageContext } & RunLinks) => (
  <header class="run-header">
    <RunTrail run={run} />
    <h1>
      <bdi>{run.subject || `Run ${run.id}`}</bdi>
    </h1>
    <dl class="facts">
      <Fact name="State">
        <State state={run.state} />
        {run.state === 'active' && run.cancelRequestedAtMs !== null && ', being ended'}
      </Fact>
      <Fact name={run.finishedAtMs === null ? 'Running for' : 'Took'}>
        {run.startedAtMs === null ? (
          <span>{run.finishedAtMs === null ? 'not started' : 'never began'}</span>
        ) : (
          <Duration fromMs={run.startedAtMs} toMs={run.finishedAtMs} nowMs={visit.nowMs} />
        )}
      </Fact>
      <Fact name="Commit">
        <a href={`${repoAddress(run.repo)}/-/pipeline/${run.sha}`} title="The pipeline of this commit">
          <Sha sha={run.sha} />
        </a>
        {run.author !== null && (
          <>
            {' '}
            by <bdi>{run.author}</bdi>
          </>
        )}
      </Fact>
      <Fact name="Pushed">
        by <bdi>{run.pusher}</bdi>, <Time atMs={run.pushedAtMs} nowMs={visit.nowMs} />
      </Fact>
      <Fact name="Waited">
        <Duration fromMs={run.queuedAtMs} toMs={run.startedAtMs ?? run.finishedAtMs} nowMs={visit.nowMs} />
      </Fact>
      <Fact name="Run">
        <code>{run.id}</code>
        {run.attempt > 1 && `, attempt ${run.attempt}`}
      </Fact>
    </dl>
    {run.message !== null && (
      <p class={run.state === 'failed' ? 'verdict failure' : 'verdict'}>
        {run.failureKind !== null && <span class="kind">{run.failureKind}: </span>}
        {run.diagnostics === null || run.diagnostics.length === 0 ? run.message : firstLine(run.message)}
      </p>
    )}
    <Kin run={run} reruns={reruns} superseded={superseded} />
  </header>
);

const Fact = ({ name, children }: { name: string; children: preact.ComponentChildren }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

const Kin = ({ run, reruns, superseded }: { run: RunModel } & RunLinks) => {
  const count = reruns.length + superseded.length;
  if (run.rerunOf === null && run.supersededBy === null && count === 0) return null;
  return (
    <ul class="kin">
      {run.rerunOf !== null && (
        <li>
          Runs again what <a href={runAddress(run.rerunOf)}>attempt {run.attempt - 1}</a> ran.{' '}
          <a href={withQuery('/compare', { left: run.rerunOf, right: run.id })}>Compare</a>
        </li>
      )}
      {run.supersededBy !== null && (
        <li>
          A newer push took its place: <a href={runAddress(run.supersededBy)}>run {run.supersededBy}</a>.
        </li>
      )}
      {superseded.map((id) => (
        <li key={id}>
          Took the place of <a href={runAddress(id)}>run {id}</a>, of an earlier push.
        </li>
      ))}
      {reruns.map(({ id, attempt }) => (
        <li key={id}>
          Run again as <a href={runAddress(id)}>attempt {attempt}</a>.
        </li>
      ))}
    </ul>
  );
};

/** Buttons for what somebody with an identity may do with a run. */
export const RunButtons = ({ run, jobs }: { run: RunModel; jobs: readonly JobModel[] }) => {
  const isOpen = run.state === 'queued' || run.state === 'active';
  const button = { type: 'submit', form: actionFormId } as const;
  if (isOpen) {
    return (
      <div class="buttons">
        <button
          {...button}
          formAction={`${runAddress(run.id)}/cancel`}
          class="danger"
          disabled={run.cancelRequestedAtMs !== null}
        >
          Cancel this run
        </button>
      </div>
    );
  }
  const rerun = { ...button, formAction: `${runAddress(run.id)}/rerun` };
  return (
    <div class="buttons">
      <button {...rerun}>Run again</button>
      {run.state !== 'succeeded' && jobs.some(({ state }) => state === 'succeeded') && (
        <button
          {...rerun}
          name="only"
          value="failed"
          title="Jobs that succeeded keep their results; the others run"
        >
          Run failed jobs again
        </button>
      )}
    </div>
  );
};
