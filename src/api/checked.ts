import { z } from 'zod';
import { RequestError } from './error-answer.js';

/** What a request brings, checked against its schema. Throws RequestError `malformed-request`. */
export const checked = <T>(schema: z.ZodType<T>, value: unknown): T => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new RequestError('malformed-request', z.prettifyError(parsed.error).replaceAll('\n', '; '));
};
