import { z } from 'zod';
import { catalog, type EventType, eventTypes } from '../../src/events/index.js';

/** docs/EVENTS.md as the catalog says it. */
export const eventsDocument = (): string => `# Events

Everything that happens is one of these facts, appended to the \`events\` table and never changed. This page is
made from the catalog in \`src/events\`; a test holds the two together
(\`QUIRE_UPDATE_DOCS=1 npx vitest run test/docs\` writes it anew).

## The envelope

| column | meaning |
|---|---|
| \`seq\` | the event's identity: global order, from 1, without a gap |
| \`id\` | a random name, for logs and exports; carries no index |
| \`stream\`, \`stream_version\` | \`repo/<name>\`, \`push/<id>\`, \`run/<id>\` or \`history/…\`, and the order within it, from 1, without a gap |
| \`type\`, \`type_version\` | what has become true, and which version of its shape |
| \`occurred_at_ms\` | the producer's clock, clamped between the stream's previous event and now |
| \`recorded_at_ms\` | the server's clock; never goes back |
| \`actor\` | \`hook\`, \`runner\`, \`ci\`, \`reconciler\`, \`watchdog\` or \`operator:<name>\` |
| \`causation_seq\` | the \`seq\` of the event that led to this one |
| \`correlation_id\` | the push, or the operator's command, at the root of it all |
| \`client_number\` | the number quire-ci gave the event; unique within its run, so that a repeat is harmless |
| \`data\`, \`data_hash\` | JSON, and the SHA-256 of its text |
| \`prev_hash\`, \`hash\` | the chain: \`hash\` covers \`prev_hash\`, the whole envelope and \`data_hash\` |

\`hash\` covers the digest of the data and not the data, so that a redaction may destroy bytes and the chain still
verifies. Times are milliseconds since 1970, UTC.

## The catalog
${eventTypes.map(section).join('')}`;

const section = (type: EventType): string => {
  const { stream, version, summary, schema } = catalog[type];
  const shape = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'output' }) as Shape;
  const fields = Object.entries(shape.properties ?? {});
  const rows = fields.map(([name, field]) => `| \`${name}\` | ${typeOf(field)} |\n`).join('');
  const data = rows === '' ? 'No data.\n' : `| data | type |\n|---|---|\n${rows}`;
  return `\n### \`${type}\`\n\n${summary} Stream \`${stream}/…\`, version ${version}.\n\n${data}`;
};

interface Shape {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shape[];
  readonly items?: Shape;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly additionalProperties?: Shape | boolean;
}

const typeOf = (shape: Shape): string => {
  if (shape.enum !== undefined) return shape.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (shape.anyOf !== undefined) return [...new Set(shape.anyOf.map(typeOf))].join(' or ');
  if (shape.type === 'array')
    return `list of ${shape.items === undefined ? 'anything' : typeOf(shape.items)}`;
  if (shape.type === 'object') return objectType(shape);
  return shape.type === undefined ? 'JSON' : [shape.type].flat().join(' or ');
};

const objectType = (shape: Shape): string => {
  if (shape.properties === undefined) {
    const values =
      typeof shape.additionalProperties === 'object' ? typeOf(shape.additionalProperties) : 'anything';
    return `table of ${values}`;
  }
  return `{ ${Object.entries(shape.properties)
    .map(([name, field]) => `${name}: ${typeOf(field)}`)
    .join('; ')} }`;
};
