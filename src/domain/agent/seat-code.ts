/**
 * Hot desking from the phone itself: `*11` and the extension of a person sits him down there once he has entered his
 * PIN and `#`; `*12` signs out who sits there. Neither is a call, and nothing of it is recorded or shown to anybody.
 *
 *     dialled --> answered --> asked for the PIN --#--> checked --right--> told, hung up
 *                                  ^----------wrong, twice----'----------> told, hung up
 *
 * Who has no PIN, and whom nobody knows, is asked all the same, so that nobody learns by it who there is.
 */
import type { Effect } from '../effects';
import type { AgentId, CallId, LegId, PhoneId } from '../ids';
import { seconds, type Instant, type Millis } from '../time';

/** A phone at which nobody enters anything is not kept busy longer than this. */
export const PIN_PATIENCE_MS: Millis = seconds(60);
const TRIES = 3;
const LONGEST_PIN = 8;

export type SeatCode = { is: 'sign-in'; extension: string } | { is: 'sign-out' };

/** Null for whatever else is dialled. */
export function readSeatCode(dialled: string): SeatCode | null {
  if (dialled === '*12') return { is: 'sign-out' };
  const [, extension] = /^\*11(\d{2,8})$/.exec(dialled) ?? [];
  return extension === undefined ? null : { is: 'sign-in', extension };
}

/** A phone that has dialled one of them. */
export interface SeatCall {
  readonly callId: CallId;
  readonly legId: LegId;
  readonly phoneId: PhoneId;
  readonly code: SeatCode;
  /** Whose extension it is; null: nobody's. */
  readonly agentId: AgentId | null;
  readonly stage: 'answering' | 'asking' | 'checking' | 'telling';
  readonly keys: string;
  readonly wrong: number;
}

/** What comes of a step: `wants` is for the engine, which knows people and their PINs. */
export interface SeatStep {
  next: SeatCall;
  effects: Effect[];
  wants?: { do: 'check'; pin: string } | { do: 'sign-out' };
}

/** Our 200 has reached the phone. */
export function seatAnswered(call: SeatCall): SeatStep {
  if (call.stage !== 'answering') return { next: call, effects: [] };
  if (call.code.is === 'sign-out')
    return { next: { ...call, stage: 'checking' }, effects: [], wants: { do: 'sign-out' } };
  const { callId, legId } = call;
  return {
    next: { ...call, stage: 'asking' },
    effects: [{ type: 'media.keys', callId, legId, relay: false }, play(call, ['beep'])],
  };
}

/** A key of the PIN; `*` begins it anew. */
export function seatKey(call: SeatCall, key: string): SeatStep {
  if (call.stage !== 'asking') return { next: call, effects: [] };
  if (key === '*') return { next: { ...call, keys: '' }, effects: [] };
  if (key !== '#')
    return { next: { ...call, keys: `${call.keys}${key}`.slice(0, LONGEST_PIN + 1) }, effects: [] };
  const { keys: pin } = call;
  return {
    next: { ...call, keys: '', stage: 'checking' },
    effects: [],
    wants: { do: 'check', pin },
  };
}

/** The PIN was wrong: asked again, three times in all, unless `blocked`. */
export function seatWrong(call: SeatCall, blocked: boolean): SeatStep {
  const next: SeatCall = { ...call, wrong: call.wrong + 1, stage: 'asking' };
  if (blocked || next.wrong >= TRIES) return seatDone(next, 'refused');
  return { next, effects: [play(call, ['invalid-entry', 'beep'])] };
}

/** It is over: what the phone is told before it is hung up. */
export function seatDone(call: SeatCall, how: 'done' | 'refused'): SeatStep {
  const prompts = how === 'done' ? (['beep', 'beep'] as const) : (['invalid-entry'] as const);
  return { next: { ...call, stage: 'telling' }, effects: [play(call, [...prompts])] };
}

/** The phone's leg has an end, or is given one. */
export const seatOver = ({ callId, legId }: SeatCall): Effect[] => [
  { type: 'leg.hangup', legId, cause: 'partner-left' },
  { type: 'timer.clear', timer: { kind: 'seat-code', callId } },
  { type: 'media.close', callId },
];

/** It begins: the phone is answered. */
export const seatBegins = ({ callId, legId }: SeatCall, now: Instant): Effect[] => [
  { type: 'leg.answer', legId, callId },
  { type: 'timer.set', timer: { kind: 'seat-code', callId }, at: now + PIN_PATIENCE_MS },
];

const play = (
  { callId, legId }: SeatCall,
  prompts: Extract<Effect, { type: 'media.play' }>['prompts'],
): Effect => ({
  ...{ type: 'media.play', callId, legId, prompts, then: 'silence' },
  playId: `${legId}:seat-code`,
});

/** Wrong PINs of one person, from whatever phones. */
export interface PinTries {
  readonly wrong: number;
  readonly blockedUntil: Instant;
}

export const NO_TRIES: PinTries = { wrong: 0, blockedUntil: 0 };

/** So many wrong ones in a row, and nobody signs in as him by PIN for a while. */
const PERSON_TRIES = 6;
const BLOCK_MS: Millis = seconds(900);

export const afterWrong = ({ wrong, blockedUntil }: PinTries, now: Instant): PinTries =>
  wrong + 1 >= PERSON_TRIES
    ? { wrong: 0, blockedUntil: now + BLOCK_MS }
    : { wrong: wrong + 1, blockedUntil };
