import type { DialogDirectory, DialogNote, HotlineList } from '../control/ports';
import type { LiveDialog, WaitingInvite } from '../control/protocol';
import type { Absence } from './absence';
import type { AnswerAlone } from './alone/answer-alone';
import type { App } from './app';
import type { Context } from './context';
import type { HeldDialog } from './held-dialog';
import type { IncomingRequest } from './incoming-request';
import { inviteName } from './served-request';

/** What control asks of signalling: which dialogs an app has, and notes on them. */
export class Directory implements DialogDirectory {
  constructor(
    private readonly context: Context,
    private readonly absence: Absence,
    private readonly alone: AnswerAlone,
    /** Resolves when what a fallen edge left behind has been treated. */
    private readonly treated: Promise<void>,
  ) {}

  whole(): Promise<void> {
    return this.treated;
  }

  list(app: string): LiveDialog[] {
    const dialogs = this.using(app)?.dialogs ?? [];
    return [...dialogs].filter(isLive).map(liveDialog);
  }

  invites(app: string): WaitingInvite[] {
    const waiting = this.using(app)?.waiting ?? [];
    return [...waiting].map(waitingInvite);
  }

  noteInvite(app: string, invite: { callId: string; fromTag: string }, note: DialogNote): void {
    const owner = this.using(app);
    const name = inviteName(invite);
    const incoming = this.context.invites.get(name);
    if (incoming !== undefined && incoming.app === owner) this.noteIn(incoming, note);
    if (owner !== undefined) this.alone.noted(owner, name, note);
  }

  note(app: string, dialogId: string, note: DialogNote): boolean {
    const owner = this.using(app);
    const held = this.context.dialogs.withId(dialogId);
    if (held === undefined || held.app !== owner) return false;
    held.keep(note);
    this.context.dialogFile.keep(held);
    return true;
  }

  reattached(app: string): void {
    const owner = this.using(app);
    if (owner !== undefined) this.absence.reattached(owner);
  }

  hotlines(app: string, list: HotlineList): void {
    const owner = this.using(app);
    if (owner === undefined) return;
    owner.hotlines = list;
    this.alone.learn(owner);
  }

  /** The 200 may have overtaken the note, which came by another connection. */
  private noteIn(incoming: IncomingRequest, note: DialogNote): void {
    incoming.noted = note;
    const { held } = incoming;
    if (held?.dialog.state !== 'confirmed' || held.note !== '') return;
    held.keep(note);
    this.context.dialogFile.keep(held);
  }

  private using(name: string): App | undefined {
    const app = this.absence.find(name);
    if (app !== undefined) app.usesControl = true;
    return app;
  }
}

function waitingInvite({ request, note, arrivedAt }: IncomingRequest): WaitingInvite {
  const { callId, fromTag = '' } = request;
  return { callId: asUnicode(callId), fromTag: asUnicode(fromTag), note, arrivedAt };
}

/** Calls only: no media belongs to a subscription, and its app learns of it by the next request in it. */
function isLive({ dialog, fallen, isLeaving, usage }: HeldDialog): boolean {
  return dialog.state === 'confirmed' && !fallen && !isLeaving && usage === 'invite';
}

function liveDialog(held: HeldDialog): LiveDialog {
  const { session, endpoint, remote } = held;
  return {
    dialogId: held.id,
    role: held.dialog.role,
    invite: asUnicode(held.inviteText),
    response: asUnicode(held.responseText),
    remote: { protocol: remote.protocol, address: remote.address, port: remote.port },
    establishedAt: held.establishedAt,
    note: held.note,
    ...(session === undefined ? {} : { session }),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}

/** Inside, text is bytes; control speaks Unicode. */
function asUnicode(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
