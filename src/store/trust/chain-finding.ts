/** Something that verification found. `redacted` is not a fault: it was done through the door made for it. */
export type ChainFinding =
  | { readonly code: 'missing'; readonly fromSeq: number; readonly toSeq: number }
  | { readonly code: 'data-changed'; readonly seq: number; readonly expected: string; readonly found: string }
  | {
      readonly code: 'envelope-changed';
      readonly seq: number;
      readonly expected: string;
      readonly found: string;
    }
  | { readonly code: 'chain-broken'; readonly seq: number; readonly expected: string; readonly found: string }
  | {
      readonly code: 'stream-gap';
      readonly seq: number;
      readonly stream: string;
      readonly expected: number;
      readonly found: number;
    }
  | { readonly code: 'cut-off'; readonly headSeq: number; readonly publishedSeq: number }
  | {
      readonly code: 'other-history';
      readonly seq: number;
      readonly published: string;
      readonly found: string;
    }
  | { readonly code: 'redacted'; readonly seq: number; readonly bySeq: number; readonly reason: string };

/** Whether the finding means that the history is not what was stored. */
export const isFault = (finding: ChainFinding): boolean => finding.code !== 'redacted';

/** A finding in words: what is wrong, and where. */
export const describeFinding = (finding: ChainFinding): string => {
  switch (finding.code) {
    case 'missing': {
      const { fromSeq, toSeq } = finding;
      return fromSeq === toSeq ? `event ${fromSeq} is missing` : `events ${fromSeq} to ${toSeq} are missing`;
    }
    case 'data-changed':
      return `event ${finding.seq}: its data was changed; its digest should be ${finding.expected}, found ${finding.found}`;
    case 'envelope-changed':
      return `event ${finding.seq}: a column beside its data was changed; its hash should be ${finding.expected}, found ${finding.found}`;
    case 'chain-broken':
      return `event ${finding.seq}: it does not follow from the event before it; prev_hash should be ${finding.expected}, found ${finding.found}`;
    case 'stream-gap':
      return `event ${finding.seq}: it should be version ${finding.expected} of stream ${finding.stream}, found ${finding.found}`;
    case 'cut-off':
      return `the end was cut off: event ${finding.publishedSeq} was published, the last one here is ${finding.headSeq}`;
    case 'other-history':
      return `event ${finding.seq}: its hash was published as ${finding.published}, found ${finding.found}: the history was written anew`;
    case 'redacted':
      return `event ${finding.seq}: its text was destroyed by event ${finding.bySeq}: ${finding.reason}`;
  }
};
