/**
 * What telephony needs of the edge's control connection beyond the drachtio protocol: notes on
 * dialogs, the list of live ones, and the ends that happened while no app was there.
 */
import { once } from 'node:events';
import type {
  ControlClient,
  EventLine,
  FlowPlace,
  LiveDialog,
  Params,
  WaitingInvite,
} from '../../sip/index';
import type { Logger } from 'pino';

export interface EdgeDialogs {
  /** Resolves when the edge can be asked for media and told notes: its control connection stands. */
  ready(): Promise<void>;
  /** Keeps a note (at most 1 KB) and the media link of a dialog; `lost` when it could not. Failure is logged only. */
  note(dialogId: string, note: DialogNote, lost: () => void): void;
  /** Keeps the same on an INVITE that is not answered yet, by Call-ID and From-tag. */
  noteInvite(invite: { callId: string; fromTag: string }, note: DialogNote): void;
  /**
   * Live dialogs and INVITEs that will come again; waits for the connection when it is being made. `isAnother`:
   * it is not the edge at which our legs stood last.
   */
  list(): Promise<{ dialogs: LiveDialog[]; invites: WaitingInvite[]; isAnother: boolean }>;
  /** Our legs stand again: answers the ends that the edge tells us now because we missed them. */
  reattached(): Promise<DialogEnded[]>;
  /** Those of the far ends of connections from where nobody is connected any more. Rejects if it cannot be asked. */
  flowsEnded(flows: FlowPlace[]): Promise<FlowPlace[]>;
  /** `back` is called with every control connection to the edge from now on, the first included. */
  onConnected(back: () => void): void;
  /** Whose callers the edge must serve when we are away; told again to every new edge. */
  hotlines(list: HotlineList): void;
}

/** What is kept with a dialog on the edge. */
export type DialogNote = Omit<Params<'dialog.note'>, 'dialogId'>;

/** Hotlines and trunks as the edge is told of them. */
export type HotlineList = Params<'hotlines'>;

/** A dialog that ended while the app was away. */
export type DialogEnded = Extract<EventLine, { event: 'dialog.ended' }>;

/** A caller whom the edge served by itself. */
export type CallerServed = Extract<EventLine, { event: 'caller.served' }>;

export function edgeDialogs(control: ControlClient, log: Logger): EdgeDialogs {
  let hotlines: HotlineList | undefined;
  /** The edge at which our legs stand. */
  let stoodAt: string | null = null;
  const tellHotlines = () => {
    if (hotlines === undefined) return;
    control.command('hotlines', hotlines).catch(failed('hotlines'));
  };
  control.on('connected', tellHotlines);
  const ready = async () => {
    if (!control.isConnected) await once(control, 'connected');
  };
  const failed = (what: string) => (err: unknown) => log.warn({ err }, `${what} failed`);
  return {
    ready,
    note: (dialogId, note, lost) => {
      control.command('dialog.note', { dialogId, ...note }).catch((err: unknown) => {
        failed('dialog.note')(err);
        lost();
      });
    },
    list: async () => {
      await ready();
      const isAnother = stoodAt !== null && stoodAt !== control.edgeId;
      return { ...(await control.command('dialog.list', {})), isAnother };
    },
    noteInvite: (invite, note) => {
      control.command('invite.note', { ...invite, ...note }).catch(failed('invite.note'));
      // Our 200 may leave in this very turn; should we fall behind it, the edge must know whose it is.
      control.flush();
    },
    reattached: async () => {
      const missed: DialogEnded[] = [];
      const hear = (line: EventLine) => {
        if (line.event === 'dialog.ended') missed.push(line);
      };
      control.on('event', hear);
      // The edge sends these events before its reply.
      await control.command('reattached', {}).finally(() => control.off('event', hear));
      stoodAt = control.edgeId;
      return missed;
    },
    flowsEnded: async (flows) => (await control.command('flow.check', { flows })).ended,
    onConnected: (back) => void control.on('connected', back),
    hotlines: (list) => {
      hotlines = list;
      if (control.isConnected) tellHotlines();
    },
  };
}
