import type { List, Node } from '../../src/fennel/node.js';

/**
 * A second way to run Fennel: walks the tree and evaluates it, operands strictly from the left. It knows a pure subset
 * of the language, with variables and loops, and shares nothing with the compiler but the reader.
 */
export function evaluateTree(forms: readonly Node[], builtins: Record<string, Value>): Value[] {
  const scope = new Scope(undefined);
  for (const [name, value] of Object.entries(builtins)) scope.declare(name, value);
  return run(forms, scope);
}

export type Value = undefined | boolean | number | string | Table | ((...args: Value[]) => Value[]);
export type Table = Map<Value, Value>;

class Scope {
  readonly #parent: Scope | undefined;
  readonly #names = new Map<string, { value: Value }>();
  readonly varargs: readonly Value[];

  constructor(parent: Scope | undefined, varargs: readonly Value[] = parent?.varargs ?? []) {
    this.#parent = parent;
    this.varargs = varargs;
  }

  declare(name: string, value: Value): void {
    this.#names.set(name, { value });
  }

  place(name: string): { value: Value } {
    const place = this.#names.get(name) ?? this.#parent?.place(name);
    if (place === undefined) throw new Error(`unknown name ${name}`);
    return place;
  }
}

function run(forms: readonly Node[], scope: Scope): Value[] {
  let values: Value[] = [];
  for (const form of forms) values = evaluate(form, scope);
  return values;
}

function one(node: Node, scope: Scope): Value {
  return evaluate(node, scope)[0];
}

function evaluate(node: Node, scope: Scope): Value[] {
  switch (node.kind) {
    case 'number':
      return [Number(node.text)];
    case 'string':
      return [node.value];
    case 'boolean':
      return [node.value];
    case 'varg':
      return [...scope.varargs];
    case 'sym':
      return [symbol(node.name, scope)];
    case 'sequence':
      return [sequence(spread(node.items, scope))];
    case 'table':
      return [new Map(node.entries.map(([key, value]) => [one(key, scope), one(value, scope)]))];
    case 'list':
      return form(node, scope);
  }
}

function symbol(name: string, scope: Scope): Value {
  if (name === 'nil') return undefined;
  const [root, ...fields] = name.split('.');
  let value = scope.place(root === '$' ? '$1' : root!).value;
  for (const field of fields) value = (value as Table).get(field);
  return value;
}

/** All but the last give one value each. */
function spread(nodes: readonly Node[], scope: Scope): Value[] {
  return nodes.flatMap((node, i) => (i === nodes.length - 1 ? evaluate(node, scope) : [one(node, scope)]));
}

export function sequence(values: readonly Value[]): Table {
  return new Map(values.flatMap((value, i) => (value === undefined ? [] : [[i + 1, value]])));
}

const truthy = (value: Value): boolean => value !== undefined && value !== false;

type Special = (args: readonly Node[], scope: Scope, list: List) => Value[];

const arithmetic = (operate: (a: number, b: number) => number): Special => {
  return (args, scope) => {
    const values = args.map((arg) => one(arg, scope) as number);
    return [values.reduce(operate)];
  };
};

const comparison = (holds: (a: Value, b: Value) => boolean): Special => {
  return (args, scope) => {
    const values = args.slice(0, -1).map((arg) => one(arg, scope));
    for (let i = 1; i < values.length; i++) if (!holds(values[i - 1], values[i])) return [false];
    return [holds(values.at(-1), one(args.at(-1)!, scope))];
  };
};

const specials: Record<string, Special> = {
  '+': arithmetic((a, b) => a + b),
  '-': arithmetic((a, b) => a - b),
  '*': arithmetic((a, b) => a * b),
  '%': arithmetic((a, b) => a - Math.floor(a / b) * b),
  '<': comparison((a, b) => (a as number) < (b as number)),
  '<=': comparison((a, b) => (a as number) <= (b as number)),
  '=': comparison((a, b) => a === b),
  '..': (args, scope) => [args.map((arg) => String(one(arg, scope))).join('')],
  not: ([arg], scope) => [!truthy(one(arg!, scope))],
  length: ([arg], scope) => {
    const value = one(arg!, scope);
    return [typeof value === 'string' ? value.length : (value as Table).size];
  },
  and: (args, scope) => {
    let value: Value = true;
    for (const arg of args) {
      value = one(arg, scope);
      if (!truthy(value)) break;
    }
    return [value];
  },
  or: (args, scope) => {
    let value: Value = false;
    for (const arg of args) {
      value = one(arg, scope);
      if (truthy(value)) break;
    }
    return [value];
  },
  do: (args, scope) => run(args, new Scope(scope)),
  when: ([test, ...body], scope) => (truthy(one(test!, scope)) ? run(body, new Scope(scope)) : [undefined]),
  if: (args, scope) => {
    for (let i = 0; i < args.length; i += 2) {
      if (i === args.length - 1) return evaluate(args[i]!, new Scope(scope));
      if (truthy(one(args[i]!, scope))) return evaluate(args[i + 1]!, new Scope(scope));
    }
    return [undefined];
  },
  values: (args, scope) => spread(args, scope),
  'pick-values': ([count, ...args], scope) => {
    const values = spread(args, scope);
    return Array.from({ length: Number((count as { text: string }).text) }, (_, i) => values[i]);
  },
  let: ([bindings, ...body], scope) => {
    const inner = new Scope(scope);
    const items = itemsOf(bindings);
    for (let i = 0; i < items.length; i += 2) bind(items[i]!, evaluate(items[i + 1]!, inner), inner);
    return run(body, inner);
  },
  local: ([pattern, source], scope) => {
    bind(pattern!, evaluate(source!, scope), scope);
    return [undefined];
  },
  var: (args, scope) => specials.local!(args, scope, undefined as never),
  set: ([target, source], scope) => {
    const values = evaluate(source!, scope);
    if (target!.kind === 'list')
      for (const [i, item] of target!.items.entries()) assign(item, values[i], scope);
    else assign(target!, values[0], scope);
    return [undefined];
  },
  fn: (args, scope) => {
    const named = args[0]!.kind === 'sym' ? args[0] : undefined;
    const [parameters, ...body] = named === undefined ? args : args.slice(1);
    const closure = (...given: Value[]): Value[] => call(itemsOf(parameters), body, given, scope);
    if (named !== undefined) scope.declare(named.name, closure);
    return [closure];
  },
  hashfn: ([body], scope) => [
    (...given) => {
      const inner = new Scope(scope, given);
      given.forEach((value, i) => {
        inner.declare(`$${i + 1}`, value);
      });
      return evaluate(body!, inner);
    },
  ],
  '.': ([table, ...keys], scope) => {
    const values = [table!, ...keys].map((each) => one(each, scope));
    return [values.slice(1).reduce((from, key) => (from as Table).get(key), values[0])];
  },
  tset: ([table, key, source], scope) => {
    const [into, at, value] = [table!, key!, source!].map((each) => one(each, scope));
    (into as Table).set(at, value);
    return [undefined];
  },
  for: ([range, ...body], scope) => {
    const [name, ...limits] = itemsOf(range);
    const [start, stop, step = 1] = limits.map((limit) => one(limit, scope) as number);
    for (let i = start!; step > 0 ? i <= stop! : i >= stop!; i += step) {
      const inner = new Scope(scope);
      bind(name!, [i], inner);
      run(body, inner);
    }
    return [undefined];
  },
  each: ([bindings, ...body], scope) => {
    eachItem(itemsOf(bindings), scope, (inner) => run(body, inner));
    return [undefined];
  },
  accumulate: ([bindings, body], scope) => {
    const [name, start, ...rest] = itemsOf(bindings);
    const inner = new Scope(scope);
    bind(name!, evaluate(start!, inner), inner);
    eachItem(rest, inner, (round) => assign(name!, one(body!, round), inner));
    return [inner.place((name as { name: string }).name).value];
  },
  icollect: ([bindings, body], scope) => {
    const out: Value[] = [];
    eachItem(itemsOf(bindings), scope, (inner) => out.push(one(body!, inner)));
    return [sequence(out.filter((value) => value !== undefined))];
  },
  '->': ([first, ...steps], scope) => {
    const nested = steps.reduce<Node>((value, step) => {
      const call = step as List;
      return { ...call, items: [call.items[0]!, value, ...call.items.slice(1)] };
    }, first!);
    return evaluate(nested, scope);
  },
  case: ([subject, ...clauses], scope) => {
    const value = one(subject!, scope);
    for (let i = 0; i < clauses.length; i += 2) {
      const inner = new Scope(scope);
      if (matches(clauses[i]!, value, inner)) return evaluate(clauses[i + 1]!, inner);
    }
    return [undefined];
  },
};

/** What is in `[ … ]` or `( … )`. */
function itemsOf(node: Node | undefined): readonly Node[] {
  return node?.kind === 'sequence' || node?.kind === 'list' ? node.items : [];
}

function form(list: List, scope: Scope): Value[] {
  const [head, ...args] = list.items;
  const special = head?.kind === 'sym' ? specials[head.name] : undefined;
  if (special !== undefined) return special(args, scope, list);
  const callee = one(head!, scope) as (...args: Value[]) => Value[];
  return callee(...spread(args, scope));
}

function call(items: readonly Node[], body: readonly Node[], given: Value[], scope: Scope): Value[] {
  const named = items.filter((item) => item.kind !== 'varg');
  const inner = new Scope(scope, given.slice(named.length));
  named.forEach((pattern, i) => {
    bind(pattern, [given[i]], inner);
  });
  return run(body, inner);
}

/** Goes through `[i x (ipairs t)]`. */
function eachItem(items: readonly Node[], scope: Scope, round: (inner: Scope) => void): void {
  const [index, item, iterator] = items;
  const table = one((iterator as List).items[1]!, scope) as Table;
  for (let i = 1; table.get(i) !== undefined; i++) {
    const inner = new Scope(scope);
    bind(index!, [i], inner);
    bind(item!, [table.get(i)], inner);
    round(inner);
  }
}

function bind(pattern: Node, values: readonly Value[], scope: Scope): void {
  if (pattern.kind === 'sym') {
    scope.declare(pattern.name, values[0]);
  } else if (pattern.kind === 'list') {
    pattern.items.forEach((item, i) => {
      bind(item, [values[i]], scope);
    });
  } else if (pattern.kind === 'table') {
    for (const [key, item] of pattern.entries) bind(item, [(values[0] as Table).get(one(key, scope))], scope);
  } else if (pattern.kind === 'sequence') {
    bindItems(pattern.items, values[0] as Table, scope);
  }
}

function bindItems(items: readonly Node[], table: Table, scope: Scope): void {
  for (let i = 0; i < items.length; i++) {
    const item = items[i]!;
    if (item.kind === 'sym' && item.name === '&') {
      const rest = Array.from({ length: Math.max(0, table.size - i) }, (_, k) => table.get(i + k + 1));
      bind(items[i + 1]!, [sequence(rest)], scope);
      return;
    }
    bind(item, [table.get(i + 1)], scope);
  }
}

function assign(target: Node, value: Value, scope: Scope): void {
  if (target.kind === 'sym') scope.place(target.name).value = value;
}

/** Literals, names, `_`, sequences of them, and `(where pattern guard)`. */
function matches(pattern: Node, value: Value, scope: Scope): boolean {
  switch (pattern.kind) {
    case 'number':
      return value === Number(pattern.text);
    case 'sym':
      if (pattern.name === '_') return true;
      scope.declare(pattern.name, value);
      return value !== undefined;
    case 'sequence':
      return value instanceof Map && pattern.items.every((item, i) => matches(item, value.get(i + 1), scope));
    case 'list': {
      const [, inner, ...guards] = pattern.items;
      return matches(inner!, value, scope) && guards.every((guard) => truthy(one(guard, scope)));
    }
    default:
      return false;
  }
}
