/** The syntax tree of Fennel source: what the reader makes, macros rewrite and the compiler consumes. */

/**
 * Where a node was read. `line` and `column` are 1-based; `column` counts characters, so that a mark can be put under
 * it. The end is exclusive.
 */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine?: number;
  readonly endColumn?: number;
  /** For code that a macro has made of a quoted form: where that is written. The rest is the macro's call then. */
  readonly quotedAt?: Position;
}

/** A symbol, `nil` included; `name` is the text as read (`a.b:c` is one symbol). */
export interface Sym {
  readonly kind: 'sym';
  readonly name: string;
  readonly pos: Position;
  /** Made by gensym (`x#`, or a macro's own temporary): can never clash with a name the author wrote. */
  readonly generated?: boolean;
  /** Written bare in a macro's quoted form: binding it would capture names at the place of the call. */
  readonly quoted?: boolean;
}

/** `( … )` */
export interface List {
  readonly kind: 'list';
  readonly items: readonly Node[];
  readonly pos: Position;
}

/** `[ … ]` */
export interface Sequence {
  readonly kind: 'sequence';
  readonly items: readonly Node[];
  readonly pos: Position;
}

/** `{ … }`, entries in source order; `{: a}` is read as the entry ("a", a). */
export interface Table {
  readonly kind: 'table';
  readonly entries: ReadonlyArray<readonly [key: Node, value: Node]>;
  readonly pos: Position;
}

/** A string; `value` is a binary string: one character (U+0000 to U+00FF) per byte. */
export interface Str {
  readonly kind: 'string';
  readonly value: string;
  readonly pos: Position;
  /** Written as `:keyword`. */
  readonly keyword?: boolean;
}

/** A number; `text` is a Lua numeral (or `.inf`, `-.inf`, `.nan`, `-.nan`), so that no digit is lost. */
export interface Num {
  readonly kind: 'number';
  readonly text: string;
  readonly pos: Position;
}

export interface Bool {
  readonly kind: 'boolean';
  readonly value: boolean;
  readonly pos: Position;
}

/** `...` */
export interface Varg {
  readonly kind: 'varg';
  readonly pos: Position;
}

export type Node = Sym | List | Sequence | Table | Str | Num | Bool | Varg;

/** What a built-in macro may ask of the compiler while it rewrites a form. */
export interface MacroContext {
  /** A fresh symbol that no source name can clash with. */
  gensym(base: string, pos: Position): Sym;
  /** Whether `name` is a local (or the part before its first `.` is) at the place of expansion. */
  inScope(name: string): boolean;
  /** Expands the macros at the head of `form` until its head is no macro. */
  macroexpand(form: Node): Node;
  /** Whether `...` is legal at the place of expansion. */
  readonly hasVarargs: boolean;
  /** Ends the compilation of this form with a FennelError at `at`. */
  fail(code: string, message: string, at: Node, hint?: string): never;
}

/** A built-in macro: a pure function from the whole form (head included) to what replaces it. */
export type BuiltinMacro = (form: List, context: MacroContext) => Node;
