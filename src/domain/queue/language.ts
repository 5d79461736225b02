/**
 * Decides whether a caller's language is wanted of who takes him: of one whose hotline, or whose key in its menu, has
 * another than the usual one, and for a while. It is a skill named as the language is (`en`), at any level.
 */
import type { PlanQueue, Skills } from '../plan';
import { LANGUAGES, USUAL_LANGUAGE, type Language } from '../spoken';
import { seconds, type Instant, type Millis } from '../time';

/** Everybody speaks the usual one. */
export const OTHER_LANGUAGES = LANGUAGES.filter((one) => one !== USUAL_LANGUAGE);

/** What a caller speaks whose agents should, and since when he stands in this line. */
export interface Spoken {
  readonly is: Language;
  readonly since: Instant;
}

/** Undefined where it makes no difference. */
export const spokenBy = (language: Language | undefined, since: Instant): Spoken | undefined =>
  language === undefined || language === USUAL_LANGUAGE ? undefined : { is: language, since };

export const speaks = (skills: Skills, language: Language): boolean => (skills[language] ?? 0) > 0;

const LANGUAGE_SECONDS = 30;

/** How long he is kept for those who speak it; without a time of its own as long as the queue first wants what it wants. */
export const languageMs = ({
  languageSeconds,
  widen = [],
}: Pick<PlanQueue, 'languageSeconds' | 'widen'>): Millis =>
  seconds(
    languageSeconds ??
      (widen.length === 0 ? LANGUAGE_SECONDS : Math.min(...widen.map(({ after }) => after))),
  );
