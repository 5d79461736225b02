/** Decides what a plan may say of numbers: those of the dealership, and what each trunk makes of them. */
import { endOfDay } from '../day';
import { isArea } from '../number/areas';
import { isCountry, normaliseNumber } from '../number/normalise';
import { isPattern } from '../number/rewrite';
import type {
  CalledIdSource,
  CallerIdSource,
  PlanNumbers,
  PlanRewrite,
  PlanTrunk,
  PrivacyRange,
  RewriteRule,
} from '../plan';
import { FAULTS } from './faults';
import {
  listOf,
  matching,
  objectOf,
  oneOf,
  optionally,
  satisfying,
  yesOrNo,
  type Field,
  type Fields,
} from './fields';

const dialled = matching(/^\+?[\d*#]{1,32}$/, '号码', 'a number');
const prefix = matching(/^\+?[\d*#]{1,16}$/, '号码的开头', 'the beginning of a number');
const replacement = matching(
  /^\+?[\d*#]{0,32}$/,
  '0-32 位号码，可以为空（""）',
  '0-32 digits; "" for nothing',
);
const country = satisfying(
  (text) => /^[A-Z]{2}$/.test(text) && isCountry(text),
  '国家或地区代码，例如 CN',
  'a country such as CN',
);
const area = satisfying(
  isArea,
  '中国大陆区号，例如 010',
  'an area code of mainland China such as 010',
);
const pattern = satisfying(
  isPattern,
  '号码模式：数字、X、Z、N、[1-5]、末尾的 . 或 !、一个 |',
  'a pattern: digits, X, Z, N, [1-5], . or ! at the end, one |',
);
const note = matching(/^[^\p{Cc}]{0,200}$/u, '0-200 个字符的说明', 'a note of 0-200 characters');
const day = satisfying(
  (text) => endOfDay(text) !== null,
  '日期，例如 2026-12-31',
  'a day such as 2026-12-31',
);

const RULE: Fields<RewriteRule> = {
  match: pattern,
  replace: replacement,
  note: optionally(note),
  continue: optionally(yesOrNo),
};
const REWRITE: Fields<PlanRewrite> = {
  called: optionally(listOf(objectOf(RULE))),
  in: optionally(listOf(objectOf(RULE))),
  out: optionally(listOf(objectOf(RULE))),
};
const PRIVACY: Fields<PrivacyRange> = { from: dialled, to: dialled, until: day };

type TrunkNumbers = Pick<
  PlanTrunk,
  | ('country' | 'area' | 'callerId' | 'calledId' | 'prefixes' | 'numbers' | 'dials')
  | ('localMobiles' | 'rewrite')
>;

/** What a trunk may say of numbers; all of it may be left out. */
export const TRUNK_NUMBERS: Fields<TrunkNumbers> = {
  country: optionally(country),
  area: optionally(area),
  callerId: optionally(listOf<CallerIdSource>(oneOf('pai', 'from', 'diversion', 'rpid'), 1)),
  calledId: optionally(listOf<CalledIdSource>(oneOf('uri', 'to', 'called-party', 'diversion'), 1)),
  prefixes: optionally(listOf(prefix)),
  numbers: optionally(listOf(dialled)),
  dials: optionally(oneOf('national', 'e164')),
  localMobiles: optionally(
    listOf(matching(/^1[3-9]\d{0,9}$/, '手机号的开头', 'how a mobile number begins')),
  ),
  rewrite: optionally(objectOf(REWRITE)),
};

/** Numbers for help, of the plan or of a store. */
export const EMERGENCY = optionally(
  listOf(matching(/^\d{2,6}$/, '紧急号码', 'an emergency number'), 1),
);

/** The section `numbers`. */
export const NUMBERS: Fields<PlanNumbers> = {
  country: optionally(country),
  emergency: EMERGENCY,
  outsidePrefixes: optionally(listOf(prefix)),
  switchboards: optionally(listOf(dialled)),
  privacy: optionally(listOf(range(objectOf(PRIVACY)))),
  premium: optionally(listOf(prefix)),
};

/** Both ends of one length, in order; otherwise no number lies between them. */
function range(field: Field<PrivacyRange>): Field<PrivacyRange> {
  return {
    read(raw) {
      const reading = field.read(raw);
      if ('fault' in reading) return reading;
      const [from, to] = [reading.value.from, reading.value.to].map((end) => normaliseNumber(end));
      if (from?.length === to?.length && String(from) <= String(to)) return reading;
      return { fault: FAULTS.emptyRange(), within: '.to' };
    },
  };
}
