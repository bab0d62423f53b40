import { z } from 'zod';
import { describeFinding, isFault, type Trust } from '../../store/index.js';

/** Differences and findings that a page names one by one; the command line names more. */
const maxNamed = 20;

export const trustModel = z.strictObject({
  projections: z.array(
    z.strictObject({
      name: z.string(),
      state: z.enum(['current', 'outdated', 'rebuilding']),
      builtSeq: z.int().nullable(),
      builtAtMs: z.int().nullable(),
      progress: z
        .strictObject({
          phase: z.enum(['folding', 'copying', 'catching-up', 'done']),
          seq: z.int(),
          headSeq: z.int(),
          eventsPerSecond: z.number(),
          copiedRows: z.int(),
          rows: z.int(),
          /** Until the end of this phase. */
          timeLeftMs: z.number(),
        })
        .nullable(),
      /** Why its last rebuild stopped. */
      error: z.string().nullable(),
    }),
  ),
  underWay: z.enum(['check', 'verify']).nullable(),
  lastCheck: z
    .strictObject({
      scope: z.enum(['sample', 'all']),
      atMs: z.int(),
      tookMs: z.number(),
      checkedRuns: z.int(),
      events: z.int(),
      /** Rows that are not what the events say. */
      differences: z.int(),
      /** The first of them, table and key. */
      named: z.array(z.string()),
      problem: z.string().nullable(),
    })
    .nullable(),
  lastVerify: z
    .strictObject({
      scope: z.enum(['end', 'all']),
      atMs: z.int(),
      tookMs: z.number(),
      events: z.int().nullable(),
      /** The head that was read. */
      headSeq: z.int().nullable(),
      faults: z.int(),
      redactions: z.int(),
      /** The first faults, in words. */
      named: z.array(z.string()),
      problem: z.string().nullable(),
    })
    .nullable(),
});

export type TrustModel = z.infer<typeof trustModel>;

/** What the server knows of its own history, as its page shows it. */
export const presentTrust = (trust: Trust): TrustModel => ({
  projections: trust.projections().map(({ name, state, builtSeq, builtAtMs, progress, error }) => ({
    name,
    state,
    builtSeq,
    builtAtMs,
    progress: progress === null ? null : { ...progress },
    error,
  })),
  underWay: trust.underWay(),
  lastCheck: presentCheck(trust),
  lastVerify: presentVerify(trust),
});

/** Changes whenever something that the page shows of it does. */
export const trustPulse = (trust: Trust): string =>
  JSON.stringify([
    trust.projections().map(({ state, progress, error }) => [state, progress, error]),
    trust.underWay(),
    trust.lastCheck()?.atMs,
    trust.lastVerify()?.atMs,
  ]);

const presentCheck = (trust: Trust): TrustModel['lastCheck'] => {
  const outcome = trust.lastCheck();
  if (outcome === null) return null;
  const { scope, atMs, tookMs, checkedRuns, events, differences, problem } = outcome;
  const named = differences.slice(0, maxNamed).map(({ table, key, folded, live }) => {
    if (live === undefined) return `${table} ${key}: the row is missing`;
    return folded === undefined ? `${table} ${key}: no event made this row` : `${table} ${key}`;
  });
  return { scope, atMs, tookMs, checkedRuns, events, differences: differences.length, named, problem };
};

const presentVerify = (trust: Trust): TrustModel['lastVerify'] => {
  const outcome = trust.lastVerify();
  if (outcome === null) return null;
  const { scope, atMs, tookMs, report, problem } = outcome;
  const findings = report?.findings ?? [];
  const faults = findings.filter(isFault);
  return {
    scope,
    atMs,
    tookMs,
    events: report?.events ?? null,
    headSeq: report?.head.seq ?? null,
    faults: faults.length,
    redactions: findings.length - faults.length,
    named: faults.slice(0, maxNamed).map(describeFinding),
    problem,
  };
};
