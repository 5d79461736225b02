import type { Logger } from 'pino';
import type { MediaDirectory, TellApp } from '../control/ports';
import type { DialogTable } from '../dialog/dialog-table';
import type { DigestBlock } from '../guard/digest-block';
import type { ScannersHeard } from '../guard/scanners';
import type { SourceLimits } from '../guard/source-limits';
import type { Timing } from '../transaction/timing';
import type { TransactionLayer } from '../transaction/transaction-layer';
import type { Network } from '../transport/network';
import type { Cdrs } from './cdr/cdrs';
import type { Counters } from './counters';
import type { EndedFlows } from './ended-flows';
import type { HeldDialog } from './held-dialog';
import type { IncomingRequest } from './incoming-request';
import type { OutgoingRequest } from './outgoing-request';
import type { RegisteredFlows } from './registered-flows';
import type { Routes } from './routes';
import type { Subscribing } from './subscription/first-notify';
import type { DialogFile } from './survival/dialog-file';

/** What is alive, and what it is reached through. One per edge; the parts of the gateway share it. */
export interface Context {
  network: Network;
  layer: TransactionLayer;
  readonly timing: Timing;
  readonly log: Logger;
  readonly counters: Counters;
  readonly digestBlock: DigestBlock;
  readonly sourceLimits: SourceLimits;
  readonly scannersHeard: ScannersHeard;
  readonly routes: Routes;
  /** SIP_LINE_LIMIT */
  readonly lineLimit: number;
  readonly registered: RegisteredFlows;
  readonly endedFlows: EndedFlows;
  /** Requests from the network by the id that the app knows. */
  readonly incoming: Map<string, IncomingRequest>;
  /** INVITEs outside dialogs, as long as their transactions live, by Call-ID and From-tag. */
  readonly invites: Map<string, IncomingRequest>;
  /** Requests of apps by the id that the app knows. */
  readonly outgoing: Map<string, OutgoingRequest>;
  /** SUBSCRIBEs of apps without a final answer, by the id of the dialog they will make. */
  readonly subscribing: Map<string, Subscribing>;
  readonly dialogs: DialogTable<HeldDialog>;
  readonly dialogFile: DialogFile;
  /** Undefined unless SIP_CDRS is on. */
  readonly cdrs: Cdrs | undefined;
  /** Undefined until the control server runs, and in an edge without media. */
  control: { tellApp: TellApp; media: MediaDirectory } | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
