/** Where each page lives. Everything that comes from outside is encoded here and nowhere else. */

/** `group/name` keeps its slash: a name has at most two parts, and neither may begin with a dash or a dot. */
export const repoAddress = (repo: string): string => `/repos/${repo.split('/').map(segment).join('/')}`;

export const runAddress = (runId: string): string => `/runs/${segment(runId)}`;

export const jobAddress = (runId: string, jobId: string): string =>
  `${runAddress(runId)}/jobs/${segment(jobId)}`;

export const shAddress = (runId: string, jobId: string, n: number): string =>
  `${jobAddress(runId, jobId)}/sh/${n}`;

/** An address with these parameters; empty ones are left out. */
export const withQuery = (
  address: string,
  query: Readonly<Record<string, string | number | undefined>>,
): string => {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  }
  return parameters.size === 0 ? address : `${address}?${parameters}`;
};

/** One path segment. `.` and `..` would be resolved by the browser, also when encoded, so they get a tilde. */
export const segment = (text: string): string =>
  encodeURIComponent(/^(~|\.{1,2}$)/.test(text) ? `~${text}` : text);

/** What {@link segment} was given, from the segment as express has decoded it. */
export const fromSegment = (decoded: string): string =>
  decoded.startsWith('~') ? decoded.slice(1) : decoded;
