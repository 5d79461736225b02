/**
 * What somebody on the phone is told: prompts, and sentences that carry a value. How a language says them is the
 * media engine's.
 */

/** Folders of the built-in prompts: the languages that callers are spoken to in. */
export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
/** Of callers whose hotline names no language. */
export const USUAL_LANGUAGE: Language = 'zh-CN';

/** Keys of the prompts in media/prompts/<language>/<key>.wav; the one typed list. */
export const PROMPT_KEYS = [
  'greeting',
  'recording-notice',
  'all-busy',
  'still-busy',
  'no-agents',
  'closed',
  'opening-hours',
  'holiday',
  'promise-taken',
  'no-number',
  'wait-time',
  'more-than',
  'callback-offer',
  'callback-taken',
  'number-confirm-before',
  'number-confirm',
  'number-ask',
  'number-taken',
  'message-offer',
  'message-leave',
  'message-saved',
  'goodbye',
  'try-later',
  'menu-sales',
  'menu-after-sales',
  'menu-complaint',
  'menu-language',
  'menu-repeat',
  'whisper-sales',
  'whisper-after-sales',
  'whisper-complaint',
  'rating-ask',
  'rating-settled',
  'rating-thanks',
  'store-call',
  'ringing-tone',
  'beep',
  'invalid-entry',
  'no-entry',
  'whisper-callback',
] as const;
export type PromptKey = (typeof PROMPT_KEYS)[number];

/** One thing that is said. */
export type Spoken =
  | PromptKey
  /** In that language, whichever the others are said in. */
  | { readonly in: Language; readonly say: PromptKey }
  /** One that may have gone meanwhile: it is left out then. */
  | { readonly message: string }
  /** A prompt of the store's own, by its key. */
  | { readonly prompt: string }
  /** The place in a queue, 1..9,999. */
  | { readonly position: number }
  /** 0..999 */
  | { readonly minutes: number }
  /** 0..999, the first not above the second; from 0 it is "less than". */
  | { readonly minutesRange: readonly [from: number, to: number] }
  /** One by one and in groups, as a telephone number is read back: 1..32 of 0-9, `*`, `#`, with `+` in front. */
  | { readonly digits: string }
  /** `HH:MM` from 00:00 to 24:00. */
  | { readonly timeRange: readonly [from: string, to: string] }
  /** When it opens next: `today`, `tomorrow`, `mon` … `sun` or `MM-DD`, and `HH:MM`. */
  | { readonly opens: readonly [day: string, time: string] };

/**
 * The key under which somebody (a store, a hotline, a queue) may have a prompt of his own instead of a built-in one:
 * `greeting-bj01`.
 */
export const ownKey = (key: string, owner: string): string =>
  `${key}-${owner.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`.replace(/-{2,}/g, '-').slice(0, 64);
