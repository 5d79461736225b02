/**
 * Takes live dialogs of the edge over: after a start of the app, and after its drachtio connection
 * was cut. Dialogs without a note of ours are ended, because nobody would ever end them.
 */
import type { LegNote } from '../domain/effects';
import type { EndCause } from '../domain/end-cause';
import { readNote } from '../domain/leg-note';
import type { LiveDialog, WaitingInvite } from '../../sip/index';
import { rebuildDialog, type SipDialog } from './drachtio';
import type { DialogEnded } from './edge-dialogs';
import { inviteName } from './invite-name';
import { byeLeg, carryDialog, dropDialog, endLeg, tellAnswered, type LineContext } from './line';
import { inviteHere, type Leg, type LegTable } from './legs';
import type { NailedLegs } from './nailed-legs';

export interface ReattachContext extends LineContext {
  nailed: NailedLegs;
}

/** A leg of ours that the edge knows. */
export interface FoundLeg {
  note: LegNote;
  /** Its INVITE is not answered and will be delivered to us again. */
  arriving?: true;
  /** Its dialog ended while we were away; `legEndedAway` tells of it with its moment. */
  ended: boolean;
}

/**
 * Rebuilds every live dialog, and asks for the ends that were missed. Of the legs that we held before
 * this connection, `before`, those that the edge names neither as living nor as ended are over; whoever comes or is
 * dialled meanwhile is not in its lists, and lives.
 */
export async function reattach(context: ReattachContext, before: Leg[]): Promise<FoundLeg[]> {
  const owed = [...context.legs.owedByes.keys()];
  const { dialogs, invites, isAnother } = await context.edge.list();
  const alive = new Set(dialogs.map((dialog) => dialog.dialogId));
  // What the edge does not name any more is gone without our BYE; what is owed since is not in its list yet.
  for (const id of owed) if (!alive.has(id)) context.legs.owedByes.delete(id);
  const live = dialogs.map((dialog) => takeOver(context, dialog));
  const missed = (await context.edge.reattached()).map((event) => readNote(event.note));
  const missedLegs = new Set(missed.map((note) => note?.legId));
  const arriving = invites.flatMap((invite) => expect(context, invite));
  const coming = new Set(invites.map(inviteName));
  const gone = before.filter((leg) => {
    const lives = leg.dialog && alive.has(leg.dialog.id);
    return !lives && !coming.has(leg.inviteName ?? '') && !isHere(leg) && !missedLegs.has(leg.id);
  });
  for (const leg of gone) {
    if (isUntold(leg)) dropUntold(context, leg, isAnother);
    else endLeg(context, leg, isAnother ? 'edge-stopped' : 'broken');
  }
  context.nailed.goOn();
  return [...namesOf(live, false), ...namesOf(missed, true), ...arriving];
}

/** The edge holds an INVITE of a caller who was not answered: his leg stands ready for it. */
function expect(context: LineContext, invite: WaitingInvite): FoundLeg[] {
  const note = readNote(invite.note);
  if (!note) return [];
  if (!context.legs.get(note.legId)) {
    const name = inviteName(invite);
    const leg = { id: note.legId, callId: note.callId, role: note.role, note };
    context.legs.add({ ...leg, state: 'arriving', inviteName: name, announced: true });
    occupyAgain(context, note);
  }
  return [{ note, ended: false, arriving: true }];
}

/** Delivered again by the present connection, before we were told of it. */
function isHere(leg: Leg): boolean {
  const open = leg.state === 'arriving' || leg.state === 'answering';
  return open && inviteHere(leg) !== undefined;
}

/** A caller of whom the engine knows nothing yet: somebody is looked up, or there is no stream. */
const isUntold = ({ role, invite, announced }: Leg): boolean =>
  role === 'caller' && invite !== undefined && !announced;

/** The edge that served him tells of him itself, and one that fell tells of nobody. */
function dropUntold(context: LineContext, leg: Leg, hasFallen: boolean): void {
  if (hasFallen) leg.endingWith = 'edge-stopped';
  else if (context.legs.end(leg)) context.media.release(leg.callId, leg.id);
}

function namesOf(notes: (LegNote | null)[], ended: boolean): FoundLeg[] {
  return notes.flatMap((note) => (note && !(ended && note.sentOn) ? [{ note, ended }] : []));
}

/** A dialog ended while nobody was there; its leg may be one that this process never had. */
export function legEndedAway(context: LineContext, event: DialogEnded): void {
  const note = readNote(event.note);
  if (!note) return;
  const at = event.endedAt;
  const cause = CAUSES[event.cause];
  const { legId, callId } = note;
  const leg = context.legs.get(legId);
  // A hang-up of ours, or news of his, crossed the cut.
  if (context.legs.hasEnded(legId)) return;
  if (leg) return endLeg(context, leg, cause, at);
  context.submit({ type: 'leg.ended', at, legId, cause, callId });
  if (note.nailed && note.agentId !== undefined)
    context.submit({ type: 'nailed.ended', at, agentId: note.agentId, cause, stood: true });
}

const CAUSES: Record<DialogEnded['cause'], EndCause> = {
  bye: 'hangup',
  'session-expired': 'unreachable',
  announced: 'announced',
  'orphan-limit': 'broken',
  'ack-timeout': 'broken',
  'edge-stopped': 'edge-stopped',
};

function takeOver(context: ReattachContext, live: LiveDialog): LegNote | null {
  const note = readNote(live.note);
  try {
    const known = context.legs.ofDialog(live.dialogId) ?? answering(context, note);
    known?.dialog?.removeAllListeners();
    const dialog = rebuildDialog(context.srf(), live);
    const owed = context.legs.owedByes.get(live.dialogId) ?? unwanted(context.legs, note, known);
    if (!note || owed) {
      if (note && !known) context.media.release(note.callId, note.legId);
      dropDialog(context, dialog, owed ?? 'broken');
      return null;
    }
    if (known?.invite) answeredUnseen(context, known, dialog);
    else carryDialog(context, known ?? found(context, note), dialog);
    if (!known) occupyAgain(context, note);
    return note;
  } catch (error) {
    context.log.error({ error, dialogId: live.dialogId }, 'dialog could not be taken over');
    return null;
  }
}

/**
 * Whose dialog nobody waits for: without a note of ours, of a phone that sent its caller on, or of a leg that has
 * ended, whose BYE the cut took along.
 */
function unwanted(
  legs: LegTable,
  note: LegNote | null,
  known: Leg | undefined,
): EndCause | undefined {
  if (!note) return 'broken';
  if (known) return undefined;
  if (legs.hasEnded(note.legId)) return 'withdrawn';
  return note.sentOn ? 'transferred' : undefined;
}

/** Our 200 had left when the connection was cut, and nothing said so. */
function answering({ legs }: LineContext, note: LegNote | null): Leg | undefined {
  const leg = note ? legs.get(note.legId) : undefined;
  return leg?.state === 'answering' ? leg : undefined;
}

function answeredUnseen(context: LineContext, leg: Leg, dialog: SipDialog): void {
  const offer = leg.invite?.req.body ?? '';
  delete leg.invite;
  carryDialog(context, leg, dialog);
  if (leg.endingWith) byeLeg(context, leg, leg.endingWith);
  else tellAnswered(context, leg, offer);
}

/** What another process found out: the leg takes a channel of its trunk. */
function occupyAgain({ legs }: LineContext, { legId, trunkId, caller }: LegNote): void {
  const leg = legs.get(legId);
  if (leg) legs.occupy(leg, trunkId ?? caller?.trunkId ?? null);
}

/** The leg of a former process, and the agent whose own it is. */
function found(context: ReattachContext, note: LegNote): Leg {
  const leg = context.legs.add(legOf(note));
  if (note.nailed) context.nailed.adopt(leg, note.nailed);
  return leg;
}

function legOf(note: LegNote): Leg {
  return {
    id: note.legId,
    callId: note.callId,
    role: note.role,
    state: 'answered',
    note,
    ...(note.agentId ? { agentId: note.agentId } : {}),
  };
}
