/**
 * A float whose value is a whole number, for hosts to which `2.0` is not `2`: Lua shows the two differently, and a
 * JavaScript number cannot tell them apart. Made by a host, it is a float in Lua; it is given to a host only where
 * the interface says `exact`, and elsewhere is the plain number.
 */
export class LuaFloat {
  readonly kind = 'float';
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}
