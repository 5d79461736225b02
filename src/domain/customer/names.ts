/**
 * Whether two names can be one person's (Q06): the same, or such that neither speaks against the other (王先生 and 王伟, Wang Wei
 * and 王伟, nothing and anything), or clearly another. In doubt they are another's: then people decide.
 */
import { readings } from './pinyin';
import { isSurname, spellingsOf, surnameOf } from './surnames';

/** `fits`: they may be one person's, but are not the same full name. */
export type Likeness = 'same' | 'fits' | 'other';

/** A name as far as it can be read. */
type Name =
  | { is: 'none' }
  | { is: 'company'; core: string }
  /** `given` `''`: only the surname is known. */
  | { is: 'chinese'; surname: string; given: string }
  /** A part of a given name: 小丽, 伟. */
  | { is: 'fragment'; given: string }
  /** In Latin letters, lower case, without tones. */
  | { is: 'latin'; words: string[] };

const BRACKETED = /[(（[【<《].*?[)）\]】>》]/gu;
const SIGNS = /[\p{N}\p{P}\p{S}\p{Cc}\p{Cf}]/gu;
const HAN = /\p{Script=Han}/u;
/** What people are called instead of a name. */
const NOBODY =
  /^(?:客户|顾客|车主|匿名|未知|无名|无名氏|不详|没有|无|先生|女士|小姐|微信用户|用户|网友|unknown|anonymous|none|null|na|customer|test)$/u;
const TITLE =
  /(?:先生|女士|小姐|太太|夫人|老师|师傅|医生|大夫|律师|经理|总监|主任|老板|主管|校长|警官|同志|同学|阿姨|大哥|大姐|总|哥|姐|叔|工|董)$/u;
const LATIN_TITLE = /^(?:mr|mrs|ms|miss|madam|sir|dr|prof)$/u;
const NICK = /^[小老阿大]/u;
const COMPANY =
  /(?:公司|集团|有限|工厂|厂|商行|商店|超市|酒店|饭店|医院|学校|大学|银行|合作社|事务所|经营部|服务部|工作室|中心|委员会|研究院|支行|分行|车队)/u;
const COMPANY_FORM =
  /(?:有限责任公司|股份有限公司|有限公司|股份公司|集团公司|分公司|子公司|公司|集团)/gu;
const LATIN_COMPANY = /^(?:co|ltd|inc|llc|corp|gmbh|company|limited|group)$/u;

/** Whether it is the name of a company by its form. */
export const isCompanyName = (text: string): boolean => readName(text).is === 'company';

/** Decides by both names as people typed them, in any order. */
export function likenessOf(one: string, other: string): Likeness {
  const [a, b] = [readName(one), readName(other)];
  if (a.is === 'none' || b.is === 'none') return 'fits';
  if (a.is === 'company' || b.is === 'company') return companies(a, b);
  if (a.is === 'latin' && b.is === 'latin') return latin(a.words, b.words);
  if (a.is === 'latin') return b.is === 'latin' ? 'fits' : acrossScripts(b, a.words);
  if (b.is === 'latin') return acrossScripts(a, b.words);
  return chinese(a, b);
}

/** How much a name says: 0 nothing, 1 a part of it (王先生), 2 a full one. A fuller one takes the place of less. */
export function fullness(text: string): 0 | 1 | 2 {
  const name = readName(text);
  switch (name.is) {
    case 'none':
      return text.trim() === '' ? 0 : 1;
    case 'company':
      return 2;
    case 'chinese':
      return name.given === '' ? 1 : 2;
    case 'fragment':
      return 1;
    case 'latin':
      return name.words.length > 1 ? 2 : 1;
  }
}

function readName(text: string): Name {
  const plain = text.normalize('NFKC').replace(BRACKETED, ' ').replace(SIGNS, ' ').trim();
  const whole = plain === '' ? text.normalize('NFKC').replace(SIGNS, ' ').trim() : plain;
  return HAN.test(whole) ? readHan(whole) : readLatin(whole);
}

function readHan(text: string): Name {
  const signs = [...text].filter((sign) => HAN.test(sign)).join('');
  if (NOBODY.test(signs)) return { is: 'none' };
  if (COMPANY.test(signs)) return { is: 'company', core: signs.replace(COMPANY_FORM, '') };
  const title = signs.replace(TITLE, '');
  if (title === '') return { is: 'none' };
  if (isSurname(title)) return { is: 'chinese', surname: title, given: '' };
  if (title.length === 1) return { is: 'fragment', given: title };
  if (NICK.test(title) && title.length === 2) return nickname(title.slice(1));
  const surname = surnameOf(title);
  return { is: 'chinese', surname, given: title.slice(surname.length) };
}

const nickname = (sign: string): Name =>
  isSurname(sign) ? { is: 'chinese', surname: sign, given: '' } : { is: 'fragment', given: sign };

function readLatin(text: string): Name {
  const words = text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== '' && !LATIN_TITLE.test(word));
  if (words.length === 0 || NOBODY.test(words.join(''))) return { is: 'none' };
  if (!words.some((word) => LATIN_COMPANY.test(word))) return { is: 'latin', words };
  return { is: 'company', core: words.filter((word) => !LATIN_COMPANY.test(word)).join('') };
}

/** A company is never a person. */
function companies(a: Name, b: Name): Likeness {
  if (a.is !== 'company' || b.is !== 'company') return 'other';
  if (a.core === b.core) return 'same';
  const [short = '', long = ''] = [a.core, b.core].sort((x, y) => x.length - y.length);
  return short.length > 1 && long.includes(short) ? 'fits' : 'other';
}

type Han = Extract<Name, { is: 'chinese' | 'fragment' }>;

function chinese(a: Han, b: Han): Likeness {
  if (a.is === 'chinese' && b.is === 'chinese') {
    if (a.surname === b.surname && a.given === b.given && a.given !== '') return 'same';
    // 王伟 by ear is 王维, and in other signs 王偉: spoken alike, nothing speaks against it.
    if (spoken(a.surname, 'surname') !== spoken(b.surname, 'surname')) return 'other';
    if (a.given === '' || b.given === '') return 'fits';
    return spoken(a.given) === spoken(b.given) ? 'fits' : 'other';
  }
  const [x, y] = a.is === 'fragment' ? [a, b] : [b, a];
  // A surname alone says nothing of the given name.
  if (y.given === '') return 'fits';
  return y.given.includes(x.given) || x.given.includes(y.given) ? 'fits' : 'other';
}

function latin(a: readonly string[], b: readonly string[]): Likeness {
  const [x, y] = [a, b].map((words) => [...words].sort().join(' '));
  const joined = b.join('');
  const isOne = [a.join(''), [...a].reverse().join('')].includes(joined);
  if (x === y || isOne) return Math.max(a.length, b.length) > 1 ? 'same' : 'fits';
  const [fewer, more] = a.length <= b.length ? [a, b] : [b, a];
  return fewer.every((word) => more.some((one) => isWord(word, one))) ? 'fits' : 'other';
}

/** Itself, or the initial of one of the two. */
const isWord = (a: string, b: string): boolean =>
  a === b || (a.length === 1 && b.startsWith(a)) || (b.length === 1 && a.startsWith(b));

const SYLLABLES =
  /^(?:(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?(?:iong|iang|uang|iao|ian|ing|ang|eng|ong|uai|uan|ai|ei|ao|ou|an|en|er|ia|ie|iu|in|ua|uo|ui|un|ue|ve|a|o|e|i|u|v))+$/;

/** Without tones, `ü` as `v`. */
const spoken = (signs: string, mode: 'normal' | 'surname' = 'normal'): string =>
  readings(signs, { toneType: 'none', type: 'array', v: true, mode }).join('').toLowerCase();

/** Only what can be pinyin, or is one of the surname's spellings, says something of a Chinese name. */
function acrossScripts(name: Han, words: readonly string[]): Likeness {
  if (name.is === 'fragment') return 'fits';
  const spellings = new Set([...spellingsOf(name.surname), spoken(name.surname, 'surname')]);
  const joined = words.join('');
  const rests = [...spellings].flatMap((spelling) => withoutSurname(words, joined, spelling));
  if (rests.length > 0) return rests.some((rest) => isGiven(name.given, rest)) ? 'fits' : 'other';
  return words.every((word) => SYLLABLES.test(word)) ? 'other' : 'fits';
}

/** What is left of a name whose surname may be spelled so; none: it is not. */
function withoutSurname(words: readonly string[], joined: string, spelling: string): string[] {
  const at = words.indexOf(spelling);
  return [
    ...(at < 0 ? [] : [words.filter((_word, n) => n !== at).join('')]),
    ...(joined.startsWith(spelling) ? [joined.slice(spelling.length)] : []),
    ...(joined.endsWith(spelling) ? [joined.slice(0, -spelling.length)] : []),
  ];
}

/** Whether that may be the given name: it is spoken so, is not known, or is no pinyin (Tony). */
const isGiven = (given: string, rest: string): boolean =>
  given === '' || rest === '' || spoken(given) === rest || !SYLLABLES.test(rest);
