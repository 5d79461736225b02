import type { Logger } from 'pino';
import type {
  ClaimDirectory,
  DialogDirectory,
  FlowDirectory,
  GuardDirectory,
  MediaDirectory,
  TellApp,
} from '../control/ports';
import type { Door, DoorLimits } from '../guard/door';
import type { SourceRate } from '../guard/source-limits';
import type { Announcements } from '../media/announcements';
import type { MessageLimits } from '../message/limits';
import type { Timing } from '../transaction/timing';
import type { AddressNetwork } from '../transport/address-networks';
import type { Admit, Certificate, ConnectionLimits } from '../transport/flow';
import type { ListenAddress } from '../transport/network';
import type { Dns } from '../transport/resolve';
import type { AppListen } from './app-server';
import type { Counters } from './counters';
import type { HandoverOptions, Leaving } from './peer/handover';
import type { RouterOptions } from './routing/router';

export interface SignallingOptions extends HandoverOptions {
  sip: ListenAddress[];
  /** Sources that are served; others are dropped in silence and counted. */
  admit: Admit;
  /** For tls and wss listeners. */
  certificate?: Certificate | undefined;
  /** With which the app proves whose WebSocket it passes on; nobody can without. */
  passageSecret?: string | undefined;
  /** Which of our addresses Via and Contact name, by the peer's address. */
  networks?: readonly AddressNetwork[];
  /** The machine's name service, unless a test has its own. */
  dns?: Dns;
  drachtio: AppListen & { secret: string };
  /** DRACHTIO_OUTBOUND: requests that go out to apps; none unless given. */
  outbound?: RouterOptions | undefined;
  /** What must outlive this process is kept there. */
  dataDir: string;
  /** The edge's own voice; without it callers of an absent app are refused (503). */
  announcements?: Announcements | undefined;
  /** Which app of a cell is active; without it the newest of a name. */
  claims?: ClaimDirectory | undefined;
  /** Dialogs of an absent app that talk to nobody end after this. */
  graceMs: number;
  /** Bridged dialogs of an absent app end this long after it went. */
  orphanLimitMs: number;
  /** SIP_LINE_LIMIT: callers who may wait in line until the app has caught up. */
  lineLimit?: number;
  /** SIP_RECOVER: callers of a fallen edge are offered new media; else they get BYE. */
  recover?: boolean;
  /** SIP_CDRS: apps that ask for them get call detail records. */
  cdrs?: boolean;
  /** How long an unanswered INVITE waits for its app: 20 s unless a test is in a hurry. */
  waitForAppMs?: number;
  /** How long it rings for him while all streams are in use: the usual time unless a test is in a hurry. */
  longestRingMs?: number;
  log: Logger;
  /** RFC 3261's unless a test is in a hurry. */
  timing?: Timing;
  /** Of connections; the usual ones unless a test is in a hurry. */
  connectionLimits?: ConnectionLimits;
  /** Of an address that no app has accepted anything from; generous unless a test is not. */
  sourceRate?: SourceRate;
  /** SIP_MAX_MESSAGE_BYTES, SIP_MAX_HEADERS, SIP_MAX_LINE_BYTES. */
  messageLimits?: MessageLimits | undefined;
  /** Of connections that have not shown the secret; the usual ones unless a test is in a hurry. */
  doorLimits?: DoorLimits;
}

/** The SIP engine behind drachtio-srf, running. */
export interface Signalling {
  /** `udp://127.0.0.1:5060`, … with the real ports. */
  sip: string[];
  /** Port 0: by TLS only. */
  drachtio: { host: string; port: number };
  drachtioTls: { host: string; port: number } | undefined;
  dialogs: DialogDirectory;
  counters: Readonly<Counters>;
  guard: GuardDirectory;
  flows: FlowDirectory;
  /** For another port of this edge that apps prove a secret to: what is known of addresses is shared. */
  door(): Door;
  /** What is alive now: for metrics, and to see that nothing leaks. */
  load(): Load;
  /** Gives signalling its way to the control server, which is started after it. */
  connectControl(control: { tellApp: TellApp; media: MediaDirectory }): void;
  /** Handshakes from now on use this certificate; connections and calls go on. */
  certify(certificate: Certificate): void;
  /** The same for the TLS port of apps, where there is one, and for connections that we open to apps. */
  certifyForApps(renewed: { certificate: Certificate | undefined; ca: string }): void;
  /** New callers are sent to the peer edge. */
  draining(): boolean;
  /** SIGTERM: drains while another edge takes callers, else waits for an hour without any. */
  leave(leaving: Leaving): void;
  /** BYE with a Reason to every dialog, 503 or CANCEL to calls that are not answered; apps are told. */
  endAllCalls(reason: string): void;
  close(): Promise<void>;
}

export interface Load {
  /** Connections of apps. */
  apps: number;
  dialogs: number;
  transactions: number;
  /** Requests that wait for an app's answer. */
  incoming: number;
  /** Requests of apps that wait for a final response. */
  outgoing: number;
}
