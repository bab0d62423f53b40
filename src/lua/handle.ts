import { isByteString } from './bytes.js';
import { ByteString } from './engine/byte-string.js';
import { TValueClass } from './engine/fengari.js';
import type { TValue, Udata } from './engine/state.js';
import type { Table } from './engine/table.js';
import {
  BASE,
  BASE_FUNCTION,
  BOOLEAN,
  FLOAT,
  HOST_FUNCTION,
  INTEGER,
  NIL,
  STRING,
  TABLE,
  THREAD,
  USERDATA,
} from './engine/tags.js';
import { LuaError } from './error.js';
import { LuaFloat } from './float.js';
import type {
  ExactValue,
  LuaCoroutine,
  LuaFunction,
  LuaInput,
  LuaTable,
  LuaUserdata,
  LuaValue,
} from './vm.js';

/** What all handles have in common: the engine's object behind them, which nobody outside can reach. */
class Handle {
  host: unknown = undefined;
  readonly #owner: Handles;
  readonly #slot: TValue;

  constructor(owner: Handles, slot: TValue) {
    this.#owner = owner;
    this.#slot = slot;
  }

  /** @throws LuaError when the handle is another VM's */
  static slotOf(handle: Handle, owner: Handles): TValue {
    if (handle.#owner !== owner) {
      throw new LuaError({
        code: 'closed',
        message: 'this handle belongs to another VM, or to a closed one',
      });
    }
    return handle.#slot;
  }

  static ownerOf(handle: Handle): Handles {
    return handle.#owner;
  }
}

class TableHandle extends Handle implements LuaTable {
  readonly kind = 'table';
  readonly #table: Table;

  constructor(owner: Handles, slot: TValue) {
    super(owner, slot);
    this.#table = slot.value as Table;
  }

  get(key: LuaInput): LuaValue {
    return Handle.ownerOf(this).toHost(this.#slotAt(key));
  }

  getExact(key: LuaInput): ExactValue {
    return Handle.ownerOf(this).toExact(this.#slotAt(key));
  }

  set(key: LuaInput, value: LuaInput): void {
    const owner = Handle.ownerOf(this);
    const keySlot = owner.toSlot(key);
    if (keySlot.type === NIL || Number.isNaN(keySlot.value)) {
      throw new LuaError({ code: 'conversion', message: `${String(key)} cannot be the key of a table` });
    }
    this.#table.set(keySlot, owner.toSlot(value));
    this.#table.flags = 0;
  }

  get length(): number {
    return this.#table.length;
  }

  *entries(): IterableIterator<[LuaValue, LuaValue]> {
    const owner = Handle.ownerOf(this);
    const cursor = this.#table.cursor();
    while (cursor.step()) yield [owner.toHost(cursor.key), owner.toHost(cursor.value)];
  }

  *exactEntries(): IterableIterator<[LuaValue, ExactValue]> {
    const owner = Handle.ownerOf(this);
    const cursor = this.#table.cursor();
    while (cursor.step()) yield [owner.toHost(cursor.key), owner.toExact(cursor.value)];
  }

  get metatable(): LuaTable | undefined {
    return metatableOf(Handle.ownerOf(this), this.#table.metatable);
  }

  set metatable(metatable: LuaTable | undefined) {
    this.#table.metatable = rawMetatable(Handle.ownerOf(this), metatable);
  }

  #slotAt(key: LuaInput): TValue {
    if (typeof key === 'string') return this.#table.getString(key);
    return this.#table.get(Handle.ownerOf(this).toSlot(key));
  }
}

class FunctionHandle extends Handle implements LuaFunction {
  readonly kind = 'function';
}

class UserdataHandle extends Handle implements LuaUserdata {
  readonly kind = 'userdata';
  readonly #userdata: Udata;

  constructor(owner: Handles, slot: TValue) {
    super(owner, slot);
    this.#userdata = slot.value as Udata;
  }

  get metatable(): LuaTable | undefined {
    return metatableOf(Handle.ownerOf(this), this.#userdata.metatable as Table | null);
  }

  set metatable(metatable: LuaTable | undefined) {
    this.#userdata.metatable = rawMetatable(Handle.ownerOf(this), metatable);
  }
}

class CoroutineHandle extends Handle implements LuaCoroutine {
  readonly kind = 'coroutine';
}

/** The border of one VM: engine values to host values and back. One object has one handle for life. */
export class Handles {
  readonly #handles = new WeakMap<object, Handle>();

  toHost(slot: TValue): LuaValue {
    switch (slot.type) {
      case NIL:
        return undefined;
      case BOOLEAN:
      case INTEGER:
      case FLOAT:
        return slot.value as boolean | number;
      case STRING:
        return (slot.value as ByteString).text;
      case TABLE:
        return this.#table(slot.value as Table);
      default:
        return this.#object(slot);
    }
  }

  /** As `toHost`, but a float that is a whole number is not taken for an integer. */
  toExact(slot: TValue): ExactValue {
    const isWhole = slot.type === FLOAT && Number.isInteger(slot.value);
    return isWhole ? new LuaFloat(slot.value as number) : this.toHost(slot);
  }

  /** @throws LuaError `conversion` for what Lua cannot hold */
  toSlot(input: LuaInput): TValue {
    switch (typeof input) {
      case 'undefined':
        return new TValueClass(NIL, null);
      case 'boolean':
        return new TValueClass(BOOLEAN, input);
      case 'number':
        return new TValueClass(Number.isSafeInteger(input) ? INTEGER : FLOAT, input + 0);
      case 'string':
        return new TValueClass(STRING, new ByteString(checkBytes(input)));
      case 'object':
        if (input === null) return new TValueClass(NIL, null);
        if (input instanceof Handle) return Handle.slotOf(input, this);
        if (input instanceof LuaFloat) return new TValueClass(FLOAT, input.value);
        if (input instanceof Uint8Array) return new TValueClass(STRING, ByteString.fromBytes(input));
    }
    throw new LuaError({
      code: 'conversion',
      message: `${describe(input)} cannot be given to Lua: expected nil, a boolean, a number, a byte string, bytes or a handle of this VM (plain data goes through fromPlain, functions through createFunction)`,
    });
  }

  #table(table: Table): LuaTable {
    table.handle ??= new TableHandle(this, new TValueClass(TABLE, table));
    return table.handle as LuaTable;
  }

  #object(slot: TValue): LuaValue {
    const object = slot.value as object;
    let handle = this.#handles.get(object);
    if (handle === undefined) {
      handle = this.#wrap(new TValueClass(slot.type, object));
      this.#handles.set(object, handle);
    }
    return handle as FunctionHandle | UserdataHandle | CoroutineHandle;
  }

  #wrap(slot: TValue): Handle {
    if ((slot.type & BASE) === BASE_FUNCTION || slot.type === HOST_FUNCTION)
      return new FunctionHandle(this, slot);
    if (slot.type === USERDATA) return new UserdataHandle(this, slot);
    if (slot.type === THREAD) return new CoroutineHandle(this, slot);
    throw new Error(`the engine made a value of type ${slot.type}, which no Lua value has`);
  }
}

function metatableOf(owner: Handles, table: Table | null): LuaTable | undefined {
  return table === null ? undefined : (owner.toHost(new TValueClass(TABLE, table)) as LuaTable);
}

function rawMetatable(owner: Handles, metatable: LuaTable | undefined): Table | null {
  return metatable === undefined ? null : (owner.toSlot(metatable).value as Table);
}

/** The text itself, if it is a byte string. @throws LuaError `conversion` */
export function checkBytes(text: string): string {
  if (isByteString(text)) return text;
  const character = /[^\x00-\xff]/u.exec(text)![0];
  const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  throw new LuaError({
    code: 'conversion',
    message: `a string with the character U+${code} is not a byte string: encode text with fromText first`,
  });
}

function describe(input: unknown): string {
  if (typeof input === 'function') return 'a JavaScript function';
  if (Array.isArray(input)) return 'an array';
  if (typeof input === 'object') return 'an object';
  return `a ${typeof input}`;
}
