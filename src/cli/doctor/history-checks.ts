import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isEventType } from '../../events/index.js';
import { describeLogFinding, type LogFinding, verifyLogs } from '../../history/index.js';
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
import { type Check, maxShown, type Problem, shownOf } from './problem.js';

/** The events, the rows folded from them, and the files that they vouch for. */
export const historyChecks = (context: CliContext): readonly Check[] => {
  const rebuild = () => rebuildAll(context);
  return [
    { name: 'the database file is sound', run: checkFile },
    { name: 'read models are of this version', run: (reader) => checkVersions(reader, rebuild) },
    { name: 'the chain of events is whole', run: checkChain },
    { name: 'rows are what the events say', run: (reader) => checkRows(reader, rebuild) },
    { name: 'logs are what the events say', run: (reader) => checkLogs(reader, context.root) },
    { name: 'stored contents are what their names say', run: () => checkBlobs(context.root) },
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

/** A blob is what its digest says or it is nothing; who needs a missing one says so itself. */
const checkBlobs = async (root: string): Promise<Problem[]> => {
  const folder = blobFolder(root);
  const problems: Problem[] = [];
  for (const name of await blobsIn(folder)) {
    const digest = createHash('sha256');
    for await (const chunk of createReadStream(join(folder, name))) digest.update(chunk as Buffer);
    const found = digest.digest('hex');
    if (found === name || problems.length >= maxShown) continue;
    problems.push({
      what: `${join(folder, name)}: its bytes were changed; found digest ${found}`,
      remedy: `restore the file: ${restore}`,
    });
  }
  return problems;
};

const blobsIn = async (folder: string): Promise<string[]> => {
  try {
    return (await readdir(folder)).filter((name) => /^[0-9a-f]{64}$/.test(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};
