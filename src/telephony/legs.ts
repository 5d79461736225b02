/**
 * The live legs of this app and the SIP objects behind them. A leg ends exactly once: whoever
 * notices first tells the engine, later news of it is dropped here.
 *
 *   caller  arriving ──► answering ──► answered ──► ended
 *   agent   dialling ──► ringing ───► answered ──► ended
 */
import type { EndCause, FarSide } from '../domain/end-cause';
import type { AgentId, CallId, LegId, TrunkId } from '../domain/ids';
import type { LegNote, NailedNote } from '../domain/effects';
import type { LegRole } from '../domain/records';
import type { Replaces } from './refer-request';
import type { Referral } from './referrals';
import type { Release } from './releases';
import type { SipDialog, SipRequest, SipResponse } from './drachtio';

/** What a leg of an agent's own is to those that bear its dialog one after the other; see nailed-leg.ts. */
export interface Standing {
  readonly id: LegId;
  readonly note: NailedNote;
  /** The phone picked up; `theirs` is what it said of itself. */
  answered(leg: Leg): void;
  /** The leg is let go of by its call; the dialog stays the agent's. */
  leave(leg: Leg, cause: EndCause): void;
  /** The leg has ended otherwise: with its dialog, or before it had one. */
  over(leg: Leg, cause: EndCause, at: number): void;
  /** A description of our media as the far side is to see it: of the one session that the dialog is (RFC 3264 §8). */
  described(sdp: string): string;
  /** The media that the phone was given while nobody talks over it are lost. */
  renew(): void;
}

export interface Leg {
  id: LegId;
  callId: CallId;
  role: LegRole;
  agentId?: AgentId;
  state: 'arriving' | 'answering' | 'dialling' | 'ringing' | 'answered' | 'ended';
  /** Arriving leg: the INVITE and its answer; missing while the edge holds it for us. */
  invite?: { req: SipRequest; res: SipResponse };
  /** Call-ID and From-tag of that INVITE, by which it is known when it comes again. */
  inviteName?: string;
  /** What the engine wanted of the leg while its INVITE was not here. */
  wanted?: 'ring' | 'sound' | 'answer';
  /** Another call of its person's, with which this one may be joined. */
  near?: CallId | undefined;
  /** It dials for help: any stream is its. */
  urgent?: true;
  /** Its stream is for a short announcement; there was none for a talk. */
  full?: true;
  /** When that INVITE came to this process. */
  arrivedAt?: number;
  /** Our SDP answer to it, made at arrival; our offer when it had none. */
  answer?: string;
  /**
   * Our offer goes out in a 200 (RFC 3261 §13.2.1): the ACK with this CSeq number answers it. `first`: there
   * is no session before it.
   */
  offered?: { cseq: number; first: boolean };
  /** A new offer of its far side is being answered. */
  reoffered?: true;
  /** Reliable provisionals of ours that no PRACK came for; `all` resolves when none is left. */
  pracks?: { owed: number; all: Promise<void>; came: () => void };
  /** Arriving leg: a reliable provisional and its PRACK have brought offer and answer, before our 200 (RFC 3262 §5). */
  agreed?: true;
  /** Dialled leg: takes its INVITEs back, until one of them is answered. */
  takeBack?: (cause: EndCause) => void;
  /** Leg to an outside number: the INVITE on its way, for CANCEL. */
  sent?: SipRequest;
  /** Dialled leg: settles when the answer in a provisional is taken, and with it there is a session. */
  early?: Promise<void>;
  /** An UPDATE has changed that session: what the 200 repeats is older (RFC 3311 §5.1). */
  updated?: true;
  /** The trunk of which it takes a channel; see `occupy`. */
  trunkId?: TrunkId;
  /** What its far side, or its operator, said of itself. */
  far?: FarSide;
  /** An arriving leg that the engine knows of. */
  announced?: boolean;
  /** A hang-up that came before the leg could end: decides its end cause. */
  endingWith?: EndCause;
  dialog?: SipDialog;
  note?: LegNote;
  /** Dialogs of the phones that ring for it (RFC 3261 §12.1): what another phone may name to pick it up. */
  rings?: Omit<Replaces, 'earlyOnly'>[];
  /** Its dialog is, or is to be, that of the agent's own leg. */
  standing?: Standing;
  /** Its phone has asked for a transfer, which is under way. */
  referral?: Referral;
  /** Its carrier is asked to join it with another leg. */
  release?: Release | undefined;
  /** Its phone has asked for one before. */
  referred?: true;
}

/** Is it an agent's own leg, while nobody talks over it? */
export const isIdle = ({ id, standing }: Leg): boolean => standing?.id === id;

/** The leg's INVITE; undefined while the edge holds it, because the connection that it came by is gone. */
export function inviteHere({ invite }: Leg): Leg['invite'] {
  return invite?.req.socket.destroyed === false ? invite : undefined;
}

/** True when its far side's BYE is no end yet: a carrier that joins two legs hangs up on one before it says so. */
export function isKeptBack({ id, release }: Leg): boolean {
  if (release?.other.id !== id) return false;
  release.isReplaced = true;
  return true;
}

export interface Channels {
  take(trunkId: TrunkId): void;
  free(trunkId: TrunkId): void;
}

/** Legs of many minutes, at the rate that one app can carry. */
const REMEMBERED = 10_000;

export class LegTable {
  /** Those that ended last, by whose word ever. */
  private readonly ended = new Set<LegId>();
  private readonly legs = new Map<LegId, Leg>();
  private readonly byDialog = new Map<string, Leg>();
  private readonly byInvite = new Map<string, Leg>();
  /** Dialogs whose BYE has no answer yet: owed when a connection that was cut is back. */
  readonly owedByes = new Map<string, EndCause>();
  /** What the edge was told of a dialog last. */
  readonly noted = new WeakMap<SipDialog, string>();

  /** Hears of every channel that a leg takes or frees. */
  constructor(private readonly channels?: Channels) {}

  add(leg: Leg): Leg {
    this.legs.set(leg.id, leg);
    if (leg.inviteName !== undefined) this.byInvite.set(leg.inviteName, leg);
    return leg;
  }

  /** The leg takes a channel of that trunk instead of what it took; null: it takes none. */
  occupy(leg: Leg, trunkId: TrunkId | null): void {
    if (leg.trunkId !== undefined) this.channels?.free(leg.trunkId);
    delete leg.trunkId;
    if (trunkId === null || leg.state === 'ended') return;
    leg.trunkId = trunkId;
    this.channels?.take(trunkId);
  }

  get(legId: LegId): Leg | undefined {
    return this.legs.get(legId);
  }

  /** The caller's leg whose INVITE was not answered yet. */
  ofInvite(name: string): Leg | undefined {
    const leg = this.byInvite.get(name);
    return leg?.state === 'arriving' || leg?.state === 'answering' ? leg : undefined;
  }

  ofDialog(dialogId: string): Leg | undefined {
    return this.byDialog.get(dialogId);
  }

  /** The talk that one of ours is in. */
  talkOf(agentId: AgentId): Leg | undefined {
    return this.all().find((leg) => leg.state === 'answered' && leg.agentId === agentId);
  }

  /** The leg whose dialog Replaces names (RFC 3891 §3): by all three of its names. */
  ofReplaces({ callId, ourTag, theirTag }: Replaces): Leg | undefined {
    return this.all().find(({ dialog }) => {
      const names = dialog?.sip;
      return names?.callId === callId && names.localTag === ourTag && names.remoteTag === theirTag;
    });
  }

  /** The leg for which a phone rings in that dialog; one that a phone of ours began rings for nobody (§3). */
  ringing({ callId, ourTag, theirTag }: Replaces): Leg | undefined {
    const isIt = (one: Omit<Replaces, 'earlyOnly'>) =>
      one.callId === callId && one.ourTag === ourTag && one.theirTag === theirTag;
    return this.all().find((leg) => leg.state === 'ringing' && leg.rings?.some(isIt));
  }

  setDialog(leg: Leg, dialog: SipDialog): void {
    if (leg.dialog) this.byDialog.delete(leg.dialog.id);
    leg.dialog = dialog;
    this.byDialog.set(dialog.id, leg);
  }

  /** Takes the leg out; false when it was out already. */
  end(leg: Leg): boolean {
    if (leg.state === 'ended') return false;
    leg.state = 'ended';
    this.occupy(leg, null);
    this.legs.delete(leg.id);
    if (leg.dialog) this.byDialog.delete(leg.dialog.id);
    this.dropInvite(leg);
    this.remember(leg.id);
    return true;
  }

  /** Takes the leg out without its end: its dialog is another one's. */
  forget(leg: Leg): void {
    if (this.legs.get(leg.id) === leg) this.legs.delete(leg.id);
    if (leg.dialog && this.byDialog.get(leg.dialog.id) === leg) this.byDialog.delete(leg.dialog.id);
    this.dropInvite(leg);
    delete leg.dialog;
  }

  /** Was it a leg of this process, and is over? */
  hasEnded(legId: LegId): boolean {
    return this.ended.has(legId);
  }

  all(): Leg[] {
    return [...this.legs.values()];
  }

  private dropInvite(leg: Leg): void {
    const { inviteName = '' } = leg;
    if (this.byInvite.get(inviteName) === leg) this.byInvite.delete(inviteName);
  }

  private remember(legId: LegId): void {
    this.ended.add(legId);
    const [oldest] = this.ended;
    if (this.ended.size > REMEMBERED && oldest !== undefined) this.ended.delete(oldest);
  }
}
