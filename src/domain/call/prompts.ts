/**
 * Decides which prompts a caller or an agent hears, in which order. Knows neither when they are
 * played nor by whom. A play's id is made of leg and purpose: most are played once a leg, the
 * others have their moment in it.
 */
import type { Closed } from '../hours/opening';
import type { LegId, PlayId } from '../ids';
import type { PlanAnnouncement } from '../plan';
import type { MenuChoice } from '../records';
import type { PromptKey, Spoken } from '../spoken';
import type { Instant } from '../time';
import type { CallFacts } from './call';
import type { Wait, Welcome } from './lines';

/** What callers of his hotline are to know, before anything else. */
export const messagePrompts = ({ route: { message } }: Pick<CallFacts, 'route'>): Spoken[] =>
  message === undefined ? [] : [{ message }];

/** The first thing an answered caller hears; music follows. */
export function welcomePrompts(welcome: Welcome, noticeOwed: boolean): PromptKey[] {
  const prompts: PromptKey[] = noticeOwed ? ['greeting', 'recording-notice'] : ['greeting'];
  return welcome === 'all-busy' ? [...prompts, 'all-busy'] : prompts;
}

const WHISPERS: Record<MenuChoice, PromptKey> = {
  sales: 'whisper-sales',
  'after-sales': 'whisper-after-sales',
  complaint: 'whisper-complaint',
};

/** What the agent hears while his caller hears the notice: whose call it is, and what he said that it is about. */
export const agentPrompts = ({ menu }: { menu?: MenuChoice | undefined }): PromptKey[] =>
  menu === undefined ? ['store-call'] : ['store-call', WHISPERS[menu]];

/**
 * Why nobody takes a call: nobody is there, the hotline is closed, there is no stream to wait by (`full`), he would wait
 * too long, or he wants to be called.
 */
export type Absence = 'nobody-signed-in' | 'full' | 'hopeless' | 'asked' | Closed['why'];

const ABSENCE_PROMPTS: Record<Absence, PromptKey[]> = {
  'nobody-signed-in': ['no-agents'],
  // The sooner he has been told, the sooner the next one is.
  full: [],
  hopeless: ['no-agents'],
  asked: [],
  'after-hours': ['closed'],
  holiday: ['holiday'],
  closure: ['no-agents'],
};

/** The first that who finds nobody is told; which number he has is asked next. */
export const absencePrompts = (why: Absence): readonly PromptKey[] => ABSENCE_PROMPTS[why];

/** What becomes of him: with a number we call back, without one we cannot. */
export function farewellPrompts(hasNumber: boolean, why: Absence): PromptKey[] {
  if (!hasNumber) return ['no-number'];
  return [why === 'asked' ? 'callback-taken' : 'promise-taken'];
}

/** More than an hour is told as more than what it will be at least, if that says anything. */
const LONGEST_RANGE_MIN = 60;
const LEAST_TOLD_MIN = 5;

/**
 * How a waiting caller stands; empty when there is nothing to say. He is offered a call back last, but first where
 * little is left for the next callers.
 */
export function waitPrompts(
  { position, range, isTold }: Wait,
  { position: tellsPlace = true, wait: tellsTime = true }: PlanAnnouncement = {},
  offer: 'first' | 'last' | 'none',
): Spoken[] {
  return [
    ...(offer === 'first' ? (['callback-offer'] as const) : []),
    ...(isTold ? (['still-busy'] as const) : []),
    ...(tellsPlace && position >= 1 && position <= 9999 ? [{ position }] : []),
    ...(tellsTime && range !== null ? timePrompts(range) : []),
    ...(offer === 'last' ? (['callback-offer'] as const) : []),
  ];
}

function timePrompts([from, to]: readonly [number, number]): Spoken[] {
  if (to <= LONGEST_RANGE_MIN) return ['wait-time', { minutesRange: [from, to] }];
  if (from < LEAST_TOLD_MIN) return [];
  return ['wait-time', 'more-than', { minutes: Math.min(from, 999) }];
}

/** The id by which `play.ended` names the play. */
export const playIdFor = (
  legId: LegId,
  purpose:
    | 'welcome'
    | 'notice'
    | 'farewell'
    | 'message'
    | 'wait'
    | 'thanks'
    | 'store-call'
    | 'ringing-tone'
    | 'ringing-over'
    | 'greeting'
    | 'call-back',
  at?: Instant,
): PlayId => `${legId}:${purpose}${at === undefined ? '' : `:${at}`}`;
