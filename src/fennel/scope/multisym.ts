/** `a.b.c` or `a.b:c` taken apart. */
export interface Multisym {
  readonly parts: readonly string[];
  /** Whether the last part is a method, after a colon. */
  readonly method: boolean;
}

/** Symbols are taken apart several times on their way; a few thousand are remembered. */
const known = new Map<string, Multisym | undefined>();
const maxKnown = 4096;

/** The parts of a symbol that is a look-up; undefined for one that is a plain name or an operator. */
export function multisym(name: string): Multisym | undefined {
  const dot = name.indexOf('.');
  const colon = name.indexOf(':');
  if (dot === -1 && colon === -1) return undefined;
  let multi = known.get(name);
  if (multi === undefined && !known.has(name)) {
    multi = takeApart(name, dot, colon);
    if (known.size >= maxKnown) known.clear();
    known.set(name, multi);
  }
  return multi;
}

function takeApart(name: string, dot: number, colon: number): Multisym | undefined {
  const last = name[name.length - 1];
  if (dot === 0 || colon === 0 || last === '.' || last === ':' || name.includes('..')) return undefined;
  return { parts: name.split(/[.:]/), method: colon !== -1 };
}

/** The variable a symbol begins with. */
export function rootOf(name: string): string {
  return multisym(name)?.parts[0] ?? name;
}
