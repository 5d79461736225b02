/**
 * Decides which prompts a caller or an agent hears, in which order. Knows neither when they are
 * played nor by whom. A play's id is made of leg and purpose: each purpose is played once a leg.
 */
import type { Closed } from '../hours/opening';
import type { LegId, PlayId } from '../ids';
import type { PromptKey } from '../spoken';
import type { Welcome } from './call';

/** The first thing an answered caller hears; music follows. */
export function welcomePrompts(welcome: Welcome, noticeOwed: boolean): PromptKey[] {
  const prompts: PromptKey[] = noticeOwed ? ['greeting', 'recording-notice'] : ['greeting'];
  return welcome === 'all-busy' ? [...prompts, 'all-busy'] : prompts;
}

/** Why nobody takes a call: nobody is signed in, the hotline is closed, or there is no stream to wait by (`full`). */
export type Absence = 'nobody-signed-in' | 'full' | Closed['why'];

const ABSENCE_PROMPTS: Record<Absence, PromptKey> = {
  'nobody-signed-in': 'no-agents',
  full: 'no-agents',
  'after-hours': 'closed',
  holiday: 'holiday',
  closure: 'no-agents',
};

/** Steps 3 and 4 of the ladder: nobody is there for him; with a number we call back, without one we cannot. */
export const farewellPrompts = (hasNumber: boolean, why: Absence): PromptKey[] => [
  ABSENCE_PROMPTS[why],
  hasNumber ? 'promise-taken' : 'no-number',
];

/** The id by which `play.ended` names the play. */
export const playIdFor = (
  legId: LegId,
  purpose:
    'welcome' | 'notice' | 'farewell' | 'store-call' | 'ringing-tone' | 'ringing-over' | 'greeting',
): PlayId => `${legId}:${purpose}`;
