/** Text that is no git object id where one is needed: a full SHA-1 or SHA-256 in lower-case hex. */
export class InvalidObjectIdError extends Error {
  readonly code = 'invalid-object-id';
  constructor(readonly found: string) {
    super(`expected a git object id of 40 or 64 lower-case hex digits, found ${JSON.stringify(found)}`);
    this.name = 'InvalidObjectIdError';
  }
}

/** Returns `text` when it is a full object id. Throws {@link InvalidObjectIdError}. */
export function checkObjectId(text: string): string {
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)) return text;
  throw new InvalidObjectIdError(text);
}

/** Whether an object id is all zeros, which stands for "no object": a ref created or deleted. */
export const isZeroId = (objectId: string): boolean => /^0+$/.test(objectId);
