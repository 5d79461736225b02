/** Versions as entity tags (RFC 9110 §8.8.3), so that nobody writes over what he has not seen (§13.1.1). */

export const etagOf = (version: number): string => `"${version}"`;

/** Whether a version is one of those that `If-Match` names; undefined without that header, which names any. */
export function meantBy(ifMatch: string | undefined): ((version: number) => boolean) | undefined {
  if (ifMatch === undefined) return undefined;
  // A weak tag never matches here.
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  return (version) => tags.some((tag) => tag === '*' || tag === etagOf(version));
}
