import type { JobState } from '../../../projections/index.js';
import { type GraphJob, layOutGraph, type PlacedEdge } from '../graph/layout.js';
import { glyphOf, shownJobState } from './state.js';

export interface DrawnJob extends GraphJob {
  readonly state: JobState;
  readonly allowedFailure: boolean;
}

interface JobGraphProps {
  readonly jobs: readonly DrawnJob[];
  /** Where a job leads to; undefined where there is nothing to lead to. */
  address?(jobId: string): string;
}

const columnGap = 56;
const rowHeight = 40;
const charWidth = 8.1;
const maxChars = 22;

/** Beyond this many jobs a picture says less than the list below it. */
const maxDrawn = 120;

/** The jobs as a graph drawn from their inputs, from left to right, each with its state. */
export const JobGraph = ({ jobs, address }: JobGraphProps) => {
  if (jobs.length < 2 || jobs.length > maxDrawn) return null;
  const layout = layOutGraph(jobs);
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const widths = Array.from({ length: layout.columns }, () => 0);
  for (const { id, column } of layout.nodes) widths[column] = Math.max(widths[column]!, widthOf(id));
  const lefts: number[] = [];
  let right = 2;
  for (const width of widths) {
    lefts.push(right);
    right += width + columnGap;
  }
  const width = right - columnGap + 2;
  const height = layout.rows * rowHeight;
  const middle = (row: number) => row * rowHeight + rowHeight / 2;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, which the keyboard must reach
    <div class="graph" tabIndex={0}>
      {/* biome-ignore lint/a11y/useSemanticElements: a picture of links, for which HTML has no element */}
      <svg
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="group"
        aria-labelledby="graph-title"
      >
        <title id="graph-title">{graphText(jobs)}</title>
        {layout.edges.map((edge) => (
          <path
            key={`${edge.from} ${edge.to}`}
            class={`edge edge-${byId.get(edge.from)!.state}`}
            d={pathOf(edge, lefts, widths, middle, widthOf(edge.from))}
          />
        ))}
        {layout.nodes.map(({ id, column, row }) => {
          const state = shownJobState(byId.get(id)!);
          const label = (
            <>
              <rect x={lefts[column]} y={middle(row) - 14} width={widthOf(id)} height={28} rx="3" />
              <text class={`state-${state}`} x={lefts[column]! + 8} y={middle(row) + 5}>
                {glyphOf(state)}
              </text>
              <text class="name" x={lefts[column]! + 26} y={middle(row) + 5}>
                {cut(id)}
              </text>
            </>
          );
          return address === undefined ? (
            <g key={id} class="node">
              {label}
            </g>
          ) : (
            <a key={id} class="node" href={address(id)}>
              {label}
            </a>
          );
        })}
      </svg>
    </div>
  );
};

const cut = (id: string): string => {
  const chars = [...id];
  return chars.length > maxChars ? `${chars.slice(0, maxChars - 1).join('')}…` : id;
};

const widthOf = (id: string): number => Math.round([...cut(id)].length * charWidth) + 36;

/** A curve that leaves and arrives level, through every place the edge passes. */
const pathOf = (
  { through }: PlacedEdge,
  lefts: readonly number[],
  widths: readonly number[],
  middle: (row: number) => number,
  fromWidth: number,
): string => {
  const [first, ...rest] = through;
  let x = lefts[first!.column]! + fromWidth;
  let y = middle(first!.row);
  let path = `M${x} ${y}`;
  const columnEnd = lefts[first!.column]! + widths[first!.column]!;
  if (columnEnd > x) path += `H${columnEnd}`;
  x = columnEnd;
  for (const place of rest) {
    const toX = lefts[place.column]!;
    const toY = middle(place.row);
    const bend = (toX - x) / 2;
    path += `C${x + bend} ${y} ${toX - bend} ${toY} ${toX} ${toY}`;
    x = toX;
    y = toY;
    if (place !== rest.at(-1)) {
      x = toX + widths[place.column]!;
      path += `H${x}`;
    }
  }
  return path;
};

const graphText = (jobs: readonly DrawnJob[]): string =>
  `Jobs and their inputs: ${jobs
    .map((job) => `${job.id} (${shownJobState(job)}) after ${job.inputs.join(', ') || 'nothing'}`)
    .join('; ')}`;
