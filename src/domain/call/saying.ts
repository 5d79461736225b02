/**
 * What is said to a caller: in the language of his hotline and with its own prompts, else those of its store, whichever
 * part of his call says it.
 */
import type { Effect } from '../effects';
import type { PlayId } from '../ids';
import type { Spoken } from '../spoken';
import type { CallFacts } from './call';

interface Saying {
  playId: PlayId;
  prompts: readonly Spoken[];
  then: 'music' | 'silence';
  /** Keys of which the first one pressed ends it. */
  interrupt?: string;
}

export const sayTo = (call: CallFacts, saying: Saying): Effect => ({
  ...{ type: 'media.play', callId: call.id, legId: call.callerLegId },
  ...saying,
  ...(call.route.language === undefined ? {} : { language: call.route.language }),
  owners: [call.route.hotline, call.route.storeId],
});
