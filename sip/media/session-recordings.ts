/**
 * What of one call is being recorded, as the main thread knows it. Commands come one after the other; the
 * worker writes.
 */
import { MediaFailure } from './failure';
import { recordingPath } from './recording-path';
import type { OpenStream } from './streams';
import type { WorkerLink } from './worker-link';

export interface RecordOrder {
  recording: string;
  path: string;
  left: string;
  /** Without it `left` alone is recorded. */
  right?: string;
  /** It ends by itself when nobody has spoken for so long. */
  quietMs?: number;
}

/** What `session.list` shows of it. */
export interface RecordingView {
  recording: string;
  path: string;
  startedAt: number;
  paused: boolean;
}

interface Running {
  view: RecordingView;
  /** Its endpoints. */
  sides: readonly string[];
  /** One of them was closed, and the worker ended it with that. */
  isOver: boolean;
}

export interface SessionRecordingsOptions {
  link: WorkerLink;
  /**
   * A recording is to begin; the engine tells of its end. Resolves when it would outlive this edge. Throws
   * `bad-request` when one of that name is not over yet, in whatever session.
   */
  onRecording: (recording: string, path: string) => Promise<void>;
  /** It could not begin after all. */
  onNotRecording: (recording: string) => void;
}

export class SessionRecordings {
  private readonly running = new Map<string, Running>();

  constructor(
    private readonly options: SessionRecordingsOptions,
    /** In the worker. Rejects with `unknown-endpoint`. */
    private readonly endpoint: (id: string) => Promise<OpenStream>,
  ) {}

  get isEmpty(): boolean {
    return this.running.size === 0;
  }

  views(): RecordingView[] {
    return [...this.running.values()].map(({ view }) => ({ ...view }));
  }

  async start(order: RecordOrder): Promise<void> {
    const { link, onRecording, onNotRecording } = this.options;
    const { recording, left, right, quietMs } = order;
    const path = recordingPath(order.path);
    const sides = [left, ...(right === undefined ? [] : [right])];
    const streams = await Promise.all(sides.map((id) => this.endpoint(id)));
    const [leftKey = '', rightKey] = streams.map(({ key }) => key);
    await onRecording(recording, path);
    try {
      const begun = await link.request('record', {
        ...{ recording, path, left: leftKey },
        ...(rightKey === undefined ? {} : { right: rightKey }),
        ...(quietMs === undefined ? {} : { quietMs }),
        wideband: streams.some(({ negotiation }) => negotiation.codec === 'G722'),
      });
      const { startedAt } = begun;
      const view = { recording, path, startedAt, paused: false };
      this.running.set(recording, { view, sides, isOver: false });
    } catch (error) {
      onNotRecording(recording);
      throw error;
    }
  }

  /** Silence is written until it is resumed. Twice the same changes nothing. */
  async pause(recording: string, paused: boolean): Promise<void> {
    const { view } = this.find(recording);
    const request = paused ? 'pause-recording' : 'resume-recording';
    await this.options.link.request(request, { recording });
    view.paused = paused;
  }

  /** The file is told by the engine's `recorded` event. Nothing where the end of a leg has stopped it. */
  async stop(recording: string): Promise<void> {
    if (this.find(recording).isOver) return;
    await this.options.link.request('stop-recording', { recording });
  }

  /** The endpoint was closed. */
  leave(endpoint: string): void {
    for (const one of this.running.values()) one.isOver ||= one.sides.includes(endpoint);
  }

  /** It is told; it is not listed any more. */
  forget(recording: string): void {
    this.running.delete(recording);
  }

  private find(recording: string): Running {
    const running = this.running.get(recording);
    if (running === undefined) throw new MediaFailure('unknown-recording', recording);
    return running;
  }
}
