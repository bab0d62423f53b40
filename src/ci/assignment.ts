import { z } from 'zod';
import { type Assignment, assignment } from '../events/run-protocol.js';

/** A line on standard input that is no assignment. It is not quoted: it holds the token. */
export class BadAssignmentError extends Error {
  readonly code = 'bad-assignment';
  constructor(problem: string) {
    super(`expected an assignment as one line of JSON on standard input, found ${problem}`);
  }
}

const maxLineBytes = 64 * 1024;

/**
 * Waits for the assignment; undefined when the input ends without one.
 *
 * @throws BadAssignmentError
 */
export const readAssignment = async (input: AsyncIterable<Buffer>): Promise<Assignment | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of input) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (chunk.includes('\n')) break;
    if (bytes > maxLineBytes) throw new BadAssignmentError(`a line of more than ${maxLineBytes} bytes`);
  }
  const [line = ''] = Buffer.concat(chunks).toString('utf8').split('\n');
  if (line.trim() === '') return undefined;
  const parsed = assignment.safeParse(parseJson(line));
  if (parsed.success) return parsed.data;
  throw new BadAssignmentError(z.prettifyError(parsed.error).replaceAll('\n', '; '));
};

const parseJson = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    throw new BadAssignmentError('something that is not JSON');
  }
};
