import { isFault, type Trust } from '../../store/index.js';
import { bytesText } from '../parts/time.js';
import type { DiskUse } from '../queries/operations.js';

const littleRoomBytes = 1e9;

/** Where each read model stands is a query of its own, and the first page is asked for often. */
const rebuildsKeptMs = 5000;

/** What an operator should look at, each in a few words; empty when all is well. */
export const createTroubles = (
  trust: Trust | undefined,
  now: () => number,
): ((disk: DiskUse) => readonly string[]) => {
  let rebuilds: { readonly troubles: readonly string[]; readonly untilMs: number } | undefined;
  const ofRebuilds = (known: Trust): readonly string[] => {
    if (rebuilds === undefined || rebuilds.untilMs <= now())
      rebuilds = { troubles: rebuildTroubles(known), untilMs: now() + rebuildsKeptMs };
    return rebuilds.troubles;
  };
  return (disk) => [
    ...(trust === undefined ? [] : [...rowTroubles(trust), ...chainTroubles(trust), ...ofRebuilds(trust)]),
    ...diskTroubles(disk),
  ];
};

const diskTroubles = ({ rejectedPushes, freeBytes }: DiskUse): string[] => [
  ...(rejectedPushes === 0
    ? []
    : [`${rejectedPushes} ${rejectedPushes === 1 ? 'push was' : 'pushes were'} rejected`]),
  ...(freeBytes >= littleRoomBytes ? [] : [`${bytesText(freeBytes)} are left on the disk`]),
];

const rowTroubles = (trust: Trust): string[] => {
  const last = trust.lastCheck();
  if (last === null) return [];
  if (last.problem !== null) return ['rows could not be compared with the events'];
  return last.differences.length === 0 ? [] : ['rows are not what the events say'];
};

const chainTroubles = (trust: Trust): string[] => {
  const last = trust.lastVerify();
  if (last === null) return [];
  if (last.problem !== null) return ['the chain of events could not be read'];
  return last.report?.findings.some(isFault) === true ? ['the chain of events is broken'] : [];
};

const rebuildTroubles = (trust: Trust): string[] => {
  const projections = trust.projections();
  if (projections.some(({ error }) => error !== null)) return ['a rebuild of read models stopped'];
  return projections.some(({ state }) => state === 'rebuilding') ? ['read models are being rebuilt'] : [];
};
