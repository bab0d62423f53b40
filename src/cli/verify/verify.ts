import { describeLogFinding, type LogReport, verifyLogs } from '../../history/index.js';
import { shLogPath } from '../../runner/index.js';
import {
  describeFinding,
  type Difference,
  isFault,
  maxFindings,
  type PublishedHead,
} from '../../store/index.js';
import { CliError } from '../cli-error.js';
import type { CliContext } from '../context.js';
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
      return chain.findings.some(isFault) ? exitCode.no : exitCode.ok;
    }
    const rows = options.full === true ? reader.check() : null;
    const logs =
      options.full === true
        ? await verifyLogs(reader, (runId, jobId, n) => shLogPath(context.root, runId, jobId, n))
        : null;
    const good =
      !chain.findings.some(isFault) && (rows?.length ?? 0) === 0 && (logs?.findings.length ?? 0) === 0;
    if (json) await output.document({ ok: good, chain, rows, logs });
    else for (const line of reportLines(context, chain, rows, logs)) await output.line(line);
    return good ? exitCode.ok : exitCode.no;
  });

const reportLines = (
  { output: { style } }: CliContext,
  chain: ReturnType<Parameters<Parameters<typeof withReader>[1]>[0]['verify']>,
  rows: readonly Difference[] | null,
  logs: LogReport | null,
): string[] => {
  const mark = (good: boolean) => (good ? style.green('✓') : style.red('✗'));
  const faults = chain.findings.filter(isFault);
  const redacted = chain.findings.length - faults.length;
  const more = chain.findings.length >= maxFindings ? [`  (only the first ${maxFindings} are shown)`] : [];
  const lines = [
    `${mark(faults.length === 0)} ${chain.events} events, head ${chain.head.seq} ${chain.head.hash}` +
      (redacted === 0 ? '' : `, ${redacted} redacted`),
    ...chain.findings.map((finding) => `  ${describeFinding(finding)}`),
    ...more,
  ];
  if (rows !== null) {
    lines.push(`${mark(rows.length === 0)} rows are what the events say`, ...differenceLines(rows));
  }
  if (logs !== null) {
    lines.push(
      `${mark(logs.findings.length === 0)} ${logs.logs} logs, ${logs.bytes} bytes`,
      ...logs.findings.map((finding) => `  ${describeLogFinding(finding)}`),
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
