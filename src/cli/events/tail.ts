import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadEvent, StoreReader } from '../../store/index.js';
import type { CliContext } from '../context.js';
import { describeEvent } from '../describe-event.js';
import { formatTime } from '../duration.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { takeInterruption } from '../interruption.js';
import { parseCount } from '../parse-count.js';
import { withReader } from '../read-store.js';
import { parseSeq } from './parse-seq.js';

export interface TailOptions {
  readonly follow?: boolean;
  readonly count: string;
  readonly after?: string;
}

const pageSize = 500;
const pollMs = 250;

/** `quire events tail [-f]`: in order, none left out, none twice. */
export const tailEvents = (context: CliContext, options: TailOptions): Promise<ExitCode> =>
  withReader(context.root, async (reader) => {
    let afterSeq = startOf(reader, options);
    const interruption = options.follow === true ? takeInterruption() : undefined;
    try {
      for (;;) {
        const page = reader.readEvents({ afterSeq, limit: pageSize });
        for (const event of page) await print(context, event);
        afterSeq = page.at(-1)?.seq ?? afterSeq;
        if (page.length === pageSize) continue;
        if (interruption === undefined || interruption.signal.aborted) return exitCode.ok;
        await Promise.race([sleep(pollMs), interruption.happened]);
      }
    } finally {
      interruption?.release();
    }
  });

const startOf = (reader: StoreReader, { after, count }: TailOptions): number => {
  if (after !== undefined) return parseSeq('--after', after);
  const [last] = reader.readEvents({ descending: true, limit: 1 });
  return Math.max(0, (last?.seq ?? 0) - parseCount('--count', count, 1_000_000));
};

const print = ({ json, output }: CliContext, event: ReadEvent): Promise<void> =>
  json
    ? output.record(event)
    : output.line(
        [
          String(event.seq).padStart(7),
          output.style.dim(formatTime(event.occurredAtMs)),
          event.actor.padEnd(10),
          event.type.padEnd(20),
          output.style.dim(event.stream),
          describeEvent(event),
        ].join('  '),
      );
