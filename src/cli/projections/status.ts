import type { ProjectionStatus } from '../../store/index.js';
import type { CliContext } from '../context.js';
import { formatTime } from '../duration.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { withReader } from '../read-store.js';
import { askServer } from '../server-client.js';
import { type Column, layoutTable } from '../table.js';

/**
 * `quire projections status`: as the server knows it, with the progress of its rebuild; without one, as the
 * database has it. Exit 1 when one is not current.
 */
export const showStatus = async (context: CliContext): Promise<ExitCode> => {
  const { root, output } = context;
  const answer = await askServer(root, 'GET', '/api/projections');
  const status =
    (answer as ProjectionStatus[] | undefined) ??
    (await withReader(root, (reader) => reader.projectionStatus()));
  if (context.json) await output.document(status);
  else {
    for (const line of layoutTable(columns, status, { width: output.width(), titleStyle: output.style.dim }))
      await output.line(line);
    for (const { name, error } of status) if (error !== null) await output.line(`${name}: ${error}`);
  }
  return status.every(({ state }) => state === 'current') ? exitCode.ok : exitCode.no;
};

const stateText = ({ state, progress }: ProjectionStatus): string =>
  progress === null ? state : `${state} ${progress.phase} ${progress.seq}/${progress.headSeq}`;

const columns: readonly Column<ProjectionStatus>[] = [
  { title: 'PROJECTION', cell: ({ name }) => name },
  { title: 'STATE', cell: stateText },
  { title: 'VERSION', cell: ({ version }) => version, dropOrder: 2 },
  { title: 'BUILT AT', align: 'right', cell: ({ builtSeq }) => (builtSeq === null ? '' : String(builtSeq)) },
  { title: 'TIME', cell: ({ builtAtMs }) => (builtAtMs === null ? '' : formatTime(builtAtMs)), dropOrder: 1 },
];
