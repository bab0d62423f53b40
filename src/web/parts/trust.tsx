import type { TrustModel } from '../trust/trust-model.js';
import { actionFormId } from './action-form.js';
import { durationText, Time } from './time.js';

/** The read models, one a row: whether their rows are those of today's reducers, and how far a rebuild is. */
export const ReadModels = ({ trust, nowMs }: { trust: TrustModel; nowMs: number }) => (
  <section aria-labelledby="projections-title">
    <h2 id="projections-title">Read models</h2>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, which the keyboard must reach */}
    <div class="scroll" tabIndex={0}>
      <table class="figures words">
        <thead>
          <tr>
            <th scope="col">Rows of</th>
            <th scope="col">State</th>
            <th scope="col">Folded</th>
          </tr>
        </thead>
        <tbody>
          {trust.projections.map((projection) => (
            <tr key={projection.name}>
              <th scope="row">{projection.name.replaceAll('_', ' ')}</th>
              <td>
                <ProjectionState projection={projection} />
              </td>
              <td>
                <Folded projection={projection} nowMs={nowMs} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </section>
);

/** What came after that is folded as it comes. */
const Folded = ({
  projection: { builtSeq, builtAtMs },
  nowMs,
}: {
  projection: TrustModel['projections'][number];
  nowMs: number;
}) => {
  if (builtSeq === null || builtAtMs === null) return 'not yet';
  if (builtSeq === 0) return 'from the first event on';
  return (
    <>
      anew at event {builtSeq.toLocaleString('en')}, <Time atMs={builtAtMs} nowMs={nowMs} />
    </>
  );
};

const glyphs = { current: '✓', outdated: '○', rebuilding: '◐' } as const;
const looks = { current: 'succeeded', outdated: 'failed', rebuilding: 'active' } as const;

const ProjectionState = ({ projection }: { projection: TrustModel['projections'][number] }) => {
  const { state, progress, error } = projection;
  return (
    <>
      <span class={`state state-${looks[state]}`}>
        <span class="glyph" aria-hidden="true">
          {glyphs[state]}
        </span>
        <span class="word">{state}</span>
      </span>
      {progress !== null && <span class="quiet">, {progressText(progress)}</span>}
      {error !== null && <p class="verdict failure">{error}</p>}
    </>
  );
};

const progressText = ({
  phase,
  seq,
  headSeq,
  copiedRows,
  rows,
  timeLeftMs,
}: NonNullable<TrustModel['projections'][number]['progress']>): string => {
  const [done, all] = phase === 'copying' ? [copiedRows, rows] : [seq, headSeq];
  const part = all === 0 ? 100 : Math.floor((100 * done) / all);
  const left = phase === 'done' ? '' : `, ${durationText(timeLeftMs)} left`;
  return `${phase} ${done.toLocaleString('en')} of ${all.toLocaleString('en')} ${phase === 'copying' ? 'rows' : 'events'} (${part} %)${left}`;
};

/** Whether rows are what the events say and whether the chain is whole, with the means to ask again. */
export const HistoryChecks = ({ trust, nowMs }: { trust: TrustModel; nowMs: number }) => (
  <section aria-labelledby="trust-title">
    <h2 id="trust-title">History</h2>
    <dl class="ledger">
      <div>
        <dt>Rows and events</dt>
        <dd>
          <LastCheck last={trust.lastCheck} isUnderWay={trust.underWay === 'check'} nowMs={nowMs} />
        </dd>
      </div>
      <div>
        <dt>Chain of events</dt>
        <dd>
          <LastVerify last={trust.lastVerify} isUnderWay={trust.underWay === 'verify'} nowMs={nowMs} />
        </dd>
      </div>
    </dl>
    <div class="buttons">
      <button
        type="submit"
        form={actionFormId}
        formAction="/operations/check"
        disabled={trust.underWay !== null}
      >
        Check all rows
      </button>
      <button
        type="submit"
        form={actionFormId}
        formAction="/operations/verify"
        disabled={trust.underWay !== null}
      >
        Verify the whole chain
      </button>
    </div>
  </section>
);

const LastCheck = ({
  last,
  isUnderWay,
  nowMs,
}: {
  last: TrustModel['lastCheck'];
  isUnderWay: boolean;
  nowMs: number;
}) => (
  <>
    {isUnderWay && <p>Being compared now.</p>}
    {last === null ? (
      !isUnderWay && <span class="quiet">not compared since the start</span>
    ) : (
      <>
        {last.problem !== null ? (
          <Verdict isGood={false} text={`could not be compared: ${last.problem}`} />
        ) : (
          <Verdict
            isGood={last.differences === 0}
            text={
              last.differences === 0
                ? 'the rows are what the events say'
                : `${counted(last.differences, 'row is', 'rows are')} not what the events say`
            }
          />
        )}
        <span class="quiet">
          , {last.scope === 'all' ? 'all of them' : 'a sample'}, {counted(last.checkedRuns, 'run', 'runs')}{' '}
          and {counted(last.events, 'event', 'events')} in {durationText(last.tookMs)},{' '}
          <Time atMs={last.atMs} nowMs={nowMs} />
        </span>
        <Named items={last.named} />
      </>
    )}
  </>
);

const LastVerify = ({
  last,
  isUnderWay,
  nowMs,
}: {
  last: TrustModel['lastVerify'];
  isUnderWay: boolean;
  nowMs: number;
}) => (
  <>
    {isUnderWay && <p>Being read now.</p>}
    {last === null ? (
      !isUnderWay && <span class="quiet">not verified since the start</span>
    ) : (
      <>
        {last.problem !== null ? (
          <Verdict isGood={false} text={`could not be read: ${last.problem}`} />
        ) : (
          <Verdict
            isGood={last.faults === 0}
            text={last.faults === 0 ? 'whole' : `broken in ${counted(last.faults, 'place', 'places')}`}
          />
        )}
        <span class="quiet">
          , {last.scope === 'all' ? 'every event' : 'the newest events'}
          {last.events !== null && `, ${counted(last.events, 'event', 'events')}`} in{' '}
          {durationText(last.tookMs)}, <Time atMs={last.atMs} nowMs={nowMs} />
          {last.redactions > 0 &&
            `; ${counted(last.redactions, 'text was', 'texts were')} destroyed on purpose`}
        </span>
        <Named items={last.named} />
      </>
    )}
  </>
);

const Verdict = ({ isGood, text }: { isGood: boolean; text: string }) => (
  <span class={isGood ? 'state-succeeded' : 'state-failed'}>
    <span class="glyph" aria-hidden="true">
      {isGood ? '✓' : '✗'}
    </span>
    {text}
  </span>
);

const Named = ({ items }: { items: readonly string[] }) =>
  items.length === 0 ? null : (
    <ul class="named">
      {items.map((item) => (
        <li key={item}>
          <code>{item}</code>
        </li>
      ))}
    </ul>
  );

const counted = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
