/**
 * What the main thread and a media worker say to each other; a message is a list of it. The main thread knows
 * sessions, SDP and ports; a worker knows sockets, packets and files. Nothing is said per packet.
 */
import type { LinkQuality } from '../rtp/link-reports';
import type { AgreedAudio } from '../sdp/negotiate';
import type { MediaErrorCode } from './failure';
import type { MonitorMode } from './talk';
import type { SharedSounds } from './worker/library';

/** Given to a worker when it starts. */
export interface WorkerSetup {
  /** Absolute; the first takes what it can. */
  recordingsDirs: readonly string[];
  sounds: SharedSounds;
}

/** Packets that an endpoint dropped because they were not the far side's. */
export interface Dropped {
  /** All of them. */
  strangers: number;
  /** From an address that could be the far side's, but not made with its key (SRTP). */
  forged: number;
}

/** How a play ended: to its end, because something else took its place, or by a key of the far side. */
export type PlayEnd = 'finished' | 'cut' | 'key';

/** Endpoint ids are made unique by the main thread. */
export interface WorkerRequests {
  /** Binds the socket to an address of ours; `port` 0 is any free one. Fails with `port-taken`. */
  open: {
    params: { endpoint: string; address: string; port: number };
    result: { port: number };
  };
  /**
   * What offer and answer agreed on; also after each re-offer. `from`: addresses and CIDRs in which
   * senders may be learned, null for anywhere.
   */
  agree: {
    params: { endpoint: string; audio: AgreedAudio; from: readonly string[] | null };
    result: null;
  };
  close: { params: { endpoint: string }; result: Dropped };
  play: {
    params: {
      endpoint: string;
      play: string;
      /** Of the sounds, by name. */
      clips: string[];
      then: 'music' | 'silence';
      /** Keys that end it. */
      interrupt: string;
      /** Into what it hears of its conversation, which goes on. Fails with `bad-request` without one. */
      mixed: boolean;
    };
    result: null;
  };
  music: { params: { endpoint: string }; result: null };
  /** Music; unless `record`, what the far side says is in no recording until it hears something else. */
  hold: { params: { endpoint: string; record: boolean }; result: null };
  /** Whether what the far side says is heard by nobody, and in no recording. */
  mute: { params: { endpoint: string; muted: boolean }; result: null };
  bridge: { params: { a: string; b: string }; result: null };
  unbridge: { params: { a: string; b: string }; result: null };
  /** Joins the conversation of `on` as another party. */
  confer: { params: { endpoint: string; on: string }; result: null };
  /** Attends `on`, who is in a conversation. */
  monitor: { params: { endpoint: string; on: string; mode: MonitorMode }; result: null };
  'change-monitor': { params: { endpoint: string; mode: MonitorMode }; result: null };
  /** Out of whatever conversation it is in; two parties who are left talk on. */
  leave: { params: { endpoint: string }; result: null };
  /** Keys are wanted of it from now on, and are passed on to those who hear it, or not. */
  keys: { params: { endpoint: string; relay: boolean }; result: null };
  /** Keys of `0123456789*#ABCD` for its far side, behind those that are still to be sent. */
  press: { params: { endpoint: string; keys: string }; result: null };
  /** A key that its far side told by SIP INFO. */
  pressed: { params: { endpoint: string; key: string; durationMs: number }; result: null };
  /**
   * Without `right` of one channel; `wideband`: 16 kHz, because a side is G.722. Answers with the wall time
   * of the first sample; trouble with the file is told as an event.
   */
  record: {
    params: {
      recording: string;
      path: string;
      left: string;
      right?: string;
      wideband: boolean;
      quietMs?: number;
    };
    result: { startedAt: number };
  };
  /** Silence is written meanwhile. Twice the same changes nothing. */
  'pause-recording': { params: { recording: string }; result: null };
  'resume-recording': { params: { recording: string }; result: null };
  'stop-recording': { params: { recording: string }; result: null };
  /** Other prompts and music from now on; plays that go on keep theirs. */
  sounds: { params: SharedSounds; result: null };
  /** Finishes every recording and closes every socket. */
  shutdown: { params: null; result: null };
}

export type RequestName = keyof WorkerRequests;

/** The error of `open` when another program has the port; the main thread tries the next. */
export type WorkerErrorCode = MediaErrorCode | 'port-taken';

export interface RequestMessage<N extends RequestName = RequestName> {
  id: number;
  name: N;
  params: WorkerRequests[N]['params'];
}

export type WorkerMessage =
  | { kind: 'ready' }
  /** Once a second: mean lateness of the frames since the report before, in milliseconds. */
  | { kind: 'pace'; lateMs: number }
  | { kind: 'reply'; id: number; result: unknown }
  | { kind: 'error'; id: number; code: WorkerErrorCode; message: string }
  | { kind: 'play-ended'; endpoint: string; play: string; reason: PlayEnd }
  /** The far side pressed a key and let it go. */
  | { kind: 'key'; endpoint: string; key: string; durationMs: number }
  | { kind: 'recorded'; recording: string; file: RecordedFile }
  | { kind: 'disk-trouble'; recording: string; trouble: DiskTrouble }
  /** Every 5 s while something is received; `final` over its life, before `close` is answered. */
  | { kind: 'quality'; endpoint: string; quality: LinkQuality; final: boolean };

/** 1: `RECORDINGS_DIR`, 2: `RECORDINGS_DIR_2`. */
export type Folder = 1 | 2;

export interface DiskTrouble {
  /** `moved`: the other folder has it now; `refused`: none takes it; `taken`: one does again. */
  state: 'moved' | 'refused' | 'taken';
  /** Where it is now; null when it could not even begin. */
  folder: Folder | null;
  reason: string;
}

/** How a recording came out. */
export type RecordedFile =
  | {
      result: 'stored';
      /** Relative to the folder it is in, which is the first when that is not told. */
      path: string;
      folder?: 2;
      /** Wall time of the first sample, milliseconds since the epoch. */
      startedAt: number;
      durationMs: number;
      bytes: number;
      sha256: string;
      /** Milliseconds that are missing, by cause, sides added up; the manifest beside the file lists them. */
      gapsMs: Record<string, number>;
      /** False is a bug of ours: the manifest contradicts itself. */
      reconciles: boolean;
    }
  | { result: 'failed'; reason: string };
