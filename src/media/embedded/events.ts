/**
 * What the edge tells, as events of the domain. Held back until the app has recovered its calls, then
 * handed on in order; each is acknowledged after it was handed on, so that a crash loses none.
 */
import type { Logger } from 'pino';
import type { DomainEvent } from '../../domain/events';
import type { Submit } from '../../engine/ports';
import type { ControlClient, EventLine } from '../../../sip/index';

/** A dialog that ended while the app was away; telephony's concern. */
export type DialogEnded = Extract<EventLine, { event: 'dialog.ended' }>;

export interface EdgeEventsOptions {
  control: ControlClient;
  submit: Submit;
  onDialogEnded: (event: DialogEnded) => void;
  log: Logger;
}

/** Starts listening; `begin` hands on what was held and everything after. */
export class EdgeEvents {
  private held: EventLine[] | null = [];

  constructor(private readonly options: EdgeEventsOptions) {
    options.control.on('event', this.hear);
  }

  begin(): void {
    const held = this.held ?? [];
    this.held = null;
    for (const line of held) this.handOn(line);
  }

  stop(): void {
    this.options.control.off('event', this.hear);
  }

  private readonly hear = (line: EventLine): void => {
    if (this.held !== null) this.held.push(line);
    else this.handOn(line);
  };

  private handOn(line: EventLine): void {
    const { control, submit, onDialogEnded, log } = this.options;
    if (line.event === 'dialog.ended') onDialogEnded(line);
    else if (line.event === 'session.lost') {
      log.error({ callId: line.session, reason: line.reason }, 'the edge lost the media of a call');
    } else submit(domainEvent(line));
    control.ack(line.seq);
  }
}

type MediaLine = Extract<EventLine, { event: 'play.ended' | 'record.finished' }>;

function domainEvent(line: MediaLine): DomainEvent {
  const { at, session: callId } = line;
  if (line.event === 'record.finished') {
    const { recording: recordingId, file } = line;
    return { type: 'recording.finished', at, callId, recordingId, file };
  }
  const { endpoint: legId, play: playId, reason } = line;
  return { type: 'play.ended', at, callId, legId, playId, reason };
}
