/**
 * How customers are found: by name, any part of a Chinese one, its pinyin or the initials of that, by a piece of a number,
 * by a plate, by any mix of words. A customer is kept as a text of words, of which each begins where somebody may begin to
 * ask; a question becomes patterns of that text. An index of trigrams knows words by their beginnings, also short ones.
 *
 * A character that is no Latin letter or digit is written as four capitals (its code point): so it is a letter to the index
 * whatever the database's locale is, and one character alone is as rare there as it is in names.
 */
import { nationalOf } from '../number/kinds';
import { readings } from './pinyin';

/** Of a longer name the first so many characters are found by their middle. */
const LONGEST = 40;
/** A piece of a number has so many digits; fewer are the beginning of a word. */
const PIECE = 3;
/** So many words of a question count. */
const MOST_WORDS = 8;

/** By what he is found. */
export interface Searched {
  name: string;
  /** Keys of numbers. */
  numbers: readonly string[];
  plates: readonly string[];
}

/** The text that is kept of him. */
export function searchText({ name, numbers, plates }: Searched): string {
  const words = [
    ...runsOf(name).flatMap((run) => [...beginnings(run), ...pinyinOf(run)]),
    ...numbers.flatMap(digitsOf),
    ...plates.flatMap((plate) => beginnings(runsOf(plate).join(''))),
  ];
  return [...new Set(words)].map((word) => ` ${written(word)}`).join('');
}

/**
 * What the text must be `like`, each of it; empty: the question has no word. Digits are looked for anywhere, anything else
 * where a word begins.
 */
export function searchPatterns(question: string): string[] {
  const words = runsOf(question).flatMap((run) => run.match(/[a-z0-9]+|[^a-z0-9]+/g) ?? []);
  return [...new Set(words)].slice(0, MOST_WORDS).map((word) => {
    const isPiece = /^\d+$/.test(word) && word.length >= PIECE;
    return isPiece ? `%${word}%` : `% ${written(word)}%`;
  });
}

/** Unbroken runs of letters and digits, small, of one width. */
const runsOf = (text: string): string[] =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];

const isLatin = (character: string): boolean => /^[a-z0-9]$/.test(character);

const written = (word: string): string =>
  [...word]
    .map((one) =>
      isLatin(one) ? one : (one.codePointAt(0) ?? 0).toString(36).padStart(4, '0').toUpperCase(),
    )
    .join('');

/** The run from each of its Chinese characters on, and from where Latin letters or digits begin. */
function beginnings(run: string): string[] {
  const characters = [...run].slice(0, LONGEST);
  return characters.flatMap((one, at) => {
    const before = characters[at - 1];
    const isInside = isLatin(one) && before !== undefined && isLatin(before);
    return isInside ? [] : [characters.slice(at).join('')];
  });
}

/** As it is read, and as a family name is (单 is dān, but Mr Shàn): whole and by initials, from each syllable on. */
function pinyinOf(run: string): string[] {
  const chinese = (run.match(/\p{Script=Han}+/gu) ?? []).join('').slice(0, LONGEST);
  if (chinese === '') return [];
  const common = { toneType: 'none', type: 'array', v: true, nonZh: 'removed' } as const;
  return [readings(chinese, common), readings(chinese, { ...common, mode: 'surname' })].flatMap(
    (syllables) =>
      syllables.flatMap((_one, at) => {
        const rest = syllables.slice(at);
        return [rest.join(''), rest.map((syllable) => syllable.charAt(0)).join('')];
      }),
  );
}

/** International, and national where that is written otherwise (010… for +8610…); an extension is a word of its own. */
function digitsOf(number: string): string[] {
  const [base = '', extension] = number.split(';ext=');
  const [whole, national] = [base, nationalOf(base)].map((text) => text.replace(/\D/g, ''));
  return [whole, whole?.includes(national ?? '') ? '' : national, extension ?? ''].filter(
    (word): word is string => word !== undefined && word !== '',
  );
}
