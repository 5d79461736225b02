/** A trunk as who oversees the store sees it. */
import type { TrunkId } from '../ids';
import type { Instant } from '../time';

export interface TrunkView {
  id: TrunkId;
  channels: number;
  /** Legs of both directions. */
  used: number;
  /** Most at once today, in China. */
  peak: number;
  /** How long all channels were used today. */
  minutesFull: number;
  /** The alarm of 80 % stands. */
  nearlyFull: boolean;
  reservedForInbound: number;
  /** Null: no limit. */
  cps: number | null;
  gateways: GatewayView[];
  /** Null: it has no account. */
  registration: RegistrationState | null;
}

export interface GatewayView {
  address: string;
  /** False: it answered none of the last two OPTIONS, and is asked after the others. */
  up: boolean;
}

/** How our account at a carrier stands. */
export interface RegistrationState {
  is: 'registering' | 'registered' | 'failing';
  since: Instant;
  /** SIP status of the last refusal. */
  status?: number;
}
