/**
 * What signals do to the edge process. SIGINT ends it within five seconds; a first SIGTERM lets it go when
 * that costs nobody a call, a second one as SIGINT; SIGHUP reads the certificate again.
 */
import type { Logger } from 'pino';
import { drachtioTls, outbound } from './app-certificates';
import type { Leaving } from './gateway/peer/handover';
import { RunningDeparture } from './gateway/peer/running-departure';
import { nextTimeOfDay } from './gateway/peer/time-of-day';
import type { Signalling } from './gateway/signalling-options';
import type { MediaEngine } from './media/engine-port';
import type { EdgeSettings } from './settings';
import { readCertificate } from './transport/certificate';

/** What must be said to peers and written to disk has this long, then the process ends. */
const STOP_WITHIN_MS = 4500;

interface Running {
  /** Undefined in a media-only edge. */
  signalling: Signalling | undefined;
  media: MediaEngine;
  /** Ends all calls, then all else. */
  end(): Promise<void>;
}

export function onSignals(edge: Running, settings: EdgeSettings, log: Logger): void {
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    void edge.end().then(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  const leave = edge.signalling?.leave ?? leaveMediaOnly(log);
  process.on('SIGTERM', () => {
    const hour = nextTimeOfDay(Date.now(), settings.drainAtMs, offsetAt);
    leave({ hour, mediaLeft: () => edge.media.unfinished, ended: stop });
  });
  process.on('SIGHUP', () => readAgain(edge, settings, log));
  if (process.env['OPENLINE_LAUNCHED'] !== '1') return;
  // The launcher holds the other end of stdin: without it nobody would ever start or end us again.
  process.stdin.resume();
  process.stdin.on('end', () => {
    log.warn('the launcher is gone, so the edge ends');
    stop();
  });
}

/** Without signalling there is no peer to send anybody to, and media is all that can be left. */
function leaveMediaOnly(log: Logger): (leaving: Leaving) => void {
  let leaving: Leaving | undefined;
  const departure = new RunningDeparture(
    log,
    () => ({ now: Date.now(), peer: false, left: leaving?.mediaLeft() ?? 0 }),
    (state) => state === 'ended' && leaving?.ended(),
  );
  return (asked) => {
    leaving = asked;
    departure.term(asked.hour);
  };
}

/** What this machine's clock is ahead of UTC. */
function offsetAt(instant: number): number {
  return -60_000 * new Date(instant).getTimezoneOffset();
}

/** Whoever renewed a certificate says so, and no connection is dropped for it. */
function readAgain({ signalling }: Running, settings: EdgeSettings, log: Logger): void {
  const { tls, drachtioTls: apps, outbound: out } = settings;
  const none = tls === undefined && apps === undefined && out.caFile === '';
  if (none) return log.info('SIGHUP: there is no certificate to read again');
  try {
    // All are read before the first is used: one that is wrong changes nothing.
    const certificate = tls && readCertificate(tls);
    const forApps = { certificate: drachtioTls(settings)?.certificate, ...outbound(settings) };
    signalling?.certifyForApps(forApps);
    if (certificate !== undefined) signalling?.certify(certificate);
    const read = { ...tls, drachtio: apps?.files };
    log.info(read, 'SIGHUP: new handshakes use the certificate that was read');
  } catch (error) {
    log.error({ err: error }, 'SIGHUP: the certificate before stays in use');
  }
}
