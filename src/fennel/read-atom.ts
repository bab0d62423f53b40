import type { Node, Position } from './node.js';

/** Why a run of symbol characters is neither a symbol, a number nor a keyword; `offset` is where in it, from 0. */
export interface BadAtom {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly offset?: number;
}

const decimal = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/;
const hexadecimal = /^[-+]?0[xX]([\da-fA-F]+\.?[\da-fA-F]*|\.[\da-fA-F]+)([pP][-+]?\d+)?$/;

/** Makes a node of a run of symbol characters. */
export function readAtom(text: string, pos: Position): Node | BadAtom {
  switch (text) {
    case 'true':
    case 'false':
      return { kind: 'boolean', value: text === 'true', pos };
    case '...':
      return { kind: 'varg', pos };
    case '.inf':
    case '-.inf':
    case '.nan':
    case '-.nan':
      return { kind: 'number', text, pos };
  }
  if (text.length > 1 && text[0] === ':') {
    return { kind: 'string', value: text.slice(1), pos, keyword: true };
  }
  const code = text.charCodeAt(0);
  const digit = code >= 48 && code <= 57;
  if (digit || code === 43 || code === 45 || code === 46) {
    const number = text.includes('_') ? text.replaceAll('_', '') : text;
    if (decimal.test(number) || hexadecimal.test(number)) {
      return { kind: 'number', text: number[0] === '+' ? number.slice(1) : number, pos };
    }
    if (digit) {
      return {
        code: 'bad-number',
        message: `could not read number "${text}"`,
        hint: 'a symbol cannot begin with a digit; if a number was meant, remove what is not part of it',
      };
    }
  }
  return malformed(text) ?? { kind: 'sym', name: text, pos };
}

function malformed(text: string): BadAtom | undefined {
  if (text[0] === '~' && text !== '~=') {
    return {
      code: 'invalid-character',
      message: 'invalid character: ~',
      hint: 'delete the ~: it is reserved (for inequality write not=)',
    };
  }
  const dot = text.indexOf('.');
  const colon = text.indexOf(':');
  if (dot === -1 && colon === -1) return undefined;
  const doubled = text.search(/[.:][.:]/);
  if (doubled !== -1 && text !== '..' && text !== '$...') return badMultisym(text, doubled);
  if (text !== ':' && text.endsWith(':')) return badMultisym(text, text.length - 1);
  if (colon !== -1 && /:.+[.:]/.test(text)) {
    return {
      code: 'method-not-last',
      message: `method must be last component of multisym: ${text}`,
      hint: 'use a dot for fields and a single colon before the last part; nest calls for more than one method',
      offset: colon,
    };
  }
  return undefined;
}

function badMultisym(text: string, offset: number): BadAtom {
  return {
    code: 'malformed-multisym',
    message: `malformed multisym: ${text}`,
    hint: 'put exactly one dot or colon between names, and none at the end',
    offset,
  };
}
