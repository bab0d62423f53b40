import {
  type BlobReport,
  describeBlobFinding,
  describeLogFinding,
  describeLogRedaction,
  type LogReport,
  maxBlobFindings,
  maxLogFindings,
  verifyBlobs,
  verifyLogs,
} from '../../history/index.js';
import { blobFolder, shLogPath } from '../../runner/index.js';
import {
  type ChainReport,
  CheckError,
  describeFinding,
  type Difference,
  isFault,
  maxFindings,
  type PublishedHead,
  type StoreReader,
} from '../../store/index.js';
import { CliError } from '../cli-error.js';
import type { CliContext } from '../context.js';
import { counted } from '../counted.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { withReader } from '../read-store.js';
import { differenceLines } from '../projections/difference-lines.js';

export interface VerifyOptions {
  readonly full?: boolean;
  readonly head?: boolean;
  readonly against?: string;
}

/** `quire verify [--full]`: exit 1 when anything is not what was stored. */
export const verify = (context: CliContext, options: VerifyOptions): Promise<ExitCode> =>
  withReader(context.root, async (reader) => {
    const { output, json } = context;
    const published = options.against === undefined ? undefined : parseHead(options.against);
    const chain = reader.verify(published);
    if (options.head === true) {
      await (json ? output.document(chain.head) : output.line(`${chain.head.seq} ${chain.head.hash}`));
      const faults = chain.findings.filter(isFault).length;
      if (faults === 0) return exitCode.ok;
      if (!json) {
        output.note(`the chain behind this head has ${counted(faults, 'fault')}; quire verify tells which`);
      }
      return exitCode.no;
    }
    const rows = options.full === true ? checkRows(reader) : null;
    const logs =
      options.full === true
        ? await verifyLogs(reader, (runId, jobId, n) => shLogPath(context.root, runId, jobId, n))
        : null;
    const blobs = options.full === true ? await verifyBlobs(reader, blobFolder(context.root)) : null;
    const good =
      !chain.findings.some(isFault) &&
      (rows === null || isWell(rows)) &&
      (logs?.findings.length ?? 0) === 0 &&
      (blobs?.findings.length ?? 0) === 0;
    if (json) {
      const { differences, problem, leftOut } = rows ?? { differences: null, problem: null, leftOut: null };
      await output.document({
        ok: good,
        chain,
        rows: differences,
        rowsProblem: problem,
        rowsLeftOut: leftOut,
        logs,
        blobs,
      });
    } else for (const line of reportLines(context, chain, rows, logs, blobs)) await output.line(line);
    return good ? exitCode.ok : exitCode.no;
  });

interface Rows {
  readonly differences: readonly Difference[];
  /** Why the events could not be folded; null when they could. */
  readonly problem: string | null;
  /** Read models that wait for their rebuild: their rows are those of another version. */
  readonly leftOut: readonly string[];
}

const isWell = ({ differences, problem }: Rows): boolean => problem === null && differences.length === 0;

/** That the events cannot be folded says nothing about the rest. */
const checkRows = (reader: StoreReader): Rows => {
  const leftOut = reader
    .projectionStatus()
    .filter(({ state }) => state === 'outdated')
    .map(({ name }) => name);
  try {
    return { differences: reader.check(), problem: null, leftOut };
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    return { differences: [], problem: error.message, leftOut };
  }
};

const reportLines = (
  { output: { style } }: CliContext,
  chain: ChainReport,
  rows: Rows | null,
  logs: LogReport | null,
  blobs: BlobReport | null,
): string[] => {
  const mark = (good: boolean) => (good ? style.green('✓') : style.red('✗'));
  const faults = chain.findings.filter(isFault);
  const redacted = chain.findings.length - faults.length;
  const more = [
    ...(faults.length >= maxFindings ? [`  (only the first ${maxFindings} faults are shown)`] : []),
    ...(redacted >= maxFindings ? [`  (only the first ${maxFindings} redactions are shown)`] : []),
  ];
  const lines = [
    `${mark(faults.length === 0)} ${counted(chain.events, 'event')}, head ${chain.head.seq} ${chain.head.hash}` +
      (redacted === 0 ? '' : `, ${redacted}${redacted >= maxFindings ? ' or more' : ''} redacted`),
    ...chain.findings.map((finding) => `  ${describeFinding(finding)}`),
    ...more,
  ];
  if (rows !== null) {
    lines.push(`${mark(isWell(rows))} rows are what the events say`, ...differenceLines(rows.differences));
    if (rows.problem !== null) lines.push(`  ${rows.problem}`);
    if (rows.leftOut.length > 0) {
      lines.push(`  left out, because they wait for their rebuild: ${rows.leftOut.join(', ')}`);
    }
  }
  if (logs !== null) {
    lines.push(
      `${mark(logs.findings.length === 0)} ${counted(logs.logs, 'log')}, ${counted(logs.bytes, 'byte')}` +
        (logs.redactions.length === 0 ? '' : `, ${counted(logs.redactions.length, 'redaction')}`),
      ...logs.redactions.map((redaction) => `  ${describeLogRedaction(redaction)}`),
      ...logs.findings.map((finding) => `  ${describeLogFinding(finding)}`),
      ...(logs.findings.length >= maxLogFindings ? [`  (only the first ${maxLogFindings} are shown)`] : []),
    );
  }
  if (blobs !== null) {
    lines.push(
      `${mark(blobs.findings.length === 0)} ${counted(blobs.blobs, 'blob')}, ${counted(blobs.bytes, 'byte')}`,
      ...blobs.findings.map((finding) => `  ${describeBlobFinding(finding)}`),
      ...(blobs.findings.length >= maxBlobFindings
        ? [`  (only the first ${maxBlobFindings} are shown)`]
        : []),
    );
  }
  return lines;
};

const parseHead = (text: string): PublishedHead => {
  const [, seq, hash] = /^(\d{1,15})[: ]([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq !== undefined && hash !== undefined) return { seq: Number(seq), hash };
  throw new CliError(
    'usage',
    `--against expects a head as quire verify --head prints it (seq:hash), found ${JSON.stringify(text)}`,
  );
};
