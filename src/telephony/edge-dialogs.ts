/**
 * What telephony needs of the edge's control connection beyond the drachtio protocol: notes on
 * dialogs, the list of live ones, and the ends that happened while no app was there.
 */
import type { ControlClient, EventLine, LiveDialog } from '../../sip/index';
import type { Logger } from 'pino';

export interface EdgeDialogs {
  /** Keeps a note (at most 1 KB) and the media link of a dialog. Failure is logged only. */
  note(dialogId: string, session: string, endpoint: string, note: string): void;
  list(): Promise<LiveDialog[]>;
  /** Our legs stand again: the edge may tell the ends we missed. */
  reattached(): Promise<void>;
  hotlines(numbers: string[]): void;
  /** Listens to ends of dialogs; the answer stops it. */
  onDialogEnded(listener: (event: DialogEnded) => void): () => void;
}

export type DialogEnded = Extract<EventLine, { event: 'dialog.ended' }>;

export function edgeDialogs(control: ControlClient, log: Logger): EdgeDialogs {
  const failed = (what: string) => (error: unknown) => log.warn({ error }, `${what} failed`);
  return {
    note: (dialogId, session, endpoint, note) => {
      control
        .command('dialog.note', { dialogId, session, endpoint, note })
        .catch(failed('dialog.note'));
    },
    list: async () => (await control.command('dialog.list', {})).dialogs,
    reattached: async () => void (await control.command('reattached', {})),
    hotlines: (numbers) => {
      control.command('hotlines', { numbers }).catch(failed('hotlines'));
    },
    onDialogEnded: (listener) => {
      const hear = (line: EventLine) => {
        if (line.event === 'dialog.ended') listener(line);
      };
      control.on('event', hear);
      return () => void control.off('event', hear);
    },
  };
}
