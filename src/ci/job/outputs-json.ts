import type { z } from 'zod';
import { toText } from '../../lua/index.js';
import type { Outputs } from './outputs.js';
import { isKept, ShResult } from './sh-result.js';

type Json = z.infer<z.ZodJSONSchema>;

/**
 * Outputs as they are recorded. Bytes that are not UTF-8 become U+FFFD. A stream of a `(sh …)` that was too
 * long to be captured is told by its size alone (`stdout-bytes`): its bytes are in the log.
 */
export const outputsToJson = (outputs: Outputs): Json => {
  if (typeof outputs === 'string') return toText(outputs);
  if (outputs === null || typeof outputs !== 'object') return outputs;
  if (outputs instanceof ShResult) return resultToJson(outputs);
  if (isList(outputs)) return outputs.map(outputsToJson);
  return Object.fromEntries([...outputs].map(([key, value]) => [toText(key), outputsToJson(value)]));
};

/** Recorded outputs as a dependent is given them; a result of `(sh …)` has become a plain table. */
export const outputsFromJson = (json: Json): Outputs => {
  if (typeof json === 'string') return bytesOf(json);
  if (json === null || typeof json !== 'object') return json;
  if (Array.isArray(json)) return json.map(outputsFromJson);
  return new Map(Object.entries(json).map(([key, value]) => [bytesOf(key), outputsFromJson(value)]));
};

const bytesOf = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

const isList = (outputs: readonly Outputs[] | ReadonlyMap<string, Outputs>): outputs is readonly Outputs[] =>
  Array.isArray(outputs);

const resultToJson = ({ fields }: ShResult): Json => {
  const { cmd, exit, signal, timedOut, stdout, stderr } = fields;
  return {
    exit,
    cmd: typeof cmd === 'string' ? cmd : [...cmd],
    ...(signal === null ? {} : { signal }),
    ...(timedOut ? { 'timed-out': true } : {}),
    ...(isKept(stdout) ? { stdout: stdout.content().toString('utf8') } : { 'stdout-bytes': stdout.bytes }),
    ...(isKept(stderr) ? { stderr: stderr.content().toString('utf8') } : { 'stderr-bytes': stderr.bytes }),
  };
};
