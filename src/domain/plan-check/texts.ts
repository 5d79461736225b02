/** Decides what a plan may say of text messages. */
import type { PlanTexts } from '../plan';
import { placesOf } from '../message/text';
import { integer, matching, objectOf, optionally, satisfying, type Field } from './fields';

const MOST_CHARACTERS = 300;
const isText = (text: string): boolean =>
  text.trim() !== '' && text.length <= MOST_CHARACTERS && !/\p{Cc}/u.test(text);

const missed = satisfying(
  (text) => isText(text) && placesOf(text).every((name) => ['store', 'hotline'].includes(name)),
  '1-300 字的一行文字，其中只可用 {store} 和 {hotline}',
  'one line of 1-300 characters, with no other places than {store} and {hotline}',
);
const appointment = satisfying(isText, '1-300 字的一行文字', 'one line of 1-300 characters');

const inLanguages = (text: Field<string>) =>
  optionally(objectOf({ 'zh-CN': optionally(text), en: optionally(text) }));

const TIME = '(?:[01]\\d|2[0-3]):[0-5]\\d';

export const TEXTS: Field<PlanTexts | undefined> = optionally(
  objectOf<PlanTexts>({
    missedCall: inLanguages(missed),
    appointment: inLanguages(appointment),
    quiet: optionally(matching(new RegExp(`^${TIME}-${TIME}$`), '21:00-09:00', '21:00-09:00')),
    everyHours: optionally(integer(0, 720)),
    price: optionally(integer(0, 1000)),
    spendPerDay: optionally(integer(0, 10_000_000)),
  }),
);
