/** A problem of a registration, before its column and source line are looked up. */
export interface Finding {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly file: string;
  readonly line: number;
  /** A string of the registration that the finding is about: its position is the better one. */
  readonly near?: string;
}
