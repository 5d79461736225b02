/** What the doctor and the watch over the clock ask of the machine, wired to this app. */
import { isPrivate, type MachineFacts } from '../domain/doctor/machine';
import type { Plan } from '../domain/plan';
import type { KeptCertificate } from '../http/tls/kept-certificate';
import { clockFact } from '../machine/clock';
import { ClockWatch, type ClockWatchOptions } from '../machine/clock-watch';
import { machineFacts } from '../machine/facts';
import type { Config } from '../config';

interface Around {
  listening: readonly string[];
  certificate: KeptCertificate | undefined;
  plan: () => Plan;
}

export function installationOf(
  { ntpServers, hasMediaNetworks, dataDir, recordingsDir, recordingsDir2 }: Config,
  { listening, certificate, plan }: Around,
): () => Promise<MachineFacts> {
  const folders = [dataDir, recordingsDir, recordingsDir2].filter((one) => one !== null);
  return () =>
    machineFacts({
      ...{ ntpServers, hasMediaNetworks, listening, folders, now: Date.now },
      certificate: certificate
        ? { cert: certificate.current.cert, given: certificate.isGiven }
        : null,
      zones: plan().stores.map(({ timezone }) => timezone),
      publicTrunks: plan()
        .trunks.filter(({ from }) => from.some(isOfTheInternet))
        .map(({ id }) => id),
    });
}

const isOfTheInternet = (place: string): boolean =>
  /^\d+\.\d+\.\d+\.\d+/.test(place) && !isPrivate(place);

export const watchClock = (
  { ntpServers }: Pick<Config, 'ntpServers'>,
  tell: ClockWatchOptions['tell'],
): ClockWatch => new ClockWatch({ tell, ask: () => clockFact(ntpServers) });
