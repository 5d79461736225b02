/**
 * A file as dealers send it, made from a seed: titles and merged headings, two encodings in one file, numbers, dates and words as
 * people type them, people under two names, rows that come again, and rows that cannot land. What must become of it is counted
 * here beside it, without a line of the code that reads it.
 */
import { gb18030Of } from './gb18030';

/** What a lead must be in the end. */
export interface ExpectedPerson {
  numbers: string[];
  name: string;
  sex: string | null;
  level: string | null;
  channel: string | null;
  source: string;
  bornOn: string | null;
  intendedOn: string | null;
  interest: string | null;
  plate: string | null;
  note: string;
}

export interface MessyFile {
  bytes: Buffer;
  persons: ExpectedPerson[];
  counts: {
    rows: number;
    customers: number;
    leads: number;
    vehicles: number;
    filled: number;
    same: number;
    rejected: number;
    doubtful: number;
  };
  /** Code by row of the file. */
  rejects: Map<number, string>;
}

type Random = (below: number) => number;

/** Of numerical recipes: the same on every machine. */
function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const SURNAMES = [...'王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗'];
const GIVEN = [...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉建国'];
const EMOJI = ['🌸', '🚗', '👨‍👩‍👧', '😀'];
const CARS = ['X3', 'A6L', '途观', '凯美瑞', 'Model Y'];
const CHANNELS: [string, string][] = [
  ['showroom', '展厅到访'],
  ['friends', '亲友推荐'],
  ['web', '网站'],
  ['market-activity', '市场活动'],
  ['web', 'web site'],
];
const SOURCES: [string, string][] = [
  ['hq', ''],
  ['hq', '总部分配'],
  ['web', '网络注册'],
  ['showroom', '展厅转入'],
  ['walk-in', '来店'],
];

const HEADING = [
  ['2026年11月 线索汇总表', ...Array<string>(14).fill('')],
  ['', '客户信息', '', '', '', '意向', '', '', '', '', '', '车辆', '', '其他', ''],
  [
    ...[
      '序号',
      '姓名',
      '性别',
      '联系电话（必填）',
      '备用\n电话',
      '车型',
      '购买日期',
      '级别',
      '渠道',
    ],
    ...['客户来源', '销售顾问', '车牌号', '车架号', '生日', '备注'],
  ],
];

const pad = (value: number, length: number): string => String(value).padStart(length, '0');

/** In one of the ways in which people write a mobile number. */
function mobileWritten(digits: string, random: Random): string {
  const spaced = `${digits.slice(0, 3)} ${digits.slice(3, 7)} ${digits.slice(7)}`;
  const ways = [
    ...[
      digits,
      `+86${digits}`,
      `+86 ${spaced}`,
      `0086${digits}`,
      `0086-${spaced.replaceAll(' ', '-')}`,
    ],
    ...[spaced, spaced.replaceAll(' ', '-'), `86${digits}`, `="${digits}"`, `'${digits}`],
    [...digits].map((digit) => String.fromCodePoint(0xff10 + Number(digit))).join(''),
  ];
  return ways[random(ways.length)] ?? digits;
}

/** In one of the ways in which people write a day, and as a spreadsheet counts it. */
function dayWritten(iso: string, random: Random): string {
  const [year = 0, month = 0, day = 0] = iso.split('-').map(Number);
  const serial = Date.UTC(year, month - 1, day) / 86_400_000 + 25_569;
  const ways = [
    ...[iso, `${year}/${month}/${day}`, `${year}年${month}月${day}日`, `${day}.${month}.${year}`],
    ...[`${year}.${pad(month, 2)}.${pad(day, 2)}`, iso.replaceAll('-', ''), String(serial)],
    `${iso} 00:00:00`,
  ];
  return ways[random(ways.length)] ?? iso;
}

const dayOf = (random: Random, from: number, years: number): string =>
  `${from + random(years)}-${pad(1 + random(12), 2)}-${pad(1 + random(28), 2)}`;

/** `nth` makes it another than all others. */
function personOf(nth: number, random: Random): ExpectedPerson {
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;
  const isLandline = nth % 9 === 4;
  const hasExtension = isLandline && nth % 2 === 0;
  const landline = `+86108${pad(2_000_000 + nth, 7)}${hasExtension ? ';ext=801' : ''}`;
  const numbers = [isLandline ? landline : `+8613${pad(500_000_000 + nth, 9)}`];
  if (nth % 11 === 3) numbers.push(`+8615${pad(100_000_000 + nth, 9)}`);
  const sex = pick(['male', 'female', null]);
  return {
    ...{ numbers, sex },
    name: `${pick(SURNAMES)}${pick(GIVEN)}${pick(GIVEN)}${random(12) === 0 ? pick(EMOJI) : ''}`,
    level: pick(['H', 'A', 'B', 'C', null]),
    channel: pick(CHANNELS)[0],
    source: pick(SOURCES)[0],
    bornOn: random(2) === 0 ? dayOf(random, 1950, 50) : null,
    intendedOn: random(2) === 0 ? dayOf(random, 2026, 3) : null,
    interest: pick([...CARS, null]),
    plate: nth % 5 === 0 ? `京${pick([...'ABCEF'])}${pad(nth % 100_000, 5)}` : null,
    note: random(4) === 0 ? 'say "hello", please' : '',
  };
}

const LANDLINE = /^\+8610(\d{4})(\d{4})(?:;ext=(\d+))?$/;

function numberWritten(number: string, random: Random): string {
  const [, one, two, extension] = LANDLINE.exec(number) ?? [];
  if (one === undefined) return mobileWritten(number.slice(3), random);
  const plain = [`010-${one}${two}`, `(010) ${one} ${two}`, `+86 10 ${one}${two}`][random(3)] ?? '';
  if (extension === undefined) return plain;
  return plain + ([`转${extension}`, ` 分机${extension}`, ` ext. ${extension}`][random(3)] ?? '');
}

/** Cells of a row of that person, in the order of the columns; none twice alike as a rule. */
function rowOf(nth: number, person: ExpectedPerson, random: Random): string[] {
  const { numbers, sex, level } = person;
  const words = (all: readonly [string, string][], id: string | null) => {
    const fit = all.filter(([one]) => one === id);
    return fit[random(fit.length)]?.[1] ?? '';
  };
  const [first = '', second] = numbers.map((number) => numberWritten(number, random));
  const inOne = second !== undefined && random(2) === 0;
  const day = (iso: string | null) => (iso === null ? '' : dayWritten(iso, random));
  const sexes: Record<string, string[]> = {
    male: ['男', '先生', 'M'],
    female: ['女', '女士', 'f'],
  };
  return [
    ...[String(nth), person.name, sex === null ? '' : (sexes[sex]?.[random(3)] ?? '')],
    // A cell is kept as text as a whole, or not.
    ...(inOne ? [`${first}、${second}`.replace(/[='"]/g, ''), ''] : [first, second ?? '']),
    ...[person.interest ?? '', day(person.intendedOn)],
    level === null ? '' : ([level, `${level}级`, level.toLowerCase()][random(3)] ?? ''),
    ...[words(CHANNELS, person.channel), words(SOURCES, person.source), ''],
    person.plate === null
      ? ''
      : ([person.plate, `${person.plate.slice(0, 2)}·${person.plate.slice(2)}`][random(2)] ?? ''),
    ...['', day(person.bornOn), person.note],
  ];
}

/** What cannot land: which cell is spoilt, how, and what is said of it. */
const SPOILT: [column: number, cell: string, code: string][] = [
  [3, '1.38E+10', 'NUMBER_SCIENTIFIC'],
  [3, '1380013800', 'NUMBER_LENGTH'],
  [3, '138****8000', 'NUMBER_MASKED'],
  [3, '82345678', 'NUMBER_NO_AREA'],
  [3, '10086', 'NUMBER_OF_NOBODY'],
  [3, '没有', 'NUMBER_UNREADABLE'],
  [6, '26/11/5', 'DATE_YEAR_SHORT'],
  [6, '3/4/2026', 'DATE_AMBIGUOUS'],
  [6, '2026-02-30', 'DATE_UNREADABLE'],
  [7, 'Z', 'LEVEL_UNKNOWN'],
  [8, '梦里', 'CHANNEL_UNKNOWN'],
  [11, '不知道', 'PLATE_UNREADABLE'],
  [12, 'LSVAA', 'VIN_UNREADABLE'],
  [13, '=TODAY()', 'FORMULA_NO_RESULT'],
  [14, '#', ''],
];

/** `rows`: how many have something in them. */
export function messyFile(rows: number, seed = 1): MessyFile {
  const random = randomOf(seed);
  const persons: ExpectedPerson[] = [];
  const rejects = new Map<number, string>();
  const counts = {
    rows,
    customers: 0,
    leads: 0,
    vehicles: 0,
    filled: 0,
    same: 0,
    rejected: 0,
    doubtful: 0,
  };
  const lines: Buffer[] = [];
  let row = 0;
  const put = (cells: readonly string[]) => {
    row += 1;
    const text = `${cells.map(quoted).join(',')}\r\n`;
    // A quoted line end makes two lines of one row: both are of one encoding.
    const isUtf8 = random(2) === 0 || text.includes('\u200d');
    lines.push(isUtf8 ? Buffer.from(text) : gb18030Of(text));
  };
  for (const cells of HEADING) put(cells);
  const named = new Set<ExpectedPerson>();
  const brief = new Set<ExpectedPerson>();
  for (let nth = 0; nth < rows; nth += 1) {
    if (nth % 997 === 996) put(Array<string>(15).fill(''));
    if (nth % 1999 === 1998) put(HEADING[2] ?? []);
    const kind = nth < 10 ? 50 : random(100);
    const former = persons[random(Math.max(persons.length, 1))];
    const isMobile = former !== undefined && !LANDLINE.test(former.numbers[0] ?? '');
    if (kind < 6) {
      const spoilt = SPOILT[random(SPOILT.length - 1)] ?? SPOILT[0];
      const [column = 0, cell = '', code = ''] = spoilt ?? [];
      const cells = rowOf(nth, personOf(nth, random), random);
      cells[column] = cell;
      if (column === 3) cells[4] = '';
      put(cells);
      rejects.set(row, code);
      counts.rejected += 1;
    } else if (kind < 12 && former) {
      put(rowOf(nth, former, random));
      counts.same += 1;
    } else if (kind < 16 && former && isMobile && brief.has(former)) {
      // He was named without a level before.
      former.level = 'A';
      brief.delete(former);
      put(rowOf(nth, former, random));
      counts.filled += 1;
    } else if (
      kind < 20 &&
      former &&
      isMobile &&
      former.numbers.length === 1 &&
      !named.has(former)
    ) {
      const surname = SURNAMES.find((one) => one !== former.name.charAt(0)) ?? '';
      const other = {
        ...personOf(nth, random),
        numbers: [...former.numbers],
        name: `${surname}晓东`,
      };
      for (const one of [former, other]) named.add(one);
      add(other);
      counts.doubtful += 1;
    } else {
      const person = personOf(nth, random);
      if (nth % 7 === 0) {
        person.level = null;
        brief.add(person);
      }
      add(person);
    }

    function add(person: ExpectedPerson): void {
      persons.push(person);
      counts.customers += 1;
      counts.leads += 1;
      if (person.plate !== null) counts.vehicles += 1;
      put(rowOf(nth, person, random));
    }
  }
  return { bytes: Buffer.concat(lines), persons, counts, rejects };
}

const quoted = (cell: string): string =>
  /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
