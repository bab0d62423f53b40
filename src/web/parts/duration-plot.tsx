import { durationText } from './time.js';

export interface PlotPoint {
  readonly id: string;
  readonly state: string;
  readonly durationMs: number | null;
}

/** Durations in their order as bars from a common ground, coloured by how the run ended. */
export const DurationPlot = ({
  points,
  label,
  small = false,
}: {
  points: readonly PlotPoint[];
  label: string;
  small?: boolean;
}) => {
  const height = small ? 22 : 90;
  const step = small ? 3 : 8;
  const width = Math.max(1, points.length) * step;
  const longest = Math.max(1, ...points.map(({ durationMs }) => durationMs ?? 0));
  return (
    <figure class={small ? 'plot small' : 'plot'}>
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
        <title>{label}</title>
        {points.map(({ id, state, durationMs }, index) => {
          if (durationMs === null) return null;
          const barHeight = Math.max(1.5, (durationMs / longest) * (height - 2));
          return (
            <rect
              key={id}
              class={`cmd bar-${state}`}
              x={index * step}
              y={height - barHeight}
              width={step - (small ? 1 : 2)}
              height={barHeight}
            >
              <title>{`${durationText(durationMs)}, ${state}`}</title>
            </rect>
          );
        })}
      </svg>
      {!small && (
        <figcaption class="quiet">oldest on the left; the longest took {durationText(longest)}</figcaption>
      )}
    </figure>
  );
};
