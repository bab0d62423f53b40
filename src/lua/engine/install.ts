import { arithmetic, toInteger, toNumber } from './arithmetic.js';
import { ByteString } from './byte-string.js';
import { adjustTop, callWith } from './calls.js';
import { concat, textOf } from './concat.js';
import { execute } from './execute.js';
import { ldebug, ldo, lobject, lstate, ltable, lvm } from './fengari.js';
import { finishInstruction } from './finish-instruction.js';
import { parseNumeral } from './numeral.js';
import { refuseCall } from './raise.js';
import { tableModule } from './table-module.js';
import { TM_ADD } from './tags.js';
import { extendCallInfo } from './thread.js';

/**
 * Puts our parts in the place of fengari's. It works because fengari's modules call each other through
 * their module objects; `test/lua/engine.test.ts` guards every one of them.
 */
Object.assign(ltable, tableModule);

lstate.luaE_extendCI = extendCallInfo;

ldo.adjust_top = adjustTop;
ldo.luaD_call = callWith(execute);
ldo.luaD_callnoyield = (L, at, results) => {
  L.nny++;
  ldo.luaD_call(L, at, results);
  L.nny--;
};

// Fengari's own errors come through here; the host can tell an overflow from any other error.
const raiseAsFengari = ldebug.luaG_runerror;
ldebug.luaG_runerror = (L, format, ...args) => {
  const text = Buffer.from(format).toString('latin1');
  return text.endsWith('stack overflow') ? refuseCall(L) : raiseAsFengari(L, format, ...args);
};

lvm.luaV_execute = execute;
lvm.luaV_finishOp = finishInstruction;
lvm.luaV_concat = concat;
lvm.tointeger = toInteger;
lvm.tonumber = toNumber;

lobject.luaO_str2num = (bytes, result) => {
  const numeral = parseNumeral(ByteString.fromBytes(bytes).text);
  if (numeral === undefined) return 0;
  if (numeral.isInteger) result.setivalue(numeral.value);
  else result.setfltvalue(numeral.value);
  return bytes.length + 1;
};

lobject.luaO_tostring = (_L, slot) => slot.setsvalue(new ByteString(textOf(slot)!));

// Operators are numbered as their metamethods are, from addition on.
lobject.luaO_arith = (L, op, a, b, result) => arithmetic(L, TM_ADD + op, a, b, result);
