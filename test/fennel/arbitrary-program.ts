import fc from 'fast-check';

/**
 * Well-formed programs that cannot fail: every expression has a known type. `(t n)` notes `n` and gives it back, so
 * that two ways of running the program can be compared by the order of evaluation too.
 */
export const arbitraryProgram: fc.Arbitrary<string> = fc
  .array(fc.nat(9999), { minLength: 20, maxLength: 400 })
  .map((choices) => new Generator(choices).program());

interface Names {
  readonly numbers: readonly string[];
  readonly variables: readonly string[];
  readonly sequences: readonly string[];
  readonly functions: readonly string[];
}

const none: Names = { numbers: [], variables: [], sequences: [], functions: [] };

class Generator {
  readonly #choices: readonly number[];
  #next = 0;
  #names = 0;

  constructor(choices: readonly number[]) {
    this.#choices = choices;
  }

  program(): string {
    const { text, names } = this.#statements(none, 3, 4);
    return `${text}\n[${this.#number(names, 4)} ${this.#number(names, 4)}]`;
  }

  /** A choice below `n`; when the choices are used up, the simplest. */
  #choose(n: number): number {
    return (this.#choices[this.#next++] ?? 0) % n;
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[this.#choose(items.length)]!;
  }

  /** Few names, so that they shadow each other; some that Lua must have mangled. */
  #name(): string {
    return this.#pick(['a', 'b', 'x-y', 'x_y', 'end', 'n?', `v${this.#names++ % 3}`, '_1_']);
  }

  #statements(names: Names, count: number, depth: number): { text: string; names: Names } {
    let known = names;
    const lines: string[] = [];
    for (let i = this.#choose(count + 1); i > 0; i--) {
      const { text, names: after } = this.#statement(known, depth);
      lines.push(text);
      known = after;
    }
    return { text: lines.join('\n'), names: known };
  }

  #statement(names: Names, depth: number): { text: string; names: Names } {
    const n = () => this.#number(names, depth - 1);
    const name = this.#name();
    switch (this.#choose(depth <= 0 ? 3 : 11)) {
      case 0:
        return { text: `(t ${n()})`, names };
      case 1:
        return { text: `(local ${name} ${n()})`, names: withNumber(names, name) };
      case 2:
        return { text: `(var ${name} ${n()})`, names: withVariable(names, name) };
      case 3:
        return {
          text: `(local ${name} ${this.#sequence(names, depth - 1)})`,
          names: withSequence(names, name),
        };
      case 4: {
        const [first, second] = [this.#name(), `${this.#name()}2`];
        const source = this.#pick([
          `(values ${n()} ${n()})`,
          `(if ${this.#test(names, depth - 1)} (values ${n()} ${n()}) (values ${n()} ${n()}))`,
        ]);
        return {
          text: `(local (${first} ${second}) ${source})`,
          names: withNumber(withNumber(names, first), second),
        };
      }
      case 5: {
        const inner = withNumber(withNumber(without(names, name), 'p'), 'q');
        return {
          text: `(fn ${name} [p q] ${this.#body(inner, depth - 1)})`,
          names: withFunction(names, name),
        };
      }
      case 6:
        return {
          text: `(when ${this.#test(names, depth - 1)} ${this.#statements(names, 2, depth - 1).text} nil)`,
          names,
        };
      case 7: {
        if (names.variables.length === 0) return { text: `(t ${n()})`, names };
        return { text: `(set ${this.#pick(names.variables)} ${n()})`, names };
      }
      case 8:
        return {
          text: `(for [${name} 1 ${1 + this.#choose(3)}] ${this.#statements(withNumber(names, name), 2, depth - 1).text} nil)`,
          names,
        };
      case 9:
        return {
          text: `(each [i ${name} (ipairs ${this.#sequence(names, depth - 1)})] ${this.#statements(withNumber(withNumber(names, 'i'), name), 2, depth - 1).text} nil)`,
          names,
        };
      default:
        return { text: `(do ${this.#statements(names, 2, depth - 1).text} nil)`, names };
    }
  }

  #body(names: Names, depth: number): string {
    const { text, names: known } = this.#statements(names, 2, depth);
    return `${text} ${this.#number(known, depth)}`;
  }

  #number(names: Names, depth: number): string {
    const n = () => this.#number(names, depth - 1);
    if (depth <= 0) return this.#atom(names);
    switch (this.#choose(21)) {
      case 0:
      case 1:
        return this.#atom(names);
      case 2:
        return `(t ${n()})`;
      case 3:
        return `(${this.#pick(['+', '-'])} ${n()} ${n()} ${n()})`;
      case 4:
        return `(% (* ${n()} ${n()}) 97)`;
      case 5:
        return `(if ${this.#test(names, depth - 1)} ${n()} ${this.#test(names, depth - 1)} ${n()} ${n()})`;
      case 6: {
        const name = this.#name();
        return `(let [${name} ${n()}] ${this.#body(withNumber(names, name), depth - 1)})`;
      }
      case 7:
        return `(do ${this.#body(names, depth - 1)})`;
      case 8: {
        if (names.variables.length === 0) return `(or nil ${n()})`;
        const name = this.#pick(names.variables);
        return `(do (set ${name} ${n()}) ${name})`;
      }
      case 9:
        return `((fn [p q] ${this.#body(withNumber(withNumber(names, 'p'), 'q'), depth - 1)}) ${n()} ${n()})`;
      case 10:
        return `(#(+ $1 $2 ${n()}) ${n()} ${n()})`;
      case 11:
        return `(. [${n()} ${n()} ${n()}] ${1 + this.#choose(3)})`;
      case 12:
        return `(let [[a & rest] [${n()} ${n()} ${n()}]] (+ a (. rest 2) ${this.#number(withNumber(names, 'a'), depth - 1)}))`;
      case 13:
        return `(let [{: a :b [x-y]} {:a ${n()} :b [${n()}]}] (- a x-y))`;
      case 14:
        return `(and ${this.#test(names, depth - 1)} ${n()} ${n()} ${n()})`.replace(
          /^\(and (.*)\)$/s,
          '(or (and $1) 7)',
        );
      case 15:
        return `(accumulate [acc ${n()} _ b (ipairs ${this.#sequence(names, depth - 1)})] (% (+ acc b ${this.#number(withNumber(withNumber(names, 'acc'), 'b'), depth - 2)}) 1000))`;
      case 16:
        return `(length ${this.#sequence(names, depth - 1)})`;
      case 17:
        return `(sum ${n()} (if ${this.#test(names, depth - 1)} (values ${n()} ${n()}) ${n()}))`;
      case 18:
        return `(-> ${n()} (+ ${n()}) (sum ${n()}))`;
      case 19:
        return `(case ${this.#pick([n(), this.#sequence(names, depth - 1)])} 1 ${n()} [a b] (+ a b) (where c (= c 2)) c _ ${n()})`;
      default: {
        if (names.functions.length === 0) return `(sum (pick-values 2 ${n()} ${n()} ${n()}))`;
        return `(% (${this.#pick(names.functions)} ${n()} ${n()}) 1000)`;
      }
    }
  }

  #test(names: Names, depth: number): string {
    const n = () => this.#number(names, depth - 1);
    const b = () => this.#test(names, depth - 1);
    if (depth <= 0) return this.#pick(['true', 'false', 'nil']);
    switch (this.#choose(7)) {
      case 0:
        return this.#pick(['true', 'false', 'nil']);
      case 1:
        return `(< ${n()} ${n()})`;
      case 2:
        return `(<= ${n()} ${n()} ${n()})`;
      case 3:
        return `(= ${n()} ${n()})`;
      case 4:
        return `(not ${b()})`;
      case 5:
        return `(and ${b()} ${b()} ${b()})`;
      default:
        return `(or ${b()} ${b()})`;
    }
  }

  #sequence(names: Names, depth: number): string {
    const n = () => this.#number(names, depth - 1);
    switch (this.#choose(depth <= 0 ? 2 : 5)) {
      case 0:
        return `[${n()} ${n()}]`;
      case 1:
        return names.sequences.length === 0 ? `[${n()}]` : this.#pick(names.sequences);
      case 2:
        return `[${n()} (values ${n()} ${n()})]`;
      case 3:
        return `[${n()} (if ${this.#test(names, depth - 1)} (values ${n()} ${n()}) ${n()})]`;
      default:
        return `(icollect [_ b (ipairs ${this.#sequence(names, depth - 1)})] (when ${this.#test(withNumber(names, 'b'), depth - 1)} ${this.#number(withNumber(names, 'b'), depth - 1)}))`;
    }
  }

  #atom(names: Names): string {
    if (names.numbers.length > 0 && this.#choose(3) > 0) return this.#pick(names.numbers);
    return String(this.#choose(9));
  }
}

/** A name means one thing at a time. */
function without(names: Names, name: string): Names {
  const others = (list: readonly string[]): string[] => list.filter((each) => each !== name);
  return {
    numbers: others(names.numbers),
    variables: others(names.variables),
    sequences: others(names.sequences),
    functions: others(names.functions),
  };
}

function withNumber(names: Names, name: string): Names {
  const rest = without(names, name);
  return { ...rest, numbers: [...rest.numbers, name] };
}

function withVariable(names: Names, name: string): Names {
  const rest = without(names, name);
  return { ...rest, numbers: [...rest.numbers, name], variables: [...rest.variables, name] };
}

function withSequence(names: Names, name: string): Names {
  const rest = without(names, name);
  return { ...rest, sequences: [...rest.sequences, name] };
}

function withFunction(names: Names, name: string): Names {
  const rest = without(names, name);
  return { ...rest, functions: [...rest.functions, name] };
}
