/** The globals that code may refer to; `*` among them allows every name. */
export class Globals {
  readonly #listed: ReadonlySet<string>;
  readonly #added = new Set<string>();
  readonly #any: boolean;

  constructor(names: ReadonlySet<string>) {
    this.#listed = names;
    this.#any = names.has('*');
  }

  has(name: string): boolean {
    return this.#any || this.#listed.has(name) || this.#added.has(name);
  }

  /** A global that the code itself defines. */
  add(name: string): void {
    this.#added.add(name);
  }

  *names(): Iterable<string> {
    yield* this.#listed;
    yield* this.#added;
  }
}
