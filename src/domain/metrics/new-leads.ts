/**
 * Decides which leads are new leads of the team (新增留资数量): those who called in, whom headquarters distributed, who
 * registered on the web, and whom the showroom transferred (A21, N14). Whoever came in another way (we called him, a
 * walk-in, a list) is counted beside them, so that nobody is lost and nobody flatters the ratios.
 */

/** As `lead.source` says it. */
export const TEAM_SOURCES = ['inbound', 'hq', 'web', 'showroom'] as const;
export type TeamSource = (typeof TEAM_SOURCES)[number];

/** How many leads came from a source. */
export interface SourceCount {
  source: string;
  count: number;
}

export interface NewLeads {
  bySource: Record<TeamSource, number>;
  /** The sum of the four. */
  total: number;
  /** Leads of every other source. */
  others: number;
}

export const isTeamSource = (source: string): source is TeamSource =>
  (TEAM_SOURCES as readonly string[]).includes(source);

/** A source may be named several times. */
export function newLeads(counts: readonly SourceCount[]): NewLeads {
  const sum = (of: (source: string) => boolean): number =>
    counts.filter(({ source }) => of(source)).reduce((all, { count }) => all + count, 0);
  const bySource = Object.fromEntries(
    TEAM_SOURCES.map((source) => [source, sum((one) => one === source)]),
  ) as Record<TeamSource, number>;
  return { bySource, total: sum(isTeamSource), others: sum((one) => !isTeamSource(one)) };
}
