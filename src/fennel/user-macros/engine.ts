import type { Context, Macro, MacroEngine, MacroModule, Place } from '../compiler/context.js';
import type { CompileLimits } from '../limits.js';
import type { List, Node } from '../node.js';
import { print } from '../print.js';

export class UserMacros implements MacroEngine {
  constructor(_options: unknown, _limits: CompileLimits) {}
  evaluateMacros(form: Node, _place: Place, c: Context): ReadonlyMap<string, Macro> {
    return c.fail('not-yet', 'user macros', form);
  }
  loadModule(_name: Node, form: List, _place: Place, c: Context): MacroModule {
    return c.fail('not-yet', 'user macros', form);
  }
  evaluate(form: List, _place: Place, c: Context): boolean | number | string | undefined {
    return c.fail('not-yet', 'user macros', form);
  }
  show(form: Node): string {
    return print(form);
  }
}
