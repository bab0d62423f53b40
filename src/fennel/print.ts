import type { Node } from './node.js';

/** Writes a node as Fennel source (a binary string) which reads back to an equal node, positions aside. */
export function print(node: Node): string {
  const out: string[] = [];
  const pending: (Node | string)[] = [node];
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    if (typeof item === 'string') out.push(item);
    else printOnto(item, out, pending);
  }
  return out.join('');
}

function printOnto(node: Node, out: string[], pending: (Node | string)[]): void {
  switch (node.kind) {
    case 'sym':
      out.push(node.name);
      return;
    case 'varg':
      out.push('...');
      return;
    case 'number':
      out.push(node.text);
      return;
    case 'boolean':
      out.push(String(node.value));
      return;
    case 'string':
      out.push(printString(node.value, node.keyword === true));
      return;
    case 'list':
      enclose('(', node.items, ')', pending);
      return;
    case 'sequence':
      enclose('[', node.items, ']', pending);
      return;
    case 'table':
      enclose('{', node.entries.flat(), '}', pending);
      return;
  }
}

/** Leaves the parts on the stack in reverse, so that they are printed in order without recursion. */
function enclose(opener: string, items: readonly Node[], closer: string, pending: (Node | string)[]): void {
  pending.push(closer);
  for (let i = items.length - 1; i >= 0; i--) {
    pending.push(items[i]!);
    if (i > 0) pending.push(' ');
  }
  pending.push(opener);
}

/** Matches what follows the colon of a keyword. */
const keywordText = /^[^\x00-\x20\x7f()[\]{}"'~;,@`]+$/;

function printString(value: string, keyword: boolean): string {
  if (keyword && keywordText.test(value)) return `:${value}`;
  return `"${value.replace(/[\x00-\x1f\x7f"\\]/g, escapeChar)}"`;
}

function escapeChar(char: string): string {
  if (char === '"' || char === '\\') return `\\${char}`;
  if (char === '\n') return '\\n';
  if (char === '\t') return '\\t';
  return `\\${char.charCodeAt(0).toString().padStart(3, '0')}`;
}
