import { coreOf } from '../core.js';
import type { ByteString } from '../engine/byte-string.js';
import { textOf } from '../engine/concat.js';
import { metafield } from '../engine/metafield.js';
import { raise } from '../engine/raise.js';
import type { State, TValue } from '../engine/state.js';
import { BOOLEAN, NIL, STRING } from '../engine/tags.js';
import { typeName } from '../engine/type-name.js';
import type { Steps } from './steps.js';

/** `tostring(value)` as a byte string, `__tostring` and `__name` included. */
export function* tostringSteps(L: State, slot: TValue): Steps<string> {
  const method = metafield(L, slot, '__tostring');
  if (method.type === NIL) return plainText(L, slot);
  const result = (yield { fn: method, args: [slot] })!;
  return textOf(result) ?? raise(L, "'__tostring' must return a string");
}

/** `tostring` of a value that has no `__tostring`. */
export function plainText(L: State, slot: TValue): string {
  const text = textOf(slot);
  if (text !== undefined) return text;
  if (slot.type === NIL) return 'nil';
  if (slot.type === BOOLEAN) return slot.value === true ? 'true' : 'false';
  const name = metafield(L, slot, '__name');
  const kind = name.type === STRING ? (name.value as ByteString).text : typeName(slot);
  return `${kind}: ${coreOf(L).addressOf(slot.value as object)}`;
}
