import type { Location } from '../../events/index.js';
import { read } from '../../fennel/index.js';
import type { Node } from '../../fennel/node.js';
import type { ToldCall } from './call.js';

/**
 * The location with its column. Lua knows lines alone; so the line is searched for the call: by the name of the
 * primitive, and where several stand in it, by its text.
 */
export const withColumn = (
  { kind, text, location }: ToldCall,
  readSource: (path: string) => Uint8Array | undefined,
): Location | null => {
  if (location === null || location.column !== undefined) return location;
  const source = readSource(location.file);
  const column = source === undefined ? undefined : columnOf(source, location, kind, text);
  return column === undefined ? location : { ...location, column };
};

const names: Readonly<Record<string, RegExp>> = {
  sh: /(^|[.:])sh$/,
  'read-file': /(^|[.:])read-(file|json)$/,
  'write-file': /(^|[.:])write-file$/,
  secret: /(^|[.:])secret$/,
};

const columnOf = (
  source: Uint8Array,
  { file, line }: Location,
  kind: string,
  text: string,
): number | undefined => {
  const calls = listsAt(formsOf(source, file), line);
  const named = calls.filter(({ items: [head] }) => head?.kind === 'sym' && names[kind]?.test(head.name));
  const likely = named.length > 0 ? named : calls;
  const exact = likely.find((call) => holdsText(call, text));
  return (exact ?? likely[0])?.pos.column;
};

type List = Extract<Node, { readonly kind: 'list' }>;

const formsOf = (source: Uint8Array, file: string): readonly Node[] => {
  try {
    return read(source, file);
  } catch {
    return [];
  }
};

const listsAt = (forms: readonly Node[], line: number): List[] =>
  forms.flatMap((form) => [
    ...(form.kind === 'list' && form.pos.line === line ? [form] : []),
    ...listsAt(childrenOf(form), line),
  ]);

const holdsText = (call: List, text: string): boolean =>
  call.items.some((item) => item.kind === 'string' && item.value === Buffer.from(text).toString('latin1'));

const childrenOf = (node: Node): readonly Node[] => {
  if (node.kind === 'list' || node.kind === 'sequence') return node.items;
  return node.kind === 'table' ? node.entries.flat() : [];
};
