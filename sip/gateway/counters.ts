/** What is counted rather than logged: one number a reason, since the edge started. */
export interface Counters {
  /** Datagrams and connections from sources that are not served. */
  foreignSource: number;
  /** Requests refused because of wrong digests before. */
  digestBlocked: number;
  /** Requests for which no app was there. */
  noApp: number;
}

export function newCounters(): Counters {
  return { foreignSource: 0, digestBlocked: 0, noApp: 0 };
}
