import { view } from '../../fennel/index.js';
import type { LuaTable, LuaValue } from '../../lua/index.js';
import { fromText } from '../../lua/index.js';
import { isKept, ShResult } from '../job/sh-result.js';

/**
 * A value as Fennel writes it, as a byte string. Results of `(sh …)` show their fields; showing is not
 * looking, so nobody becomes responsible for an exit code by it.
 */
export const show = (value: LuaValue): string => view(reveal(value, new Map()));

type Shown = LuaValue | Map<unknown, unknown> | readonly string[];

/** Tables become Maps, since what stands in for a result has no fields of its own. */
const reveal = (value: LuaValue, seen: Map<LuaTable, Map<unknown, unknown>>): Shown => {
  if (typeof value !== 'object' || value.kind !== 'table') return value;
  if (value.host instanceof ShResult) return revealResult(value.host);
  const known = seen.get(value);
  if (known !== undefined) return known;
  const shown = new Map<unknown, unknown>();
  seen.set(value, shown);
  for (const [key, item] of value.entries()) shown.set(reveal(key, seen), reveal(item, seen));
  return shown;
};

const revealResult = ({ fields }: ShResult): Map<unknown, unknown> => {
  const { cmd, exit, signal, timedOut, stdout, stderr } = fields;
  const streams = Object.entries({ stdout, stderr }).map(([name, capture]) =>
    isKept(capture) ? [name, capture.content().toString('latin1')] : [`${name}-bytes`, capture.bytes],
  );
  return new Map<unknown, unknown>([
    ['cmd', typeof cmd === 'string' ? fromText(cmd) : cmd.map(fromText)],
    ['exit', exit],
    ...(signal === null ? [] : [['signal', signal] as const]),
    ...(timedOut ? [['timed-out', true] as const] : []),
    ...(streams as Array<[string, string | number]>),
  ]);
};
