/** A stretch of Fennel source and what it is; plain text has no kind. */
export interface Token {
  readonly text: string;
  readonly kind: 'comment' | 'string' | 'keyword' | 'number' | 'form' | 'bracket' | '';
}

/** The special forms and macros that shape a pipeline. */
const forms = new Set(
  `fn λ lambda let local var set global if when unless each for while do values match case match-try case-try
  require import-macros macro macros icollect collect fcollect accumulate faccumulate doto hashfn comment
  and or not -> ->> -?> -?>> with-open pick-values tset unpack quote`.split(/\s+/),
);

/** Fennel source as lines of tokens. Made for reading: it never fails, and every character is kept. */
export const highlight = (source: string): Token[][] => {
  const lines: Token[][] = [[]];
  for (const { text, kind } of tokens(source)) {
    for (const [index, part] of text.split('\n').entries()) {
      if (index > 0) lines.push([]);
      if (part !== '') lines.at(-1)!.push({ text: part, kind });
    }
  }
  return lines;
};

const pattern =
  /(?<comment>;[^\n]*)|(?<string>"(?:[^"\\]|\\[\s\S])*"?)|(?<bracket>[()[\]{}])|(?<atom>[^\s()[\]{}";]+)|(?<space>\s+)/g;

const tokens = function* (source: string): Generator<Token> {
  for (const { groups } of source.matchAll(pattern)) {
    const { comment, string, bracket, atom, space } = groups!;
    if (comment !== undefined) yield { text: comment, kind: 'comment' };
    else if (string !== undefined) yield { text: string, kind: 'string' };
    else if (bracket !== undefined) yield { text: bracket, kind: 'bracket' };
    else if (atom !== undefined) yield { text: atom, kind: kindOf(atom) };
    else yield { text: space!, kind: '' };
  }
};

const kindOf = (atom: string): Token['kind'] => {
  if (/^:./.test(atom)) return 'keyword';
  if (/^[+-]?(?:0x[\da-fA-F_]+|[\d_]*\.?\d[\d_]*(?:e[+-]?\d+)?)$/.test(atom)) return 'number';
  return forms.has(atom) ? 'form' : '';
};
