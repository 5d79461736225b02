import type { Logger } from 'pino';
import type { MediaEngine } from '../media/engine';
import type { DialogDirectory, MediaDirectory, TellApp } from './ports';

export interface ControlServerOptions {
  /** Port 0: any free one. */
  listen: { host: string; port: number };
  /** MEDIA_SECRET. */
  secret: string;
  media: MediaEngine;
  dialogs: DialogDirectory;
  /** MEDIA_ORPHAN_LIMIT_SECONDS: an absent app's sessions are closed after it. */
  orphanLimitMs: number;
  log: Logger;
}

export interface ControlServer {
  /** Where it listens, with the real port. */
  address: { host: string; port: number };
  tellApp: TellApp;
  mediaDirectory: MediaDirectory;
  /** Closes the listener and all connections; the media engine is closed by its owner. */
  close(): Promise<void>;
}

/** Rejects when the address cannot be listened on. */
export declare function startControlServer(options: ControlServerOptions): Promise<ControlServer>;
