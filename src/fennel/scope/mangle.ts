import { isLuaKeyword } from '../lua-text/literal.js';

/** A Fennel name as a Lua identifier: `-` becomes `_`, any other odd byte `_` and its hexadecimal code. */
export function mangle(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return isLuaKeyword(name) ? `_${name}` : name;
  const mangled = name
    .replaceAll('-', '_')
    .replace(/[^A-Za-z0-9_]/g, (char) => `_${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return /^[0-9]/.test(mangled) || isLuaKeyword(mangled) ? `_${mangled}` : mangled;
}

/** Names of this shape are the compiler's own. */
const temporary = /^_\d+_$/;

/** `base`, or `base` with the first number that `taken` leaves free. */
export function uniqueName(base: string, taken: (name: string) => boolean): string {
  if (!taken(base) && !temporary.test(base)) return base;
  // Doubling the step keeps a name shadowed a thousand times from being searched a thousand times.
  let free = 0;
  let step = 1;
  while (taken(base + free)) {
    free += step;
    step *= 2;
  }
  for (step /= 2; step > 1; ) {
    step /= 2;
    if (!taken(base + (free - step))) free -= step;
  }
  return base + free;
}
