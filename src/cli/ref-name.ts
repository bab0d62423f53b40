/** A ref as people call it: `main` for a branch, `tag v1` for a tag, the full name for anything else. */
export const shortRef = (ref: string): string => {
  if (ref.startsWith('refs/heads/')) return ref.slice('refs/heads/'.length);
  if (ref.startsWith('refs/tags/')) return `tag ${ref.slice('refs/tags/'.length)}`;
  return ref;
};
