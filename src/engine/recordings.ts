/** What becomes of a finished recording: it is filed with its call, and who may hear it is told when it can be. */
import { agentOfRecording, storeOfRecording } from '../domain/call/closing';
import type { RecordingFinished, RecordingStored } from '../domain/events';
import type { RecordingId } from '../domain/ids';
import type { RecordingSnapshot } from '../domain/records';
import type { Aggregates } from './aggregates';
import type { LiveState } from './live-state';

/** See the head of this file. */
export class Recordings {
  /** On their way to the database, for the notice that says they have arrived. */
  private readonly filed = new Map<RecordingId, RecordingSnapshot>();

  constructor(
    private readonly live: LiveState,
    private readonly to: Aggregates,
  ) {}

  /** The file is kept even when nothing is known of its call: the store links it by the call's row. */
  finished(event: RecordingFinished): void {
    const { calls, recentCalls } = this.live;
    const call = calls.get(event.callId) ?? recentCalls.get(event.callId);
    const recording: RecordingSnapshot = {
      id: event.recordingId,
      callId: event.callId,
      leadId: call?.leadId ?? null,
      agentId: call ? agentOfRecording(call, event) : null,
      storeId: call ? storeOfRecording(call, event.recordingId) : null,
      file: event.file,
    };
    this.filed.set(recording.id, recording);
    if (calls.has(event.callId)) return this.to.call(event.callId, event);
    const record = { kind: 'recording.saved', recording } as const;
    this.to.perform([{ type: 'journal.write', record }], event.at);
  }

  stored(event: RecordingStored): void {
    const filed = this.filed.get(event.recordingId);
    this.filed.delete(event.recordingId);
    const notice = {
      kind: 'recording.stored',
      recordingId: event.recordingId,
      callId: event.callId,
      agentId: filed?.agentId ?? null,
      storeId: filed?.storeId ?? null,
    } as const;
    this.to.perform([{ type: 'notify', notice }], event.at);
  }
}
