import { isEventType } from '../../events/index.js';
import {
  type BlobFinding,
  describeBlobFinding,
  describeLogFinding,
  type LogFinding,
  verifyBlobs,
  verifyLogs,
} from '../../history/index.js';
import { blobFolder, shLogPath } from '../../runner/run-folder.js';
import {
  CheckError,
  damagedRemedy,
  describeFinding,
  type Difference,
  finishLogRedactions,
  isFault,
  type StoreReader,
} from '../../store/index.js';
import type { CliContext } from '../context.js';
import { differenceLines } from '../projections/difference-lines.js';
import { rebuildAll } from '../projections/rebuild.js';
import { withReader } from '../read-store.js';
import { type Check, maxShown, type Problem, readableRemedy, shownOf } from './problem.js';

/** The events, the rows folded from them, and the files that they vouch for. */
export const historyChecks = (context: CliContext): readonly Check[] => {
  const rebuild = () => rebuildAll(context);
  return [
    { name: 'the database file is sound', run: checkFile },
    { name: 'read models are of this version', run: (reader) => checkVersions(reader, rebuild) },
    { name: 'the chain of events is whole', run: checkChain },
    { name: 'rows are what the events say', run: (reader) => checkRows(reader, rebuild) },
    { name: 'logs are what the events say', run: (reader) => checkLogs(reader, context.root) },
    {
      name: 'stored contents are there, and are what their names say',
      run: (reader) => checkBlobs(reader, context.root),
    },
  ];
};

const restore = 'restore a backup from before, and find out who had the file';

const checkFile = (reader: StoreReader): Problem[] =>
  reader.findDamage().map((line) => ({
    what: `SQLite finds the file damaged: ${line}`,
    remedy: damagedRemedy,
  }));

const checkVersions = (reader: StoreReader, repair: () => Promise<void>): Problem[] =>
  reader
    .projectionStatus()
    .filter(({ state }) => state === 'outdated')
    .map(({ name, builtVersion }) => ({
      what:
        builtVersion === null
          ? `the rows of ${name} were never folded`
          : `the rows of ${name} were folded by another version`,
      remedy: 'quire projections rebuild, or start quire serve: it rebuilds them by itself',
      repair,
    }));

const checkChain = (reader: StoreReader): readonly Problem[] =>
  shownOf(
    reader
      .verify()
      .findings.filter(isFault)
      .map((finding) => ({
        what: describeFinding(finding),
        remedy: `the history itself was changed: ${restore}`,
      })),
    'quire verify',
  );

const checkRows = (reader: StoreReader, repair: () => Promise<void>): Problem[] => {
  let differences: Difference[];
  try {
    differences = reader.check();
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    return [
      {
        what: error.message,
        remedy:
          error.type === null || isEventType(error.type)
            ? `the events cannot be folded any more: ${restore}`
            : 'install the quire that wrote the event, or compare without: quire projections check --skip-unknown',
      },
    ];
  }
  const lines = differenceLines(differences).map((line) => line.trim());
  if (lines.length === 0) return [];
  return [
    {
      what: [...lines.slice(0, maxShown), ...moreLines(lines.length)].join('\n  '),
      remedy: 'quire projections rebuild',
      repair,
    },
  ];
};

const moreLines = (count: number): string[] =>
  count > maxShown ? [`… and ${count - maxShown} more: quire projections check`] : [];

const checkLogs = async (reader: StoreReader, root: string): Promise<readonly Problem[]> => {
  const { findings } = await verifyLogs(reader, (runId, jobId, n) => shLogPath(root, runId, jobId, n));
  return shownOf(
    findings.map((finding) => problemOf(root, finding)),
    'quire verify --full',
  );
};

const problemOf = (root: string, finding: LogFinding): Problem => {
  const what = describeLogFinding(finding);
  if (finding.code === 'log-unreadable') return { what, remedy: readableRemedy };
  if (finding.code !== 'redaction-unfinished') {
    return {
      what,
      remedy:
        'restore the file from a backup; without one the bytes are lost, and the event says what they were',
    };
  }
  return {
    what,
    remedy: 'quire doctor --fix, or the same quire events redact again',
    repair: () =>
      withReader(root, async (reader) => {
        await finishLogRedactions(reader, finding, finding.path);
      }),
  };
};

const checkBlobs = async (reader: StoreReader, root: string): Promise<readonly Problem[]> => {
  const { findings } = await verifyBlobs(reader, blobFolder(root));
  return shownOf(
    findings.map((finding) => ({ what: describeBlobFinding(finding), remedy: remedyOf(finding) })),
    'quire verify --full',
  );
};

const remedyOf = ({ code, firstNamed }: BlobFinding): string => {
  if (firstNamed === null) return 'put the file of a backup in its place, or delete it: no event needs it';
  const lost = 'without one the contents are lost';
  switch (code) {
    case 'blob-missing':
      return `copy the file of this name from the blobs/ of a backup; ${lost}`;
    case 'blob-changed':
      return `put the file of a backup in its place, and find out who had it; ${lost}`;
    case 'blob-unreadable':
      return `see to it that the server's user can read the file, or put that of a backup in its place; ${lost}`;
  }
};
