import type { Expression } from '../lua-text/expression.js';
import type { Block } from '../lua-text/block.js';
import type { Rope } from '../lua-text/rope.js';

/** What a form gave: expressions in order, of which the last may stand for many values. */
export type Values = readonly Expression[];

/** Where the value of a form goes. */
export type Destination = Delivering | OneValue | AllValues;

/** The form puts its value in place itself, with statements; nothing comes back. */
export type Delivering = Drop | Return | Assign | Wrap;

/** Evaluated for its effects. */
export interface Drop {
  readonly kind: 'drop';
}

/** What the Lua function returns; nothing runs after it. */
export interface Return {
  readonly kind: 'return';
}

/** Assigned to Lua places that exist already. */
export interface Assign {
  readonly kind: 'assign';
  readonly targets: readonly Rope[];
  /** Called before each assignment with the block it goes to: tells a single plain one from others. */
  readonly onAssign?: (values: Values, block: Block) => void;
}

/** Made part of something greater, which then goes to `inner`: how a call is moved into the branches of its argument. */
export interface Wrap {
  readonly kind: 'wrap';
  readonly inner: Delivering;
  readonly build: (values: Values) => Values;
  /** How many wraps there are, itself included. */
  readonly depth: number;
}

/** Handed back as one expression of one value. */
export interface OneValue {
  readonly kind: 'one';
}

/** Handed back as expressions of any number of values. */
export interface AllValues {
  readonly kind: 'all';
  /** Whether `distribute` may be called. */
  readonly canDistribute: boolean;
  /** How many wraps a value would go through. */
  readonly depth: number;
  /**
   * When a form cannot give all its values as an expression, it may ask, once, for a place to deliver them to
   * instead; then it hands back nothing.
   */
  distribute(): Delivering;
}

export const drop: Drop = { kind: 'drop' };
export const toReturn: Return = { kind: 'return' };
export const oneValue: OneValue = { kind: 'one' };
/** All values as expressions, whatever it takes. */
export const allValues: AllValues = {
  kind: 'all',
  canDistribute: false,
  depth: 0,
  distribute() {
    throw new TypeError('values wanted as expressions cannot be delivered');
  },
};

/** How many forms a value becomes part of on its way. */
export function wrapsOn(to: Destination): number {
  return to.kind === 'wrap' || to.kind === 'all' ? to.depth : 0;
}

export function isDelivering(destination: Destination): destination is Delivering {
  return destination.kind !== 'one' && destination.kind !== 'all';
}
