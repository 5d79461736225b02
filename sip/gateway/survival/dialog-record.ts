import { Dialog, type DialogFacts } from '../../dialog/dialog';
import type { Protocol } from '../../transport/flow';
import type { App } from '../app';
import { HeldDialog } from '../held-dialog';

/**
 * An established dialog as it stands in the edge's file, so that the next edge can end it politely, or
 * take its caller up again. Pure; texts are byte text.
 */
export interface DialogRecord {
  app: string;
  facts: DialogFacts;
  /** What changes while the dialog lives. */
  state: DialogChange;
  remote: { protocol: Protocol; address: string; port: number };
  inviteText: string;
  responseText: string;
  establishedAt: number;
}

export interface DialogChange {
  localCseq: number;
  remoteCseq: number;
  target: string | undefined;
  source: DialogFacts['source'];
  note: string;
  session: string | undefined;
  endpoint: string | undefined;
  recover: boolean;
  localSdp: string | undefined;
  remoteSdp: string | undefined;
}

/**
 * Numbers that a dead edge may have used after its last line was written: RFC 3261 §12.2.1.1 wants CSeq
 * to grow, by whatever step.
 */
const CSEQ_LEAP = 1000;

export function recordOf(held: HeldDialog): DialogRecord {
  const { dialog, remote, inviteText, responseText, establishedAt } = held;
  return {
    app: held.app.name ?? '',
    facts: dialog.facts(),
    state: changeOf(held),
    remote: { protocol: dialog.source.protocol, address: remote.address, port: remote.port },
    ...{ inviteText, responseText, establishedAt },
  };
}

export function changeOf(held: HeldDialog): DialogChange {
  const { localCseq, remoteCseq, target, source } = held.dialog;
  const { note, session, endpoint, recover, localSdp, remoteSdp } = held;
  return {
    ...{ localCseq, remoteCseq, target, source },
    ...{ note, session, endpoint, recover, localSdp, remoteSdp },
  };
}

/** The dialog again, detached from its app and confirmed. */
export function heldOf(record: DialogRecord, app: App): HeldDialog {
  const { facts, state, remote } = record;
  const { localCseq, remoteCseq, target, source } = state;
  const cseq = localCseq + CSEQ_LEAP;
  const dialog = new Dialog({ ...facts, localCseq: cseq, remoteCseq, target, source });
  dialog.state = 'confirmed';
  const held = new HeldDialog(dialog, app, remote);
  const { note, session, endpoint, recover, localSdp, remoteSdp } = state;
  const { inviteText, responseText, establishedAt } = record;
  return Object.assign(held, {
    attached: false,
    ...{ inviteText, responseText, establishedAt, note, session, endpoint, recover },
    ...{ localSdp, remoteSdp },
  });
}
