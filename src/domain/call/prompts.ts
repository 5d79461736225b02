/**
 * Decides which prompts a caller or an agent hears, in which order. Knows neither when they are
 * played nor by whom. A play's id is made of leg and purpose: each purpose is played once a leg.
 */
import type { PromptKey } from '../effects';
import type { LegId, PlayId } from '../ids';
import type { Welcome } from './call';

/** The first thing an answered caller hears; music follows. */
export function welcomePrompts(welcome: Welcome, noticeOwed: boolean): PromptKey[] {
  const prompts: PromptKey[] = noticeOwed ? ['greeting', 'recording-notice'] : ['greeting'];
  return welcome === 'all-busy' ? [...prompts, 'all-busy'] : prompts;
}

/** Step 3 of the ladder: nobody is there; with a number we call back, without one we cannot. */
export const farewellPrompts = (hasNumber: boolean): PromptKey[] =>
  hasNumber ? ['no-agents', 'promise-taken'] : ['no-agents', 'no-number'];

/** The id by which `play.ended` names the play. */
export const playIdFor = (
  legId: LegId,
  purpose:
    'welcome' | 'notice' | 'farewell' | 'store-call' | 'ringing-tone' | 'ringing-over' | 'greeting',
): PlayId => `${legId}:${purpose}`;
