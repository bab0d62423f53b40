import { sql } from 'drizzle-orm';
import { type RunRow, runs } from '../../projections/index.js';
import type { TransactionReader } from '../store/index.js';

/**
 * The queue is this SELECT: of all waiting runs whose (repository, ref) has none under way, the oldest of the
 * repository that was served longest ago, so that a busy repository does not keep the others waiting.
 */
export const nextRun = (read: TransactionReader): RunRow | undefined =>
  read
    .select()
    .from(runs)
    .where(
      sql`${runs.state} = 'queued' AND ${runs.claimedAtMs} IS NULL AND NOT EXISTS (
        SELECT 1 FROM runs AS other WHERE other.repo = runs.repo AND other.ref = runs.ref AND (
          other.state = 'active' OR (other.state = 'queued' AND other.claimed_at_ms IS NOT NULL)))`,
    )
    .orderBy(
      sql`coalesce((SELECT max(served.claimed_at_ms) FROM runs AS served WHERE served.repo = runs.repo), 0)`,
      runs.queuedAtMs,
      runs.id,
    )
    .limit(1)
    .get();

/** How many runs are being prepared or executed. */
export const runsUnderWay = (read: TransactionReader): number =>
  read
    .select({ count: sql<number>`count(*)` })
    .from(runs)
    .where(sql`${runs.state} = 'active' OR (${runs.state} = 'queued' AND ${runs.claimedAtMs} IS NOT NULL)`)
    .get()?.count ?? 0;
