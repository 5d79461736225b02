import type { CallerLookup, LegMedia, MakeId, Refer, Replace, Submit } from '../engine/ports';
import type { Logger } from 'pino';
import type { PlaceWait } from './answering';
import type { EdgeDialogs } from './edge-dialogs';
import type { SipPassages } from './passage/passages';
import type { SilenceLimits } from './silent-legs';
import type { GatewayPatience } from './trunk-calls';

/** What telephony on drachtio-srf needs of the app around it. */
export interface DrachtioTelephonyOptions {
  /** The app's name on the edge: it owns the dialogs, whichever process bears it. `''`: none outlives it. */
  appName: string;
  drachtio: { host: string; port: number; secret: string };
  /** Of the claim that the app holds when it connects; without it nobody claims. */
  epochOf?: () => number | null;
  edge: EdgeDialogs;
  media: LegMedia;
  submit: Submit;
  lookup: CallerLookup;
  refer: Refer;
  replacing: Replace;
  makeId: MakeId;
  /** Folder of the prompts that callers hear: `zh-CN` or `en`. */
  language: string;
  /** Where prompts are, the store's own first: what a test call is to hear. */
  promptsDirs: readonly string[];
  now: () => number;
  log: Logger;
  /** True when the call is in the records already. */
  isKnown: (callId: string) => Promise<boolean>;
  /** Resolves when everything submitted so far is on disk. */
  written: () => Promise<void>;
  /** File that keeps the phones' registrations over a restart. */
  bindingsPath: string;
  /** Phones in pages; nobody is passed on without. */
  passages?: SipPassages;
  /** How often phones are asked by OPTIONS and how long an answer may take; for tests. */
  phoneWatch?: { everyMs: number; patienceMs: number };
  /** How long gateways of trunks may keep silent; for tests. */
  gatewayPatience?: GatewayPatience;
  /** How long a carrier may take to join two legs; for tests. */
  releasePatienceMs?: number;
  /** How long callers wait for a stream; for tests. */
  placeWait?: PlaceWait;
  /** How long a leg may be silent before it is asked; for tests. */
  silence?: SilenceLimits;
}
