/**
 * Decides from which byte on a file is sent (RFC 9110 §14). Whoever fetches a recording asks for its rest
 * and for nothing else; every other range is ignored, as §14.2 allows. Pure.
 */
export function rangeFrom(
  { range, ifRange }: { range: string | undefined; ifRange: string | undefined },
  { etag, bytes }: { etag: string; bytes: number },
): number | 'unsatisfiable' {
  const from = Number(/^bytes=(\d{1,15})-$/.exec(range ?? '')?.[1] ?? 0);
  // §13.1.5: the rest of another file is of no use.
  if (ifRange !== undefined && ifRange !== etag) return 0;
  return from > 0 && from >= bytes ? 'unsatisfiable' : from;
}
