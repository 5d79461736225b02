/**
 * The embedded media backend: everything the app needs of the edge's media engine over one control
 * connection, whose owner the caller stays.
 */
import type { Logger } from 'pino';
import type { LegMedia, Media, Submit } from '../../engine/ports';
import type { ControlClient } from '../../../sip/index';
import { edgeMedia } from './commands';
import {
  EdgeEvents,
  type CallerServed,
  type DialogEnded,
  type FlowEnded,
  type RecordFinished,
} from './events';
import { edgeLegMedia } from './legs';

export interface EmbeddedMediaOptions {
  control: ControlClient;
  submit: Submit;
  /** Folder of the prompts that callers hear: `zh-CN` or `en`. */
  language: string;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** A dialog ended while no app was there; called once for each, in order with media events. */
  onDialogEnded: (event: DialogEnded) => void;
  /** The connection of a phone that had registered is gone. */
  onFlowEnded: (event: FlowEnded) => void;
  onCallerServed: (event: CallerServed) => Promise<void>;
  /** A leg ended: the mean opinion score of what came from its far side, 1..4.5. */
  onLegQuality: (mos: number) => void;
  /** Something was received of a leg's far side in the last seconds. */
  onLegHeard: (legId: string) => void;
  /** A worker of the edge fell and took the media of a call along. */
  onMediaLost: (callId: string) => void;
  /** A recording is over, and that is on disk. */
  onRecorded: (event: RecordFinished) => void;
  /** Resolves when everything submitted so far is on disk; until then the edge keeps what it told. */
  written: () => Promise<void>;
  log: Logger;
}

export interface EmbeddedMedia {
  media: Media;
  legs: LegMedia;
  /** Recovery is done: events that were held since the connection was made are handed on. */
  begin(): void;
  /** Stops listening; the connection is closed by its owner. */
  stop(): void;
}

/** To be made before the connection is up, so that no event is missed. */
export function embeddedMedia(options: EmbeddedMediaOptions): EmbeddedMedia {
  const { control, log } = options;
  const events = new EdgeEvents(options);
  return {
    media: edgeMedia(options),
    legs: edgeLegMedia(control, options.language, log),
    begin: () => events.begin(),
    stop: () => events.stop(),
  };
}
