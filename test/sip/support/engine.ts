import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import type { MediaDirectory } from '../../../sip/control/ports';
import type { ControlEvent } from '../../../sip/control/protocol';
import { startSignalling } from '../../../sip/gateway/signalling';
import type { Signalling, SignallingOptions } from '../../../sip/gateway/signalling-options';
import { Seen } from '../../support/wait';

export const SECRET = 'cymru';

/** A running engine on loopback, with what it told over control. */
export interface Engine extends Signalling {
  udpPort: number;
  tcpPort: number;
  told: Seen<{ app: string; event: ControlEvent }>;
  /** `session/endpoint` pairs that count as bridged. */
  bridged: Set<string>;
  released: string[];
}

/** T1 of 20 ms makes 64·T1 1.3 s: an ACK time-out fits into a test. */
export async function startEngine(options: Partial<SignallingOptions> = {}): Promise<Engine> {
  const dataDir = mkdtempSync(join(tmpdir(), 'openline-engine-'));
  const signalling = await startSignalling({
    sip: [
      { protocol: 'udp', host: '127.0.0.1', port: 0 },
      { protocol: 'tcp', host: '127.0.0.1', port: 0 },
    ],
    admit: () => true,
    drachtio: { host: '127.0.0.1', port: 0, secret: SECRET },
    dataDir,
    graceMs: 60_000,
    orphanLimitMs: 7_200_000,
    log: pino({ level: 'silent' }),
    timing: { t1: 20, t2: 160, t4: 50 },
    ...options,
  });
  const told = new Seen<{ app: string; event: ControlEvent }>();
  const bridged = new Set<string>();
  const released: string[] = [];
  const media: MediaDirectory = {
    isBridged: (session, endpoint) => bridged.has(`${session}/${endpoint}`),
    release: (session, endpoint) => void released.push(`${session}/${endpoint}`),
  };
  signalling.connectControl({ tellApp: (app, event) => told.add({ app, event }), media });
  const close = async () => {
    await signalling.close();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return Object.assign(
    { ...signalling, close },
    {
      udpPort: portOf(signalling, 'udp'),
      tcpPort: portOf(signalling, 'tcp'),
      told,
      bridged,
      released,
    },
  );
}

function portOf(signalling: Signalling, protocol: string): number {
  const url = signalling.sip.find((listener) => listener.startsWith(protocol)) ?? '';
  return Number(url.slice(url.lastIndexOf(':') + 1));
}
