import { PatternSet } from './pattern-set.js';
import { redactValue } from './redact-value.js';
import { RedactionStream } from './redaction-stream.js';
import { secretForms } from './secret-forms.js';

/** Hides secret values in whatever leaves a run. */
export interface Redactor {
  /** Hides one more value from now on, also in streams that are open. */
  add(value: string): void;
  /** The text with every occurrence replaced by `***`. */
  redactString(text: string): string;
  /** The bytes with every occurrence replaced by `***`. */
  redactBytes(bytes: Buffer): Buffer;
  /** A JSON value with every string, key and number that shows a secret changed; the value itself is not. */
  redactJson<Value>(value: Value): Value;
  /** For bytes that arrive in pieces: gives the same as {@link redactBytes} of all of them together. */
  stream(): RedactionStream;
}

/**
 * A redactor for these values. Each is hidden as it is, line by line, in JSON, in web addresses and in base64;
 * see `secretForms`. A value of fewer than four bytes is not hidden at all.
 */
export function createRedactor(values: Iterable<string> = []): Redactor {
  const forms = new Set<string>();
  let patterns = new PatternSet([]);
  const add = (...added: string[]) => {
    const before = forms.size;
    for (const value of added) for (const form of secretForms(value)) forms.add(form);
    if (forms.size > before) patterns = new PatternSet([...forms].map((form) => Buffer.from(form, 'utf8')));
  };
  add(...values);

  const stream = () => new RedactionStream(() => patterns);
  const redactBytes = (bytes: Buffer): Buffer => {
    if (patterns.find(bytes, 0) === null) return bytes;
    const whole = stream();
    return Buffer.concat([whole.push(bytes), whole.flush()]);
  };
  const redactString = (text: string): string => {
    if (patterns.isEmpty) return text;
    const bytes = Buffer.from(text, 'utf8');
    const redacted = redactBytes(bytes);
    return redacted === bytes ? text : redacted.toString('utf8');
  };
  return {
    add: (value) => add(value),
    redactString,
    redactBytes,
    redactJson: (value) => (patterns.isEmpty ? value : redactValue(value, redactString)),
    stream,
  };
}
