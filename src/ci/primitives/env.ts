import { fromText } from '../../lua/index.js';
import type { Primitive } from './primitive.js';
import { textArgument } from './text-argument.js';

/** `(env name)`: a variable of the run's environment, as commands see it, or nil. */
export const env: Primitive = ({ run }, [name]) => {
  const key = textArgument(name, 'env: the name of a variable');
  const variables = run.bootstrap.env;
  return Object.hasOwn(variables, key) ? fromText(variables[key] ?? '') : undefined;
};
