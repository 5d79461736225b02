/** What is counted rather than logged: one number a reason, since the edge started. */
export interface Counters {
  /** Datagrams and connections from sources that are not served. */
  foreignSource: number;
  /** Messages dropped because their address sends too many. */
  flood: number;
  /** Messages dropped because their sender is a scanner. */
  scanner: number;
  /** Messages dropped because they are no SIP, or beyond the limits of size. */
  unreadable: number;
  /** Answers not sent because the address had not sent as many bytes. */
  withheld: number;
  /** Connections not taken because there are too many, in all or from one address. */
  crowd: number;
  /** Connections ended because no whole message came, or nothing for an hour. */
  silent: number;
  /** Connections ended because their peer does not read what he is sent. */
  unread: number;
  /** Requests refused because of wrong digests before. */
  digestBlocked: number;
  /** Wrong secrets on the ports for apps, and WebSockets passed on with one. */
  wrongSecret: number;
  /** Connections to these ports that ended, or were ended, before a secret was shown. */
  unproven: number;
  /** Connections to these ports that had to wait because of wrong secrets from there. */
  secretDelayed: number;
  /** Requests for which no app was there. */
  noApp: number;
  /** INVITEs that had to wait because the app had not caught up. */
  stoodInLine: number;
  /** Callers whom the edge answered by itself. */
  servedAlone: number;
  /** Callers sent to the peer edge while this one drains. */
  sentToPeer: number;
  /** Calls refused because not even the edge could serve them. */
  overCapacity: number;
}

export function newCounters(): Counters {
  return {
    foreignSource: 0,
    flood: 0,
    scanner: 0,
    unreadable: 0,
    withheld: 0,
    crowd: 0,
    silent: 0,
    unread: 0,
    digestBlocked: 0,
    wrongSecret: 0,
    unproven: 0,
    secretDelayed: 0,
    noApp: 0,
    stoodInLine: 0,
    servedAlone: 0,
    sentToPeer: 0,
    overCapacity: 0,
  };
}
