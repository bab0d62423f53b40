import type { ProjectionStatus } from '../../store/index.js';
import type { CliContext } from '../context.js';
import { formatTime } from '../duration.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { withReader } from '../read-store.js';
import { type Column, layoutTable } from '../table.js';

/** `quire projections status`: exit 1 when one is outdated. */
export const showStatus = (context: CliContext): Promise<ExitCode> =>
  withReader(context.root, async (reader) => {
    const status = reader.projectionStatus();
    const { output } = context;
    if (context.json) await output.document(status);
    else {
      for (const line of layoutTable(columns, status, { titleStyle: output.style.dim }))
        await output.line(line);
    }
    return status.every(({ state }) => state === 'current') ? exitCode.ok : exitCode.no;
  });

const columns: readonly Column<ProjectionStatus>[] = [
  { title: 'PROJECTION', cell: ({ name }) => name },
  { title: 'STATE', cell: ({ state }) => state },
  { title: 'VERSION', cell: ({ version }) => version },
  { title: 'BUILT AT', align: 'right', cell: ({ builtSeq }) => (builtSeq === null ? '' : String(builtSeq)) },
  { title: 'TIME', cell: ({ builtAtMs }) => (builtAtMs === null ? '' : formatTime(builtAtMs)) },
];
