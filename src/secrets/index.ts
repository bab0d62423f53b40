/** Secret values: who may have them, and how they are kept out of everything that is shown or stored. */
export { createRedactor, type Redactor } from './create-redactor.js';
export {
  lookUpSecret,
  type SecretAnswer,
  type SecretDeclaration,
  type SecretScope,
} from './look-up-secret.js';
export type { RedactionStream } from './redaction-stream.js';
export { minRedactedBytes } from './secret-forms.js';
