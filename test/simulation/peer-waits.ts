/** What other products tell a caller who joins a line: one figure, of what each of them looks at. */

/** What there is to look at when a caller joins. All spans in ms. */
export interface Seen {
  /** Waits of those who were taken, and all talks with wrap-up, the oldest first. */
  waits: number[];
  talks: number[];
  /** How long each of those before him has waited. */
  line: number[];
  /** How long he has. */
  waited: number;
  agents: number;
  free: number;
  now: number;
}

export type PeerName = 'Asterisk' | 'VICIdial' | 'OpenSIPS' | 'Google CCAI' | 'Genesys' | 'Cisco';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Asterisk's smoothed hold time, the same for every position. */
function smoothed(waits: readonly number[]): number {
  return waits.reduce((held, newest) => (3 * held + newest) / 4, 0);
}

const meanOf = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean talk of the last hundred. */
const talk = ({ talks }: Seen): number => meanOf(talks.slice(-100));

export const PEERS: readonly [name: PeerName, told: (seen: Seen) => number][] = [
  [
    'Asterisk',
    // app_queue: labs((holdtime + 30 - waited) / 60) minutes.
    ({ waits, waited }) =>
      Math.floor(Math.abs(smoothed(waits.slice(-40)) + 30 * SECOND - waited) / MINUTE) * MINUTE,
  ],
  [
    'VICIdial',
    ({ waits, line, waited }) =>
      Math.max(10 * SECOND, (meanOf(waits.slice(-5)) + meanOf(line)) / 2 - waited),
  ],
  ['OpenSIPS', (seen) => (talk(seen) * seen.line.length) / Math.max(1, seen.agents)],
  [
    'Google CCAI',
    (seen) =>
      (talk(seen) / Math.max(1, seen.agents)) * (seen.line.length + 1 - seen.free) + 10 * SECOND,
  ],
  [
    'Genesys',
    (seen) =>
      ((seen.talks.length === 0 ? 90 * SECOND : talk(seen)) * (seen.line.length + 1)) /
      Math.max(1, seen.agents),
  ],
  ['Cisco', (seen) => ((seen.line.length + 1) * talk(seen)) / Math.max(1, seen.agents)],
];
