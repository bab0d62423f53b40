import type { CompileLimits } from '../limits.js';
import type { BuiltinMacro, List, MacroContext, Node, Position, Sym } from '../node.js';
import { multisym, rootOf } from '../scope/multisym.js';
import type { Context, Macro, Place } from './context.js';

/** Replaces macro calls by what they expand to. */
export class Expander {
  readonly #c: Context;
  readonly #builtin: ReadonlyMap<string, BuiltinMacro>;
  readonly #limits: CompileLimits;
  #expansions = 0;
  readonly #nextGensym: () => number;

  constructor(
    c: Context,
    builtin: ReadonlyMap<string, BuiltinMacro>,
    limits: CompileLimits,
    nextGensym: () => number,
  ) {
    this.#c = c;
    this.#builtin = builtin;
    this.#limits = limits;
    this.#nextGensym = nextGensym;
  }

  /** Expands the macros at the head of `node` until its head is no macro. */
  expand(node: Node, place: Place): Node {
    let expanded = node;
    for (let times = 0; expanded.kind === 'list'; times++) {
      const [head] = expanded.items;
      if (head?.kind !== 'sym') return expanded;
      const expand = this.#expansionOf(head);
      if (expand !== undefined) {
        this.#count(times, expanded);
        expanded = expand(expanded, place, this.#c);
        continue;
      }
      const builtin = this.#builtin.get(head.name);
      if (builtin === undefined) return expanded;
      this.#count(times, expanded);
      expanded = this.#expandBuiltin(builtin, expanded, place);
    }
    return expanded;
  }

  find(name: string): Macro | undefined {
    const own = this.#c.macros.get(name);
    if (own !== undefined) return own;
    const builtin = this.#builtin.get(name);
    if (builtin === undefined) return undefined;
    return { expand: (form, place) => this.#expandBuiltin(builtin, form, place) };
  }

  *names(): Iterable<string> {
    for (const [name] of this.#c.macros.entries()) yield name;
    yield* this.#builtin.keys();
  }

  /** A symbol with a name that no source can contain, because of its `~`. */
  gensym(base: string, pos: Position): Sym {
    const readable = base.replace(/[.:~].*$/, '') || 'gensym';
    return { kind: 'sym', name: `${readable}~${this.#nextGensym()}`, pos, generated: true };
  }

  /** Some built-in macros go through their clauses by recursion, which a thousand of them can exhaust. */
  #expandBuiltin(builtin: BuiltinMacro, form: List, place: Place): Node {
    try {
      return builtin(form, new ExpansionContext(this, this.#c, place));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return this.#c.fail(
        'nesting-too-deep',
        'nested too deeply to compile',
        form,
        'write fewer steps or clauses, or put some into a function',
      );
    }
  }

  /** The expansion of a macro that code has defined. */
  #expansionOf(head: Sym): Macro['expand'] {
    const multi = multisym(head.name);
    if (multi === undefined) {
      const own = this.#c.macros.get(head.name);
      return own === undefined ? undefined : (own.expand ?? this.#notCallable(head));
    }
    const [root, ...members] = multi.parts;
    let found: Macro | undefined = this.#c.macros.get(root!);
    if (found === undefined) return undefined;
    for (const member of members) found = found?.member?.(member);
    return found?.expand ?? this.#notCallable(head);
  }

  #count(times: number, form: List): void {
    this.#expansions++;
    const { successiveExpansions, expansions } = this.#limits;
    if (times < successiveExpansions && this.#expansions <= expansions) return;
    const limit = times >= successiveExpansions ? `${successiveExpansions} in a row` : `${expansions} in all`;
    this.#c.fail(
      'too-many-expansions',
      `macro expansion does not end: more than ${limit}`,
      form,
      'a macro seems to expand into a call of itself',
    );
  }

  #notCallable(head: Sym): never {
    return this.#c.fail(
      'macro-not-found',
      `macro not found, or not callable, in macro table: ${head.name}`,
      head,
      'check the names that the macro module gives',
    );
  }
}

/** What a built-in macro sees of the place it is expanded at. */
class ExpansionContext implements MacroContext {
  readonly #expander: Expander;
  readonly #c: Context;
  readonly #place: Place;

  constructor(expander: Expander, c: Context, place: Place) {
    this.#expander = expander;
    this.#c = c;
    this.#place = place;
  }

  get hasVarargs(): boolean {
    return this.#place.scope.fn.varargs;
  }

  gensym(base: string, pos: Position): Sym {
    return this.#expander.gensym(base, pos);
  }

  inScope(name: string): boolean {
    return this.#c.locals.has(rootOf(name));
  }

  macroexpand(form: Node): Node {
    return this.#expander.expand(form, this.#place);
  }

  fail(code: string, message: string, at: Node, hint?: string): never {
    return this.#c.fail(code, message, at, hint);
  }
}
