import { luaString } from '../lua-text/literal.js';
import { toBinary } from '../bytes.js';
import type { Node, Sequence, Sym } from '../node.js';
import { multisym } from '../scope/multisym.js';
import { bind } from './bind.js';
import { bindTable } from './bind-table.js';
import type { Context, Place } from './context.js';
import { localTarget, checkName, sourceName } from './pattern-target.js';
import { symbolExpression } from './symbol.js';
import { nameTemporary } from './temporary.js';

const declaring = { kind: 'declare', mutable: false } as const;

/**
 * Declares the parameters of a function in its place and writes what takes them apart. With `checked`, also an error
 * for each that is nil and may not be. @returns Lua's parameter list.
 */
export function parameterList(
  c: Context,
  parameters: Sequence,
  place: Place,
  form: Node,
  checked: boolean,
): string[] {
  const { items } = parameters;
  const names: string[] = [];
  const patterns: (() => void)[] = [];
  for (let i = 0; i < items.length; i++) {
    const item = items[i]!;
    if (item.kind === 'varg') {
      if (i !== items.length - 1) {
        c.fail('vararg-not-last', 'expected vararg as last parameter', form, 'move the ... to the end');
      }
      place.block.fn.varargs = true;
      names.push('...');
    } else if (item.kind === 'sym' && item.name === '&') {
      const rest = items[i + 1];
      if (rest === undefined || i + 2 !== items.length) {
        c.fail(
          'rest-not-last',
          'expected rest argument before last parameter',
          rest ?? item,
          'put & right before the last parameter',
        );
      }
      place.block.fn.varargs = true;
      names.push('...');
      const source: Node = { kind: 'sequence', items: [{ kind: 'varg', pos: item.pos }], pos: item.pos };
      patterns.push(() => bind(c, rest!, source, place, declaring, form));
      break;
    } else if (item.kind === 'sym' && item.name !== 'nil' && multisym(item.name) === undefined) {
      names.push(parameter(c, item, place, form));
    } else if (item.kind === 'sequence' || item.kind === 'table') {
      const reference = place.block.names.temporary();
      place.block.reserve(reference);
      nameTemporary(c, reference, item);
      names.push(reference);
      patterns.push(() => bindTable(c, item, { reference }, place, declaring, form));
    } else {
      c.fail(
        'bad-parameter',
        `expected symbol for function parameter: ${describe(item)}`,
        parameters,
        'a parameter is a name or a pattern of names, not a literal value or a field',
      );
    }
  }
  for (const pattern of patterns) pattern();
  if (checked) for (const name of checkedNames(items).reverse()) checkNotNil(c, name, place);
  return names;
}

function parameter(c: Context, symbol: Sym, place: Place, form: Node): string {
  checkName(c, symbol, form);
  const target = localTarget(c, symbol, place, { mutable: false, bare: true, named: true }, form);
  target.finish();
  return target.reference;
}

function describe(item: Node): string {
  switch (item.kind) {
    case 'sym':
      return item.name;
    case 'number':
      return item.text;
    case 'string':
      return item.value;
    case 'boolean':
      return String(item.value);
    default:
      return item.kind;
  }
}

/** The names in a parameter list, nested ones too, that a lambda refuses to be nil. */
function checkedNames(items: readonly Node[]): Sym[] {
  return items.flatMap((item): Sym[] => {
    if (item.kind === 'sequence') return checkedNames(item.items);
    if (item.kind === 'table') return checkedNames(item.entries.map(([, value]) => value));
    if (item.kind !== 'sym' || /^[?_&]/.test(item.name)) return [];
    return [item];
  });
}

function checkNotNil(c: Context, symbol: Sym, place: Place): void {
  const { rope } = symbolExpression(c, symbol, place.scope);
  const { file, line } = symbol.pos;
  const message = `Missing argument ${sourceName(symbol)} on ${toBinary(file)}:${line}`;
  place.block.add([line, 'if ', rope, ` == nil then _ENV.error(${luaString(message)}, 0) end `], 2);
}
