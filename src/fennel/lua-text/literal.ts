const keywords = new Set(
  (
    'and break do else elseif end false for function goto if in local nil not or repeat return then true until ' +
    'while'
  ).split(' '),
);

export function isLuaKeyword(name: string): boolean {
  return keywords.has(name);
}

/** Whether `name` may be written bare in Lua: as a variable, a field or a method. */
export function isLuaName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !keywords.has(name);
}

/**
 * A byte string as a Lua literal on one line. Bytes from 0x80 are escaped, too, so that the text of a chunk is ASCII
 * and means the same whether it is kept as bytes or as UTF-8.
 */
export function luaString(value: string): string {
  return `"${special.test(value) ? value.replace(everySpecial, escapeByte) : value}"`;
}

const special = /[\x00-\x1f"\\\x7f-\xff]/;
const everySpecial = new RegExp(special, 'g');

function escapeByte(char: string): string {
  if (char === '"' || char === '\\') return `\\${char}`;
  if (char === '\n') return '\\n';
  return `\\${char.charCodeAt(0).toString().padStart(3, '0')}`;
}

/** What a Fennel numeral is in Lua, where infinity and NaN have no literals. */
export function luaNumber(text: string): string {
  switch (text) {
    case '.inf':
      return '(1/0)';
    case '-.inf':
      return '(-1/0)';
    case '.nan':
      return '(-(0/0))';
    case '-.nan':
      return '(0/0)';
    default:
      return text;
  }
}
