/** What an `event.redacted` says that concerns the event it is about. */
export interface RedactionData {
  readonly seq: number;
  readonly replacement: string;
  readonly reason: string;
}

/** Undefined when the data was tampered with: such a redaction opens no door, and its own digest tells of it. */
export const readRedaction = (json: string): RedactionData | undefined => {
  const { seq, replacement, reason } = fieldsOf(json);
  if (typeof seq !== 'number' || typeof replacement !== 'string') return undefined;
  return { seq, replacement, reason: String(reason) };
};

const fieldsOf = (json: string): { readonly [field: string]: unknown } => {
  try {
    return (JSON.parse(json) as { readonly [field: string]: unknown } | null) ?? {};
  } catch {
    return {};
  }
};
