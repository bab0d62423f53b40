import { redacted } from './redaction-stream.js';

/** A copy of a JSON value with `redactString` applied to its strings and keys; a number that shows a secret becomes a mark. */
export function redactValue<Value>(value: Value, redactString: (text: string) => string): Value {
  return redactAny(value, redactString) as Value;
}

function redactAny(value: unknown, redactString: (text: string) => string): unknown {
  if (typeof value === 'string') return redactString(value);
  if (typeof value === 'number') return redactString(`${value}`) === `${value}` ? value : redacted;
  if (Array.isArray(value)) return value.map((item) => redactAny(item, redactString));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [redactString(key), redactAny(inner, redactString)]),
  );
}
