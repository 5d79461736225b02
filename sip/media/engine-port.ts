/** The media engine as the rest of the edge sees it: how it is set up, what it does, and what it tells. */
import type { Logger } from 'pino';
import type { LinkQuality } from '../rtp/link-reports';
import type { Capabilities } from '../sdp/codecs';
import type { MediaAddress } from './media-address';
import type { DiskTrouble, PlayEnd, RecordedFile } from './messages';
import type { OwedFiles } from './owed-files';
import type { ReloadedPrompts } from './prompts';
import type { MediaSession } from './session';
import type { SessionView } from './session-orders';

/** How the media engine is set up; edge.ts reads the settings and fills this in. */
export interface MediaEngineOptions {
  /** Lowest and highest UDP port; RTP takes the even ones. `[0, 0]`: any free port (tests). */
  ports: readonly [low: number, high: number];
  address: MediaAddress;
  /** Of the other family, where there is one. */
  otherFamily?: MediaAddress | undefined;
  /** What offers and answers promise; G.711 in plain RTP by default. */
  can?: Capabilities;
  /** Threads that carry packets, at least 1; sessions are spread over them. */
  workers: number;
  /** Most endpoints at a time, at least 1; which purpose may have how many says stream-places.ts. */
  maxStreams: number;
  /** Recordings are written under this folder, */
  recordingsDir: string;
  /** or, where that is full or too slow, under this one. */
  recordingsDir2?: string | undefined;
  /** Where it is written which recordings are owed to whom; without it that ends with this process. */
  ledgerFile?: string;
  /** Apps are on other hosts: a finished file stays until its app has fetched it, and goes then. */
  filesAreFetched?: boolean;
  /** Holds `<language>/<key>.wav`. */
  promptsDir: string;
  /** Queue music, mono 16 bit WAV of 8 or 16 kHz. */
  musicFile: string;
  /** The store's own prompts and `music.wav`, which lie over these; it need not be there. */
  ownPromptsDir?: string;
  log: Logger;
}

/** What the engine tells of its own accord; `owner` is the app name that the session belongs to. */
export type MediaEvent = { owner: string; session: string } & (
  | { kind: 'play-ended'; endpoint: string; play: string; reason: PlayEnd }
  | { kind: 'recorded'; recording: string; file: RecordedFile }
  | { kind: 'key'; endpoint: string; key: string; durationMs: number }
  /** How the far side of an endpoint is received; `final` over its life, else since the one before. */
  | { kind: 'quality'; endpoint: string; quality: LinkQuality; final: boolean }
  /** A folder does not take it, or does again; each state is told once. */
  | { kind: 'disk-trouble'; recording: string; trouble: DiskTrouble }
  /** Its worker thread fell; its recordings are told when what was written of them is a file. */
  | { kind: 'session-lost'; reason: string }
);

/** `acknowledged` is to be called when the app has handled it. */
export type MediaListener = (event: MediaEvent, acknowledged?: () => void) => void;

/** The media engine as the control server sees it. */
export interface MediaEngine {
  /** The one listener of the engine's events. */
  onEvent(listener: MediaListener): void;
  /** Finishes the recordings that an edge which was killed left behind, and tells each as its own. */
  finishFallen(): Promise<void>;
  /** Null when there is none, or it belongs to another app. */
  find(owner: string, session: string): MediaSession | null;
  /**
   * Makes the session when there is none, in the worker of the session `near` if that one is there, else in
   * the one with the least to do. `offer`: what it begins with; one that wants no packets is for a worker that
   * is behind its clock as well. Throws `bad-request` when the id is another app's, `capacity` when no worker runs or all
   * are behind.
   */
  open(owner: string, session: string, near?: string, offer?: string): MediaSession;
  list(owner: string): SessionView[];
  /** What apps on other hosts have still to fetch. */
  readonly files: OwedFiles;
  /** Most of the streams that callers may have are in use. */
  readonly isCrowded: boolean;
  /** Open streams and recordings that are not whole files yet, of all owners. */
  readonly unfinished: number;
  /**
   * Reads the files of prompts and music again; plays that go on keep what they have. Tells how many are
   * the store's own, and which of these cannot be used. Rejects when one of the built-in set cannot.
   */
  reloadPrompts(): Promise<ReloadedPrompts>;
  /** Closes the session's endpoints and forgets it. */
  closeSession(session: MediaSession): Promise<void>;
  /** True while the endpoint is bridged to another. Answers for sessions of any owner. */
  isBridged(session: string, endpoint: string): boolean;
  /** Closes an endpoint of any owner, if it is there. */
  release(session: string, endpoint: string): void;
  /** Finishes all recordings, closes all sockets and ends the worker threads. */
  close(): Promise<void>;
}
