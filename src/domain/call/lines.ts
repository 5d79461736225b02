/** What a caller hears who has no partner: while he waits, and when nobody takes him. */
import type { PlayId } from '../ids';
import type { Asking } from './keypad';
import type { NumberTalk } from './number-talk';

/** What a caller without a partner hears. */
export type WaitingLine =
  /** Nothing but our 100. */
  | { is: 'arrived' }
  /** 180 was sent; the carrier makes the tone. */
  | { is: 'ringing' }
  /** 183 with our SDP was asked for; then this welcome is played, before our answer. */
  | { is: 'sounding'; welcome: Welcome }
  /** 200 was asked for; then this welcome is played. */
  | { is: 'answering'; welcome: Welcome }
  | { is: 'welcome'; playId: PlayId }
  | { is: 'music' }
  /** He is not on the phone: he will be called back. */
  | { is: 'absent' }
  /** How he stands, and that he may be called back; then music again. */
  | { is: 'told'; playId: PlayId }
  /** He wants to be called back, and says at which number; phones ring on, and who picks up has him. */
  | { is: 'asked'; talk: NumberTalk };

/** Of who waits. */
export interface Wait {
  readonly position: number;
  readonly range: readonly [fromMin: number, toMin: number] | null;
  /** He has been told once. */
  readonly isTold: boolean;
  /** He is to be told as soon as it suits. */
  readonly isDue: boolean;
}

/** `rings-out`: phones ring on but the caller waited long enough; `all-busy`: nobody is free. */
export type Welcome = 'rings-out' | 'all-busy';

/** He hears nothing of ours yet, and was not answered. */
export const isUnheard = (line: WaitingLine): boolean =>
  line.is === 'arrived' || line.is === 'ringing' || line.is === 'sounding';

/** How far the farewell of an announced caller is. */
export type Farewell =
  /** 200 was asked for. */
  | { is: 'answering' }
  | { is: 'number'; talk: NumberTalk }
  /** All is known, and it is not yet on disk. */
  | { is: 'owed' }
  /** There is no stream to tell him by: once it is on disk he gets his final answer. */
  | { is: 'refused' }
  /** Told what becomes of him, and that he may leave a message. */
  | { is: 'told'; asking: Asking }
  | { is: 'invited'; playId: PlayId }
  | { is: 'message' }
  | { is: 'goodbye'; playId: PlayId };
