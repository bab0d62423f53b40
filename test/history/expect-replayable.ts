import { expect } from 'vitest';
import { runs } from '../../projections/index.js';
import { runFilesOf } from '../../src/cli/replay/run-files.js';
import { NotReplayableError, type Replay, replayRun } from '../../src/history/index.js';
import { openStoreReader } from '../../src/store/index.js';

/**
 * The invariant of every scenario: the pipeline of each run, run again on the run's history, makes the same calls in the
 * same order and comes out the same, as far as history goes.
 */
export const expectReplayable = async (root: string): Promise<void> => {
  for (const replay of await replayAll(root))
    expect(inWords(replay), 'a run that cannot be replayed').toBe('');
};

const replayAll = async (root: string): Promise<Replay[]> => {
  const reader = openStoreReader(root);
  const files = runFilesOf(root, reader);
  const replays: Replay[] = [];
  try {
    for (const { id } of reader.read.select({ id: runs.id }).from(runs).all()) {
      try {
        replays.push(await replayRun({ reader, runId: id, files }));
      } catch (error) {
        if (!(error instanceof NotReplayableError)) throw error;
      }
    }
  } finally {
    reader.close();
  }
  return replays;
};

const inWords = ({ runId, verdict, divergence, recorded, replayed, jobs }: Replay): string => {
  if (verdict !== 'diverged') return '';
  const others = jobs.filter((job) => job.verdict === 'diverged');
  return `${runId}: ${JSON.stringify({ divergence, recorded, replayed, others }, null, 2)}`;
};
