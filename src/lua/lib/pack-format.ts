/** The format language of `string.pack`: one option at a time, with its size and the padding before it. */
export interface PackOption {
  readonly kind:
    | 'int'
    | 'uint'
    | 'float'
    | 'fixed'
    | 'string'
    | 'zero-terminated'
    | 'padding'
    | 'alignment'
    | 'nothing';
  /** Bytes of the value; of the length in front of it for `string`. */
  readonly size: number;
  /** Bytes of padding that bring the value to its alignment. */
  readonly align: number;
  readonly isLittleEndian: boolean;
}

/** Raises an error: `argument` is 0 for one about no argument in particular. */
export type Fail = (message: string, argument: number) => never;

const SIZES: Readonly<Record<string, number>> = { b: 1, h: 2, i: 4, l: 8, j: 8, t: 8, f: 4, d: 8, n: 8 };
const MAX_INTEGER_BYTES = 16;
const NATIVE_ALIGNMENT = 8;

/** Reads a format; it keeps byte order and alignment between its options. */
export class PackFormat {
  readonly #source: string;
  readonly #fail: Fail;
  #at = 0;
  #isLittleEndian = true;
  #maxAlignment = 1;

  constructor(source: string, fail: Fail) {
    this.#source = source;
    this.#fail = fail;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#source.length;
  }

  /** @param offset where the option begins: bytes before it, which decide on its padding */
  next(offset: number): PackOption {
    const option = this.#option();
    let alignTo = option.size;
    if (option.kind === 'alignment') {
      const following = this.isAtEnd ? undefined : this.#option();
      alignTo = following?.size ?? 0;
      if (following === undefined || following.kind === 'fixed' || alignTo === 0) {
        return this.#fail("invalid next option for option 'X'", 1);
      }
    }
    return {
      ...option,
      size: option.kind === 'alignment' ? 0 : option.size,
      align: this.#padding(option, alignTo, offset),
    };
  }

  #padding(option: PackOption, wanted: number, offset: number): number {
    const aligned = ['int', 'uint', 'float', 'string', 'alignment'].includes(option.kind);
    if (!aligned || wanted <= 1) return 0;
    const alignment = Math.min(wanted, this.#maxAlignment);
    if ((alignment & (alignment - 1)) !== 0) {
      return this.#fail('format asks for alignment not power of 2', 1);
    }
    return (alignment - (offset % alignment)) % alignment;
  }

  #option(): PackOption {
    const letter = this.#source[this.#at++]!;
    const make = (kind: PackOption['kind'], size: number): PackOption => ({
      kind,
      size,
      align: 0,
      isLittleEndian: this.#isLittleEndian,
    });
    switch (letter) {
      case 'b':
      case 'h':
      case 'l':
      case 'j':
        return make('int', SIZES[letter]!);
      case 'B':
      case 'H':
      case 'L':
      case 'J':
      case 'T':
        return make('uint', SIZES[letter.toLowerCase()]!);
      case 'i':
        return make('int', this.#size(4));
      case 'I':
        return make('uint', this.#size(4));
      case 'f':
      case 'd':
      case 'n':
        return make('float', SIZES[letter]!);
      case 's':
        return make('string', this.#size(8));
      case 'c':
        return make('fixed', this.#digits() ?? this.#fail("missing size for format option 'c'", 0));
      case 'z':
        return make('zero-terminated', 0);
      case 'x':
        return make('padding', 1);
      case 'X':
        return make('alignment', 0);
      default:
        this.#setting(letter);
        return make('nothing', 0);
    }
  }

  #setting(letter: string): void {
    if (letter === '<' || letter === '=') this.#isLittleEndian = true;
    else if (letter === '>') this.#isLittleEndian = false;
    else if (letter === '!') this.#maxAlignment = this.#size(NATIVE_ALIGNMENT);
    else if (letter !== ' ') this.#fail(`invalid format option '${letter}'`, 0);
  }

  #size(fallback: number): number {
    const size = this.#digits() ?? fallback;
    if (size >= 1 && size <= MAX_INTEGER_BYTES) return size;
    return this.#fail(`integral size (${size}) out of limits [1,${MAX_INTEGER_BYTES}]`, 0);
  }

  #digits(): number | undefined {
    let end = this.#at;
    while (/[0-9]/.test(this.#source[end] ?? '')) end++;
    if (end === this.#at) return undefined;
    const digits = Number(this.#source.slice(this.#at, end));
    this.#at = end;
    return digits;
  }
}
