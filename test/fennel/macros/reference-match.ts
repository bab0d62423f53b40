/** Pattern matching as the manual describes it, evaluated directly: what the compiled code is compared with. */

/** `undefined` is nil; arrays are sequences, objects are tables with string keys. */
export type Value =
  | undefined
  | boolean
  | number
  | string
  | readonly Value[]
  | { readonly [key: string]: Value };

export type Pattern =
  | { readonly is: 'literal'; readonly value: undefined | boolean | number | string }
  | { readonly is: 'name'; readonly name: string }
  | { readonly is: 'pin'; readonly name: string }
  | {
      readonly is: 'sequence';
      readonly items: readonly Pattern[];
      readonly rest?: Pattern;
      readonly whole?: string;
    }
  | {
      readonly is: 'table';
      readonly fields: Readonly<Record<string, Pattern>>;
      readonly rest?: Pattern;
      readonly whole?: string;
    };

export interface Clause {
  /** Several alternatives when there are more than one; each looks at as many values as it has patterns. */
  readonly alternatives: readonly (readonly Pattern[])[];
  /** Asks that the name is bound to this value. */
  readonly guard?: { readonly name: string; readonly value: Value };
}

export interface Environment {
  /** Locals around the form. */
  readonly locals: Readonly<Record<string, Value>>;
  /** Whether a name that is a local stands for its value. */
  readonly pins: boolean;
}

export type Bindings = Map<string, Value>;

/** The first clause that matches, with what it binds for its body; undefined when none does. */
export function firstMatch(
  clauses: readonly Clause[],
  values: readonly Value[],
  environment: Environment,
): { readonly index: number; readonly bindings: Bindings } | undefined {
  for (const [index, clause] of clauses.entries()) {
    const shared = sharedNames(clause, environment);
    for (const patterns of clause.alternatives) {
      const bindings: Bindings = new Map();
      const matches = patterns.every((pattern, i) => matchOne(pattern, values[i], bindings, environment));
      const visible = new Map([...bindings].filter(([name]) => shared.has(name)));
      if (matches && guardHolds(clause, visible, environment)) return { index, bindings: visible };
    }
  }
  return undefined;
}

/** The names a pattern binds, whether it matches or not. */
export function boundNames(pattern: Pattern, environment: Environment): string[] {
  switch (pattern.is) {
    case 'name':
      return pattern.name === '_' || isPinned(pattern.name, environment) ? [] : [pattern.name];
    case 'sequence':
    case 'table': {
      const parts = pattern.is === 'sequence' ? pattern.items : Object.values(pattern.fields);
      const inside = [...parts, ...(pattern.rest ? [pattern.rest] : [])];
      return [
        ...inside.flatMap((part) => boundNames(part, environment)),
        ...(pattern.whole ? [pattern.whole] : []),
      ];
    }
    default:
      return [];
  }
}

function sharedNames({ alternatives }: Clause, environment: Environment): Set<string> {
  const sets = alternatives.map((patterns) => new Set(patterns.flatMap((p) => boundNames(p, environment))));
  const [first = new Set<string>(), ...others] = sets;
  return new Set([...first].filter((name) => others.every((set) => set.has(name))));
}

function matchOne(pattern: Pattern, value: Value, bindings: Bindings, environment: Environment): boolean {
  switch (pattern.is) {
    case 'literal':
      return value === pattern.value;
    case 'pin':
      return value === environment.locals[pattern.name];
    case 'name':
      return matchName(pattern.name, value, bindings, environment);
    case 'sequence': {
      if (typeof value !== 'object') return false;
      const elements = Array.isArray(value) ? value : [];
      if (!pattern.items.every((item, i) => matchOne(item, elements[i], bindings, environment))) return false;
      if (pattern.whole !== undefined) bindings.set(pattern.whole, value);
      const rest = elements.slice(pattern.items.length);
      return pattern.rest === undefined || matchOne(pattern.rest, rest, bindings, environment);
    }
    case 'table': {
      if (typeof value !== 'object') return false;
      const fields = Object.entries(pattern.fields);
      if (!fields.every(([key, part]) => matchOne(part, field(value, key), bindings, environment)))
        return false;
      if (
        pattern.rest !== undefined &&
        !matchOne(pattern.rest, without(value, fields), bindings, environment)
      ) {
        return false;
      }
      if (pattern.whole !== undefined) bindings.set(pattern.whole, value);
      return true;
    }
  }
}

/** A copy of the table without the fields of a pattern. */
function without(value: Value, fields: readonly (readonly [string, Pattern])[]): Value {
  if (Array.isArray(value)) return [...value];
  const taken = new Set(fields.map(([key]) => key));
  return Object.fromEntries(Object.entries(value as object).filter(([key]) => !taken.has(key)));
}

function matchName(name: string, value: Value, bindings: Bindings, environment: Environment): boolean {
  if (name === '_') return true;
  if (isPinned(name, environment)) return value === environment.locals[name];
  const isIgnored = name.startsWith('_');
  if (bindings.has(name) && !isIgnored) return bindings.get(name) === value;
  bindings.set(name, value);
  return isIgnored || name.startsWith('?') || value !== undefined;
}

function guardHolds({ guard }: Clause, bindings: Bindings, environment: Environment): boolean {
  if (guard === undefined) return true;
  const value = bindings.has(guard.name) ? bindings.get(guard.name) : environment.locals[guard.name];
  return value === guard.value;
}

function isPinned(name: string, { pins, locals }: Environment): boolean {
  return pins && name in locals;
}

function field(value: Value, key: string): Value {
  return Array.isArray(value) ? undefined : (value as Record<string, Value>)[key];
}
