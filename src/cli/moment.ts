/** `18:00` by this machine's clock, the next time that it comes, or ISO 8601 with its zone; null for neither. */
export function momentOf(text: string, now: Date): Date | null {
  const clock = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (!clock) {
    const said = new Date(/T.*(Z|[+-]\d\d:\d\d)$/.test(text) ? text : NaN);
    return Number.isNaN(said.getTime()) ? null : said;
  }
  const then = new Date(now);
  then.setHours(Number(clock[1]), Number(clock[2]), 0, 0);
  if (then <= now) then.setDate(then.getDate() + 1);
  return then;
}
