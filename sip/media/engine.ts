import type { Logger } from 'pino';

/** How the media engine is set up; edge.ts reads the settings and fills this in. */
export interface MediaEngineOptions {
  /** Lowest and highest UDP port; RTP takes the even ones. `[0, 0]`: any free port (tests). */
  ports: readonly [low: number, high: number];
  /** Address that RTP sockets are bound to, and the one named in our SDP. IPv4 literals. */
  address: { bind: string; advertised: string };
  /** Most endpoints at a time; one more is refused with `capacity`. */
  maxStreams: number;
  /** Recordings are written under this folder only. */
  recordingsDir: string;
  /** Holds `<language>/<key>.wav`. */
  promptsDir: string;
  /** Queue music, 8 kHz mono 16 bit WAV. */
  musicFile: string;
  log: Logger;
}

/** The media engine as the control server sees it. */
export interface MediaEngine {
  /** Finishes all recordings, closes all sockets and ends the worker threads. */
  close(): Promise<void>;
}

/** Starts the worker threads and loads prompts and music; rejects when these cannot be read. */
export declare function startMediaEngine(options: MediaEngineOptions): Promise<MediaEngine>;
