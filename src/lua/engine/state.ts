import type { ByteString } from './byte-string.js';

/**
 * The shapes of fengari's objects, as far as they are used here (fengari has no types of its own). Names
 * are fengari's, which are the reference implementation's.
 */

/** A table; `Table` in `table.ts` is the class. */
export type TableObject = object;

/** A slot: of the stack, a table, a constant list or an upvalue. */
export interface TValue {
  type: number;
  value: unknown;
  setfrom(other: TValue): void;
  setnilvalue(): void;
  setbvalue(value: boolean): void;
  setivalue(value: number): void;
  setfltvalue(value: number): void;
  setsvalue(value: ByteString): void;
  sethvalue(value: TableObject): void;
  setclLvalue(value: LClosure): void;
}

export interface Instruction {
  readonly opcode: number;
  readonly A: number;
  readonly B: number;
  readonly C: number;
  readonly Bx: number;
  readonly Ax: number;
  readonly sBx: number;
}

/** A compiled function. */
export interface Proto {
  k: TValue[];
  p: Proto[];
  code: Instruction[];
  lineinfo: number[];
  upvalues: { name: ByteString | null; instack: boolean; idx: number }[];
  locvars: { varname: ByteString }[];
  numparams: number;
  is_vararg: boolean;
  maxstacksize: number;
  linedefined: number;
  lastlinedefined: number;
  source: ByteString | null;
}

export interface LClosure {
  p: Proto;
  nupvalues: number;
  upvals: TValue[];
}

export interface CClosure {
  f: (L: State) => number;
  upvalue: TValue[];
}

export interface Udata {
  id: number;
  metatable: TableObject | null;
}

/** One call on a thread's stack. */
export interface CallInfo {
  func: TValue;
  funcOff: number;
  top: number;
  previous: CallInfo | null;
  next: CallInfo | null;
  l_base: number;
  l_code: Instruction[];
  l_savedpc: number;
  nresults: number;
  callstatus: number;
}

/** What all threads of one VM share. */
export interface GlobalState {
  id_counter: number;
  mt: (TableObject | null | undefined)[];
  atnativeerror: ((L: State) => number) | null;
  /** Ours: the VM this state belongs to. */
  owner: Owner;
}

/** What the engine and the libraries ask of the VM they run under. */
export interface Owner {
  /** The longest string that may be made. */
  readonly maxStringBytes: number;
  /** Raises the error for a string of `bytes` bytes. */
  refuseString(L: State, bytes: number): never;
  /** Notes work that the count of instructions does not show: `units` is about that many instructions. */
  charge(L: State, units: number): void;
}

/** A thread: Lua's `lua_State`. */
export interface State {
  readonly id: number;
  readonly stack: TValue[];
  top: number;
  stack_last: number;
  readonly base_ci: CallInfo;
  ci: CallInfo;
  readonly l_G: GlobalState;
  readonly hook: unknown;
  readonly hookmask: number;
  status: number;
  nny: number;
  nCcalls: number;
  errfunc: number;
  hookcount: number;
  readonly basehookcount: number;
  allowhook: number;
  /** Ours: from the start of a resume until it ends or yields to Lua; such a thread cannot be resumed. */
  isBusy?: boolean;
}

/** A function of the host, in the engine's terms: arguments are on the stack, results are pushed. */
export type HostCode = (L: State) => number;

/** Runs when a yielded or protected call has come back: `status` tells how. */
export type Continuation = (L: State, status: number, context: unknown) => number;
