/**
 * Takes live dialogs of the edge over: after a start of the app, and after its drachtio connection
 * was cut. Dialogs without a note of ours are ended, because nobody would ever end them.
 */
import type { LegNote } from '../domain/effects';
import type { LiveDialog } from '../../sip/index';
import { rebuildDialog } from './drachtio';
import type { DialogEnded } from './edge-dialogs';
import { carryDialog, dropDialog, endLeg, type LineContext } from './line';
import type { Leg } from './legs';

/** What became of the legs that an earlier connection or process had. */
export interface Reattached {
  /** Legs whose dialog lives and belongs to this process now. */
  live: { note: LegNote; establishedAt: number }[];
  /** Legs that ended while nobody was there, with the moment of their end. */
  ended: { note: LegNote; at: number }[];
}

/**
 * Rebuilds every live dialog, then lets the edge tell the ends that were missed; the edge sends
 * those before it answers `reattached`. Legs we held that neither list knows end as `broken`.
 */
export async function reattach(context: LineContext): Promise<Reattached> {
  const dialogs = await context.edge.list();
  const alive = new Set(dialogs.map((dialog) => dialog.dialogId));
  const live = dialogs.flatMap((dialog) => {
    const note = takeOver(context, dialog);
    return note ? [{ note, establishedAt: dialog.establishedAt }] : [];
  });
  const missed: DialogEnded[] = [];
  const stop = context.edge.onDialogEnded((event) => missed.push(event));
  await context.edge.reattached();
  stop();
  const ended = missed.flatMap((event) => {
    const note = readNote(event.note);
    return note ? [{ note, at: event.at }] : [];
  });
  for (const { note } of ended) {
    const leg = context.legs.get(note.legId);
    if (leg) endLeg(context, leg, 'hangup');
  }
  for (const leg of context.legs.all()) {
    if (!leg.dialog || !alive.has(leg.dialog.id)) endLeg(context, leg, 'broken');
  }
  return { live, ended };
}

function takeOver(context: LineContext, live: LiveDialog): LegNote | null {
  const note = readNote(live.note);
  try {
    const known = context.legs.ofDialog(live.dialogId);
    known?.dialog?.removeAllListeners();
    const dialog = rebuildDialog(context.srf(), live);
    if (!note) {
      dropDialog(context, dialog, 'broken');
      return null;
    }
    carryDialog(context, known ?? context.legs.add(legOf(note)), dialog);
    return note;
  } catch (error) {
    context.log.error({ error, dialogId: live.dialogId }, 'dialog could not be taken over');
    return null;
  }
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

function readNote(text: string): LegNote | null {
  try {
    const value = JSON.parse(text) as Partial<LegNote> | null;
    return value?.callId && value.legId && value.role ? (value as LegNote) : null;
  } catch {
    return null;
  }
}
