/**
 * What the edge tells, as events of the domain. Held back until the app has recovered its calls, then
 * handed on in order; each is acknowledged when what came of it is on disk, so that a crash loses none.
 */
import type { Logger } from 'pino';
import type { AlarmRaised } from '../../domain/alarm';
import type { DomainEvent } from '../../domain/events';
import type { Submit } from '../../engine/ports';
import type { ControlClient, EventLine } from '../../../sip/index';

/** A dialog that ended while the app was away; telephony's concern. */
export type DialogEnded = Extract<EventLine, { event: 'dialog.ended' }>;

/** A caller whom the edge served by itself; telephony's concern as well. */
export type CallerServed = Extract<EventLine, { event: 'caller.served' }>;

/** A recording is over; its file may have to be fetched. */
export type RecordFinished = Extract<EventLine, { event: 'record.finished' }>;

/** A phone's connection is gone; telephony's concern too. */
export type FlowEnded = Extract<EventLine, { event: 'flow.ended' }>;

export interface EdgeEventsOptions {
  control: ControlClient;
  submit: Submit;
  onDialogEnded: (event: DialogEnded) => void;
  onFlowEnded: (event: FlowEnded) => void;
  /** Resolves when the app has it in its journal; until then the edge keeps it. */
  onCallerServed: (event: CallerServed) => Promise<void>;
  /** A leg ended: the mean opinion score of what came from its far side, 1..4.5. */
  onLegQuality: (mos: number) => void;
  onLegHeard: (legId: string) => void;
  /** A worker of the edge fell and took the media of a call along. */
  onMediaLost: (callId: string) => void;
  /** A recording is over, and that is on disk. */
  onRecorded: (event: RecordFinished) => void;
  /** Resolves when everything submitted so far is on disk. */
  written: () => Promise<void>;
  log: Logger;
}

/** Starts listening; `begin` hands on what was held and everything after. */
export class EdgeEvents {
  private held: EventLine[] | null = [];
  /** Events that are still being written down: nothing from the first of them on is acknowledged. */
  private unwritten = new Set<number>();
  private last = 0;
  private edge: string | undefined;

  constructor(private readonly options: EdgeEventsOptions) {
    options.control.on('connected', this.meet);
    options.control.on('event', this.hear);
  }

  begin(): void {
    const held = this.held ?? [];
    this.held = null;
    for (const line of held) this.handOn(line);
  }

  stop(): void {
    this.options.control.off('connected', this.meet);
    this.options.control.off('event', this.hear);
  }

  /** Another edge counts from 1 again: what is still being written is none of its events. */
  private readonly meet = (edge: string): void => {
    if (edge !== this.edge) {
      this.last = 0;
      this.unwritten = new Set();
    }
    this.edge = edge;
  };

  private readonly hear = (line: EventLine): void => {
    if (this.held !== null) this.held.push(line);
    else this.handOn(line);
  };

  private handOn(line: EventLine): void {
    const { submit, onDialogEnded, onCallerServed, written, log } = this.options;
    this.last = line.seq;
    if (line.event === 'caller.served') return this.acknowledgeAfter(line, onCallerServed(line));
    if (line.event === 'record.finished') return this.acknowledgeAfter(line, this.recorded(line));
    if (line.event === 'endpoint.quality') {
      this.judge(line);
      return this.acknowledgeAfter(line, Promise.resolve());
    }
    if (line.event === 'endpoint.key') {
      // Which key it was stays out of the log: it may be part of a secret.
      log.debug({ callId: line.session, legId: line.endpoint }, 'a key was pressed');
      const { at, session: callId, endpoint: legId, key } = line;
      submit({ type: 'key.pressed', at, callId, legId, key });
      return this.acknowledgeAfter(line, Promise.resolve());
    }
    if (line.event === 'flow.ended') this.options.onFlowEnded(line);
    else if (line.event === 'dialog.ended') onDialogEnded(line);
    else if (line.event === 'session.lost') {
      log.error({ callId: line.session, reason: line.reason }, 'the edge lost the media of a call');
      this.options.onMediaLost(line.session);
    } else if (line.event === 'dialog.info') {
      log.info({ contentType: line.contentType }, 'an INFO that came while the app was away');
    } else if (line.event === 'edge.departure') {
      log.warn({ state: line.state }, 'the edge is asked to end');
    } else if (line.event === 'record.disk') this.raise(line);
    else submit(playEnded(line));
    this.acknowledgeAfter(line, written());
  }

  /** Before it is on disk nothing is done for its file: who has fetched a file is not told of it again. */
  private async recorded(line: RecordFinished): Promise<void> {
    const { submit, control, written, onRecorded } = this.options;
    this.raise(line);
    submit(recordingFinished(line, control.files !== undefined));
    await written();
    onRecorded(line);
  }

  private raise(line: RecordDisk | RecordFinished): void {
    const alarm = alarmOf(line);
    if (alarm === null) return;
    this.options.log.error({ callId: line.session, code: alarm.code }, alarm.detail);
    this.options.submit(alarm);
  }

  /** What a leg was like as a whole is kept in the log; how it is just now is nobody's yet. */
  private judge({ session: callId, endpoint: legId, final, quality }: EndpointQuality): void {
    if (!final) return this.options.onLegHeard(legId);
    this.options.onLegQuality(quality.mos);
    this.options.log.info({ callId, legId, ...quality }, 'how a leg was received');
  }

  /** Not acknowledged when it fails: the edge then tells it to the next app. */
  private acknowledgeAfter({ event, seq }: EventLine, onDisk: Promise<void>): void {
    const { unwritten } = this;
    unwritten.add(seq);
    onDisk.then(
      () => {
        unwritten.delete(seq);
        if (unwritten === this.unwritten) this.acknowledge();
      },
      (err: unknown) =>
        this.options.log.error({ err, event }, 'the edge is not told that we have it'),
    );
  }

  /** An acknowledgement covers all events before it. */
  private acknowledge(): void {
    this.options.control.ack(Math.min(this.last, ...[...this.unwritten].map((seq) => seq - 1)));
  }
}

type EndpointQuality = Extract<EventLine, { event: 'endpoint.quality' }>;
type RecordDisk = Extract<EventLine, { event: 'record.disk' }>;
type PlayEnded = Extract<EventLine, { event: 'play.ended' }>;

/** What of a recording somebody has to see to; null when nothing. */
function alarmOf(line: RecordFinished | RecordDisk): AlarmRaised | null {
  const { at } = line;
  if (line.event === 'record.disk') {
    const { recording, state, folder, reason } = line;
    if (state === 'taken') return null;
    const where = state === 'moved' ? `moved to folder ${folder}` : 'taken by no folder';
    const detail = `recording ${recording}: ${where}: ${reason}`;
    return { type: 'alarm.raised', at, code: 'RECORDING_DISK', detail };
  }
  const { recording, file } = line;
  if (file.result !== 'stored' || file.reconciles) return null;
  const detail = `recording ${recording}: the counts of its manifest contradict each other`;
  return { type: 'alarm.raised', at, code: 'RECORDING_COUNTS', detail };
}

/** A file that is fetched comes into our own folder, in whichever of its folders the edge has it. */
function recordingFinished(line: RecordFinished, isFetched: boolean): DomainEvent {
  const { at, session: callId, recording: recordingId } = line;
  const { folder, ...file } = { folder: undefined, ...line.file };
  const where = folder === undefined || isFetched ? {} : { folder };
  return { type: 'recording.finished', at, callId, recordingId, file: { ...file, ...where } };
}

function playEnded(line: PlayEnded): DomainEvent {
  const { at, session: callId, endpoint: legId, play: playId, reason } = line;
  return { type: 'play.ended', at, callId, legId, playId, reason };
}
