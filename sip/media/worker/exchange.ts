/**
 * The endpoints and recordings of one worker thread: carries out the requests of the main thread,
 * paces all sounds with one ticker, and spreads the writing of recordings over a wheel of frames.
 */
import { join } from 'node:path';
import { MediaFailure } from '../failure';
import type { LinkQuality } from '../../rtp/link-reports';
import type {
  DiskTrouble,
  Dropped,
  PlayEnd,
  RecordedFile,
  RequestName,
  WorkerRequests,
  WorkerSetup,
} from '../messages';
import { monotonicMs, ticks } from './clock';
import { Conversations } from './conversations';
import { Endpoint } from './endpoint';
import { Library, type SharedSounds } from './library';
import { Recorder } from './recorder';
import type { FolderPath } from './recording-place';
import { Music, Playlist, SILENCE, type Sound } from './sounds';
import { Ticker } from './ticker';
import { WriteWheel } from './write-wheel';

/** What the worker tells of its own accord. */
export interface ExchangeEvents {
  playEnded(endpoint: string, play: string, reason: PlayEnd): void;
  recorded(recording: string, file: RecordedFile): void;
  diskTrouble(recording: string, trouble: DiskTrouble): void;
  quality(endpoint: string, quality: LinkQuality, final: boolean): void;
  key(endpoint: string, key: string, durationMs: number): void;
}

interface RunningRecording {
  recorder: Recorder;
  left: Endpoint;
  right: Endpoint | null;
  /** Frame of the wheel at which it is written. */
  slot: number;
}

type Handlers = {
  [N in RequestName]: (
    params: WorkerRequests[N]['params'],
  ) => WorkerRequests[N]['result'] | Promise<WorkerRequests[N]['result']>;
};

export class Exchange {
  /** One handler for each request; they throw `MediaFailure`. */
  readonly handlers: Handlers = {
    open: (params) => this.open(params),
    agree: ({ endpoint, audio, from }) => this.done(() => this.find(endpoint).agree(audio, from)),
    close: ({ endpoint }) => this.close(endpoint),
    play: (params) => this.done(() => this.play(params)),
    music: ({ endpoint }) => this.done(() => this.leaving(endpoint).hear(this.music)),
    hold: ({ endpoint, record }) =>
      this.done(() => this.leaving(endpoint).hold(this.music, record)),
    mute: ({ endpoint, muted }) => this.done(() => this.find(endpoint).mute(muted)),
    bridge: ({ a, b }) => this.done(() => this.talks.bridge(this.find(a), this.find(b))),
    unbridge: ({ a, b }) => this.done(() => this.talks.unbridge(this.find(a), this.find(b))),
    confer: ({ endpoint, on }) =>
      this.done(() => this.talks.confer(this.find(endpoint), this.find(on))),
    monitor: ({ endpoint, on, mode }) =>
      this.done(() => this.talks.monitor(this.find(endpoint), this.find(on), mode)),
    'change-monitor': ({ endpoint, mode }) =>
      this.done(() => this.talks.change(this.find(endpoint), mode)),
    leave: ({ endpoint }) => this.done(() => this.talks.leave(this.find(endpoint))),
    record: (params) => this.record(params),
    'pause-recording': ({ recording }) =>
      this.done(() => this.findRecording(recording).recorder.pause(ticks())),
    'resume-recording': ({ recording }) =>
      this.done(() => this.findRecording(recording).recorder.resume(ticks())),
    'stop-recording': ({ recording }) => this.done(() => this.stopRecording(recording)),
    keys: ({ endpoint, relay }) => this.done(() => this.find(endpoint).wantKeys(relay)),
    press: ({ endpoint, keys }) => this.done(() => this.find(endpoint).sender.presses.press(keys)),
    pressed: ({ endpoint, key, durationMs }) =>
      this.done(() => this.pressed(this.find(endpoint), key, durationMs)),
    sounds: (sounds) => this.done(() => this.replaceSounds(sounds)),
    shutdown: () => this.shutdown(),
  };

  private library: Library;
  private readonly music: Music;
  private readonly endpoints = new Map<string, Endpoint>();
  private readonly talks = new Conversations();
  private readonly recordings = new Map<string, RunningRecording>();
  private readonly finishing = new Set<Promise<void>>();
  private readonly ticker = new Ticker((resumed) => this.onFrame(resumed));
  private readonly wheel = new WriteWheel();

  constructor(
    private readonly setup: WorkerSetup,
    private readonly events: ExchangeEvents,
  ) {
    this.library = new Library(setup.sounds);
    this.music = new Music(this.library.music);
    this.ticker.start();
  }

  /** Mean lateness of the frames since this was asked before, in milliseconds. */
  takeLateness(): number {
    return this.ticker.takeLateness();
  }

  private async open({
    endpoint: id,
    address,
    port,
  }: WorkerRequests['open']['params']): Promise<{ port: number }> {
    const endpoint = await Endpoint.open(
      { address, port },
      (play, reason) => this.events.playEnded(id, play, reason),
      (quality, final) => this.events.quality(id, quality, final),
      (key, durationMs) => this.events.key(id, key, durationMs),
    );
    this.endpoints.set(id, endpoint);
    this.ticker.go();
    return { port: endpoint.port };
  }

  private close(id: string): Dropped {
    const endpoint = this.find(id);
    for (const [recording, { left, right }] of this.recordings) {
      if (left === endpoint || right === endpoint) this.stopRecording(recording);
    }
    this.endpoints.delete(id);
    this.talks.leave(endpoint);
    endpoint.close();
    // Recordings ended with their endpoints.
    if (this.endpoints.size === 0) this.ticker.rest();
    return { strangers: endpoint.strangers, forged: endpoint.forged };
  }

  private play(params: WorkerRequests['play']['params']): void {
    const clips = params.clips.map((name) => {
      const clip = this.library.prompt(name);
      if (clip === null) throw new MediaFailure('unknown-prompt', name);
      return clip;
    });
    const then: Sound = params.then === 'music' ? this.music : SILENCE;
    const { play: id, interrupt } = params;
    const play = { id, sound: new Playlist(clips), then, interrupt };
    if (params.mixed) this.talks.prompt(this.find(params.endpoint), play);
    else this.leaving(params.endpoint).startPlay(play);
  }

  private replaceSounds(sounds: SharedSounds): void {
    this.library = new Library(sounds);
    this.music.change(this.library.music);
  }

  private record(params: WorkerRequests['record']['params']): { startedAt: number } {
    const { recording, path } = params;
    if (this.recordings.has(recording)) {
      throw new MediaFailure('bad-request', `recording ${recording} runs already`);
    }
    const left = this.find(params.left);
    const right = params.right === undefined ? null : this.find(params.right);
    const startedAt = Date.now();
    const recorder = new Recorder({
      recording,
      places: placesOf(path, this.setup.recordingsDirs),
      path,
      format: { channels: right === null ? 1 : 2, wideband: params.wideband },
      ...(params.quietMs === undefined ? {} : { quiet: 8 * params.quietMs }),
      origin: ticks(),
      startedAt,
      monotonicZeroMs: monotonicMs(),
      strangers: { left: () => left.strangers, right: right ? () => right.strangers : undefined },
      onOver: () => this.stopRecording(recording),
      onTrouble: (trouble) => this.events.diskTrouble(recording, trouble),
    });
    left.record(recorder.left);
    if (right !== null && recorder.right !== null) right.record(recorder.right);
    this.recordings.set(recording, { recorder, left, right, slot: this.wheel.assign() });
    return { startedAt };
  }

  private stopRecording(id: string): void {
    const { recorder, left, right } = this.findRecording(id);
    this.recordings.delete(id);
    left.forget(recorder.left);
    if (recorder.right !== null) right?.forget(recorder.right);
    const finished = recorder.finish(ticks()).then((file) => {
      this.finishing.delete(finished);
      this.events.recorded(id, file);
    });
    this.finishing.add(finished);
  }

  /** The far side told a press beside its stream; who hears it gets it as one of ours. */
  private pressed(endpoint: Endpoint, key: string, durationMs: number): void {
    if (!endpoint.keys.told(key, durationMs, ticks()) || !endpoint.keys.relays) return;
    for (const listener of this.talks.listenersOf(endpoint)) {
      listener.sender.presses.tell(key, durationMs);
    }
  }

  private async shutdown(): Promise<null> {
    for (const id of [...this.endpoints.keys()]) this.close(id);
    await Promise.all(this.finishing);
    this.ticker.stop();
    return null;
  }

  private onFrame(resumed: boolean): void {
    const now = ticks();
    this.music.advance();
    for (const endpoint of this.endpoints.values()) {
      if (endpoint.ticks) endpoint.tick(now, resumed);
    }
    this.talks.tick(now, resumed);
    this.wheel.advance(resumed);
    for (const { recorder, slot } of this.recordings.values()) {
      if (this.wheel.isDue(slot)) recorder.flush(now);
    }
  }

  private find(id: string): Endpoint {
    const endpoint = this.endpoints.get(id);
    if (endpoint === undefined) throw new MediaFailure('unknown-endpoint', id);
    return endpoint;
  }

  private findRecording(id: string): RunningRecording {
    const recording = this.recordings.get(id);
    if (recording === undefined) throw new MediaFailure('unknown-recording', id);
    return recording;
  }

  /** The endpoint, out of any conversation. */
  private leaving(id: string): Endpoint {
    const endpoint = this.find(id);
    this.talks.leave(endpoint);
    return endpoint;
  }

  private done(work: () => void): null {
    work();
    return null;
  }
}

function placesOf(path: string, folders: readonly string[]): FolderPath[] {
  return folders.map((dir, i) => ({ folder: i === 0 ? 1 : 2, file: join(dir, path) }));
}
