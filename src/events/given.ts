import { z } from 'zod';
import { type Bootstrap, pushOutputs, runLimits } from './run-protocol.js';

/** What the code of a pipeline is given beside files and commands: enough, with these, to run it again. */
export const given = z.strictObject({ version: z.literal(1), push: pushOutputs, limits: runLimits });

export type Given = z.infer<typeof given>;

/** The bytes that `givenSha256` of `pipeline.registered` is the digest of. */
export const encodeGiven = ({ push, limits }: Pick<Bootstrap, 'push' | 'limits'>): Buffer =>
  Buffer.from(JSON.stringify({ version: 1, push, limits } satisfies Given));
