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

/** By this machine's clock, with its zone: `2026-07-02T18:00+08:00`. */
export function shown(at: Date): string {
  const ahead = -at.getTimezoneOffset();
  const wall = new Date(at.getTime() + ahead * 60_000).toISOString().slice(0, 16);
  if (ahead === 0) return `${wall}Z`;
  const [hours, minutes] = [Math.floor(Math.abs(ahead) / 60), Math.abs(ahead) % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return `${wall}${ahead < 0 ? '-' : '+'}${two(hours)}:${two(minutes)}`;
}
