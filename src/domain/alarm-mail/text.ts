/**
 * What a mail of alarms says, in Chinese and English, and to whom it goes. Nothing that came from outside (a caller's
 * number, the name of a store) can make a line of the header, or hide what stands behind it.
 */
import { ALARMS, type AlarmText } from '../alarm-catalogue';
import type { Plan } from '../plan';
import type { Digest, MailedAlarm } from './gather';
import { severityOf, type Severity } from './severity';

/** Who is mailed beside the receivers of a store. */
export interface Receivers {
  /** Every alarm. */
  all: readonly string[];
  /** Critical ones alone. */
  critical: readonly string[];
}

export interface Mail {
  to: string[];
  subject: string;
  text: string;
}

/** A header is folded beyond this anyway, and nobody reads further. */
const SUBJECT_LENGTH = 160;
const DETAIL_LENGTH = 1000;
/** Where an alarm of no store has its clock. */
const USUAL_ZONE = 'Asia/Shanghai';

/** The mails of what was gathered: who is a store's receiver has what is that store's, and nothing else. */
export function mailsOf(digest: Digest, plan: Plan, { all, critical }: Receivers): Mail[] {
  const isCritical = digest.alarms.some(({ code }) => severityOf(code) === 'critical');
  const ours = unique([...all, ...(isCritical ? critical : [])]);
  const stores = plan.stores.flatMap(({ id, alarmMail = [] }) => {
    const alarms = digest.alarms.filter(({ storeId }) => storeId === id);
    const to = unique(alarmMail).filter((address) => !ours.includes(address));
    return alarms.length === 0 ? [] : [{ to, digest: { alarms, more: 0 } }];
  });
  return [{ to: ours, digest }, ...stores]
    .filter(({ to }) => to.length > 0)
    .map(({ to, digest: one }) => ({ to, subject: subjectOf(one, plan), text: textOf(one, plan) }));
}

const unique = (addresses: readonly string[]): string[] => [...new Set(addresses)];

function subjectOf({ alarms, more }: Digest, plan: Plan): string {
  const [first] = alarms;
  const count = alarms.length + more;
  if (count === 1 && first !== undefined) {
    const { zh, en } = ALARMS[first.code];
    const store = first.storeId === null ? '' : ` - ${storeOf(first, plan).name}`;
    return line(`[Openline] ${wordOf(first)} ${zh} ${en}${store}`, SUBJECT_LENGTH);
  }
  const urgent = alarms.filter((one) => isBegun(one) && severityOf(one.code) === 'critical').length;
  const so = urgent > 0 ? `，${urgent} 条严重 / ${urgent} critical` : '';
  return line(`[Openline] ${count} 条告警 / ${count} alarms${so}`, SUBJECT_LENGTH);
}

const isBegun = ({ code }: MailedAlarm): boolean => ALARMS[code].ends === undefined;

const WORDS: Record<Severity | 'over', string> = {
  critical: '严重 / critical:',
  warning: '告警 / alarm:',
  over: '已恢复 / over:',
};

const wordOf = (alarm: MailedAlarm): string =>
  WORDS[isBegun(alarm) ? severityOf(alarm.code) : 'over'];

function textOf({ alarms, more }: Digest, plan: Plan): string {
  const rest = more > 0 ? [`另有 ${more} 条 / and ${more} more.`] : [];
  return [...alarms.map((alarm) => paragraphOf(alarm, plan)), ...rest].join('\n\n') + '\n';
}

function paragraphOf(alarm: MailedAlarm, plan: Plan): string {
  const { zh, en, whatToDo }: AlarmText = ALARMS[alarm.code];
  const { name, timezone } = storeOf(alarm, plan);
  const lines = [
    `${wordOf(alarm)} ${alarm.code}`,
    zh,
    en,
    ...(whatToDo === null ? [] : [`处理 / what to do: ${whatToDo.zh}`, `  ${whatToDo.en}`]),
    ...(alarm.detail === '' ? [] : [`详情 / detail: ${alarm.detail}`]),
    ...(alarm.storeId === null ? [] : [`门店 / store: ${name} (${alarm.storeId})`]),
    `时间 / time: ${clockOf(alarm.at, timezone)} (${timezone})`,
  ];
  return lines.map((one) => withoutNumbers(line(one, DETAIL_LENGTH))).join('\n');
}

function storeOf({ storeId }: MailedAlarm, plan: Plan): { name: string; timezone: string } {
  const store = plan.stores.find(({ id }) => id === storeId);
  return store ?? { name: storeId ?? '', timezone: USUAL_ZONE };
}

/** `2026-11-29 16:04:00`, as the clock on that wall has it. */
const clockOf = (at: number, timeZone: string): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(
    at,
  );

/** One line of at most so many characters: RFC 5322 §2.2 ends a header at CR LF, and some programs at either. */
function line(text: string, most: number): string {
  const flat = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029\s]+/gu, ' ').trim();
  const characters = [...flat];
  return characters.length <= most ? flat : `${characters.slice(0, most - 1).join('')}…`;
}

/** A mail goes through others' machines: of a telephone number it has the ends. */
const withoutNumbers = (text: string): string =>
  text.replace(/(?<![\w-])(\+?\d{3})\d{2,8}(\d{4})(?![\w-])/g, '$1****$2');
