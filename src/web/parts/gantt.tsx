import { jobAddress } from '../addresses.js';
import type { JobModel, RunModel, ShModel } from '../models.js';
import { shownJobState, shownShState } from './state.js';
import { durationText } from './time.js';

interface GanttProps {
  readonly run: RunModel;
  readonly jobs: readonly JobModel[];
  readonly commands: readonly ShModel[];
  readonly nowMs: number;
}

/** When each job waited and ran, and its commands within: one row a job, all on one axis of time. */
export const Gantt = ({ run, jobs, commands, nowMs }: GanttProps) => {
  if (run.startedAtMs === null || jobs.length === 0) return null;
  const from = run.queuedAtMs;
  const to = Math.max(from + 1, run.finishedAtMs ?? nowMs);
  const place = (atMs: number) => (100 * Math.min(Math.max(atMs - from, 0), to - from)) / (to - from);
  const span = (startMs: number, endMs: number) => ({
    x: percent(place(startMs)),
    width: percent(Math.max(0.15, place(endMs) - place(startMs))),
  });
  const ticks = ticksOf(to - from);
  return (
    <section class="gantt" aria-label="When each job ran">
      <div class="gantt-row axis" aria-hidden="true">
        <span />
        <svg class="track" width="100%" height="18" role="presentation">
          {ticks.map((ms) => (
            <text key={ms} x={percent(place(from + ms))} y="12" text-anchor={ms === 0 ? 'start' : 'middle'}>
              {ms === 0 ? '0' : durationText(ms)}
            </text>
          ))}
        </svg>
        <span />
      </div>
      {jobs.map((job) => {
        const state = shownJobState(job);
        const endMs = job.finishedAtMs ?? nowMs;
        const waitEndMs = job.startedAtMs ?? endMs;
        return (
          <div key={job.jobId} class="gantt-row">
            <a href={jobAddress(run.id, job.jobId)}>
              <bdi>{job.jobId}</bdi>
            </a>
            <svg class="track" width="100%" height="22" role="img">
              <title>{rowText(job, nowMs)}</title>
              {ticks.map((ms) => (
                <line
                  key={ms}
                  class="tick"
                  x1={percent(place(from + ms))}
                  x2={percent(place(from + ms))}
                  y1="0"
                  y2="22"
                />
              ))}
              <line
                class="wait"
                x1={percent(place(job.queuedAtMs))}
                x2={percent(place(waitEndMs))}
                y1="11"
                y2="11"
              />
              {job.startedAtMs !== null && job.reusedFrom === null && (
                <rect class={`bar bar-${state}`} y="5" height="12" {...span(job.startedAtMs, endMs)} />
              )}
              {commands
                .filter(({ jobId }) => jobId === job.jobId)
                .map((command) => (
                  <rect
                    key={command.n}
                    class={`cmd bar-${shownShState(command)}`}
                    y="8"
                    height="6"
                    {...span(command.startedAtMs, command.finishedAtMs ?? nowMs)}
                  />
                ))}
            </svg>
            <span class="duration">
              {job.startedAtMs === null || job.reusedFrom !== null
                ? ''
                : durationText(Math.max(0, endMs - job.startedAtMs))}
            </span>
          </div>
        );
      })}
    </section>
  );
};

const percent = (value: number): string => `${Math.round(value * 1000) / 1000}%`;

const rowText = (job: JobModel, nowMs: number): string => {
  if (job.reusedFrom !== null) return `${job.jobId}: not run again, it keeps its earlier result`;
  const waitedMs = (job.startedAtMs ?? job.finishedAtMs ?? nowMs) - job.queuedAtMs;
  const waited = `waited ${durationText(Math.max(0, waitedMs))}`;
  if (job.startedAtMs === null) return `${job.jobId}: ${job.state}, ${waited}`;
  return `${job.jobId}: ${waited}, ran ${durationText(Math.max(0, (job.finishedAtMs ?? nowMs) - job.startedAtMs))}`;
};

/** Four to seven round moments of a span. */
const ticksOf = (spanMs: number): number[] => {
  const step = steps.find((ms) => spanMs / ms <= 6) ?? Math.ceil(spanMs / 6 / 3_600_000) * 3_600_000;
  return Array.from({ length: Math.floor((spanMs * 0.97) / step) + 1 }, (_, i) => i * step);
};

const steps = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000,
  600_000, 900_000, 1_800_000, 3_600_000, 7_200_000,
];
