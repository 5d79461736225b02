/** Reads what is chosen from a list (sex, level, channel, source …), names, plates and VINs. */
import type { FormChoice } from '../plan';
import type { Prospect } from '../lead/prospect';
import type { LeadLevel } from '../queue/place';
import { plainOf, textOf, type Cell, type Read } from './cell';
import { nameKey } from './fields';

export type Sex = 'male' | 'female';
export type CustomerKind = 'person' | 'company';

/** Where leads of the team come from (X04). */
export const LEAD_SOURCES = ['inbound', 'hq', 'web', 'showroom', 'walk-in'] as const;
export type LeadSource = (typeof LEAD_SOURCES)[number];

const NAME_LENGTH = 100;
export const TEXT_LENGTH = 2000;

/** Words by value, as `nameKey` makes them. */
type Words<T extends string> = Record<T, string>;

const SEXES: Words<Sex> = {
  male: '男|男性|男士|先生|m|male|man|mr|1',
  female: '女|女性|女士|小姐|太太|f|female|woman|ms|mrs|miss|2',
};
const KINDS: Words<CustomerKind> = {
  person: '个人|私人|自然人|个人客户|person|individual|private',
  company: '公司|企业|单位|法人|公司客户|company|corporate|business|organisation|organization',
};
const SOURCES: Words<LeadSource> = {
  inbound: '呼入|呼入电话|热线|电话呼入|来电|inbound|inboundcall|hotline|call',
  hq: '总部|总部提供|总部分配|厂家|厂家下发|hq|headquarters',
  web: '网络|网络注册|网站|网页|在线|web|website|online|webform',
  showroom: '展厅|展厅转入|showroom|showroomtransferred',
  'walk-in': '来店|到店|自然到店|walkin|walkedin|visit',
};
const PROSPECT_WORDS: Words<Prospect> = {
  high: '高意向|高意向客户|高|high|highintent',
  intending: '意向|有意向|意向客户|intending|intent',
  owner: '已购车|已购|已购车主|车主|已成交|owner|alreadyowner|bought',
  ordinary: '普通|普通线索|一般|一般线索|ordinary|normal',
  junk: '垃圾|垃圾数据|垃圾线索|无效数据|junk|spam',
  none: '无意向|没有意向|无意向数据|无意向客户|none|nointent|notinterested',
};
/** Of how data came in (X06), in the words of the eleven channels. */
const CHANNELS: Record<string, string> = {
  'market-activity': '车展|路演|经销商销售活动|活动|autoshow|roadshow',
  telemarketing: '呼叫中心|电销|callcentre|callcenter',
  web: '网页|网络|线上|website|online|internet',
  friends: '转介绍|朋友介绍|老客户介绍|referral',
};

/** People write that they do not know. */
const UNKNOWN = new Set(['未知', '不详', '不明', '保密', '无', 'unknown', 'na', 'none', 'null']);

/** A word of the list; null: the cell is empty. */
function readWord<T extends string>(cell: Cell | undefined, words: Words<T>): T | null | undefined {
  const key = nameKey(textOf(cell));
  if (key === '' || UNKNOWN.has(key)) return null;
  return (Object.keys(words) as T[]).find((value) => words[value].split('|').includes(key));
}

export function readSex(cell: Cell | undefined): Read<Sex | null> {
  const sex = readWord(cell, SEXES);
  return sex === undefined ? { code: 'SEX_UNKNOWN' } : { value: sex };
}

export function readKind(cell: Cell | undefined): Read<CustomerKind | null> {
  const kind = readWord(cell, KINDS);
  return kind === undefined ? { code: 'KIND_UNKNOWN' } : { value: kind };
}

export function readSource(cell: Cell | undefined): Read<LeadSource | null> {
  const source = readWord(cell, SOURCES);
  return source === undefined ? { code: 'SOURCE_UNKNOWN' } : { value: source };
}

/** What it is said to promise (X08). That there is no intent is said, and nothing unknown. */
export function readProspect(cell: Cell | undefined): Read<Prospect | null> {
  const key = nameKey(textOf(cell));
  if (key === 'none') return { value: 'none' };
  const prospect = readWord(cell, PROSPECT_WORDS);
  return prospect === undefined ? { code: 'PROSPECT_UNKNOWN' } : { value: prospect };
}

/** `H`, `h级`, `A类`, `B 级客户`. */
export function readLevel(cell: Cell | undefined): Read<LeadLevel | null> {
  const key = nameKey(textOf(cell));
  if (key === '') return { value: null };
  const [, letter] = /^([habc])(?:级|类|level)?(?:客户)?$/.exec(key) ?? [];
  return letter === undefined
    ? { code: 'LEVEL_UNKNOWN' }
    : { value: letter.toUpperCase() as LeadLevel };
}

/** One of the channels (渠道) of the plan, by id or by its name in either language (A30, X05). */
export function readChannel(
  cell: Cell | undefined,
  channels: readonly FormChoice[],
): Read<string | null> {
  const key = nameKey(textOf(cell));
  if (key === '') return { value: null };
  const found =
    channels.find((one) => [one.id, one.zh, one.en].some((name) => nameKey(name) === key)) ??
    channels.find(({ id }) => CHANNELS[id]?.split('|').includes(key));
  return found === undefined ? { code: 'CHANNEL_UNKNOWN' } : { value: found.id };
}

/** As it is written, emoji as well, with single blanks. */
export function readName(cell: Cell | undefined): Read<string> {
  const name = textOf(cell).replace(/\s+/g, ' ');
  return [...name].length > NAME_LENGTH ? { code: 'NAME_LONG' } : { value: name };
}

export function readText(cell: Cell | undefined): Read<string> {
  const text = textOf(cell);
  return text.length > TEXT_LENGTH ? { code: 'TEXT_LONG' } : { value: text };
}

/** `张先生` tells that as well. */
export function sexOfName(name: string): Sex | null {
  if (/(?:先生|\bMr\.?)$|^Mr\.? /i.test(name)) return 'male';
  return /(?:女士|小姐|太太)$|^(?:Ms|Mrs|Miss)\.? /i.test(name) ? 'female' : null;
}

/** Mainland plates, of petrol cars (7 signs) and electric ones (8), and those of police, trailers, Hong Kong and Macau. */
const PLATE =
  /^[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][A-Z][A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳]$/;

/** Without blanks and dots: `京A12345`. */
export function readPlate(cell: Cell | undefined): Read<string> {
  const plate = plainOf(cell)
    .toUpperCase()
    .replace(/[\s.·•・_-]/g, '');
  return plate === '' || PLATE.test(plate) ? { value: plate } : { code: 'PLATE_UNREADABLE' };
}

/** GB 16735; its check digit is not asked for: imported cars have none. */
export function readVin(cell: Cell | undefined): Read<string> {
  const vin = plainOf(cell).toUpperCase().replace(/[\s-]/g, '');
  return vin === '' || /^[A-HJ-NPR-Z0-9]{17}$/.test(vin)
    ? { value: vin }
    : { code: 'VIN_UNREADABLE' };
}
