/** The people of the bench: how they are called, by which numbers and plates they are known, and by what they are found. */
import { searchText } from '../../../src/domain/customer/search';
import { Chance } from '../../../demo/talk';

export interface Person {
  n: number;
  name: string;
  /** Keys, the one that names him first. */
  numbers: string[];
  /** `''`: he has none. */
  plate: string;
  /** As the product keeps it. */
  search: string;
}

const SURNAMES = [
  ...'王王王王王李李李李李张张张张张刘刘刘陈陈陈杨杨赵赵黄黄周周吴吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈',
  ...'曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺',
  ...['欧阳', '诸葛', '单', '仇'],
];
const GIVEN = [
  ...'伟芳娜敏静强磊军洋勇艳杰娟涛明超兰霞平刚小建国华志文玉春秀英丽红海鹏飞龙斌辉鑫宇浩然子轩梓涵欣怡佳琪雨晨博思远俊凯晓东',
  ...'林峰波宁婷雪梅桂荣福贵永成立新家庆德胜光天嘉美琳慧莹洁云莲真环爱妹霜香月媛瑞凡素',
];
const TITLES = ['先生', '女士'];
const PLACES = ['北京', '上海', '广州', '深圳', '杭州', '成都', '武汉', '南京', '西安', '天津'];
const TRADES = ['贸易', '科技', '运输', '建筑', '餐饮', '汽车租赁', '物流', '装饰'];
const PROVINCES = [...'京沪粤浙川鄂苏陕津鲁'];
const LETTERS = [...'ABCDEFGHJKLMNPQRSTUV'];

/** Names as many, of people, of whom only the family name is known, and of companies. */
function someNames(chance: Chance, count: number): string[] {
  const any = (list: readonly string[]): string => chance.of(list);
  const names = new Set<string>();
  while (names.size < count) {
    const of = chance.next() * 100;
    if (of < 4) names.add(`${any(PLACES)}${any(GIVEN)}${any(GIVEN)}${any(TRADES)}有限公司`);
    else if (of < 6) names.add(any(SURNAMES) + any(TITLES));
    else names.add(any(SURNAMES) + any(GIVEN) + (of < 80 ? any(GIVEN) : ''));
  }
  return [...names];
}

/** The mobile of the n-th, as the database makes it too (`bench_mobile`): no two have the same. */
export const mobileOf = (n: number): string =>
  `+861${'35897'.charAt(n % 5)}${String((n * 387_420_489) % 1e9).padStart(9, '0')}`;

const fixedOf = (n: number): string => `+8610${String((n * 9_999_991) % 1e8).padStart(8, '6')}`;

const plateOf = (n: number): string =>
  n % 5 < 2
    ? `${PROVINCES[n % 10] ?? ''}${LETTERS[Math.floor(n / 10) % 20] ?? ''}${String((n * 7919) % 100_000).padStart(5, '0')}`
    : '';

/** Each hundredth was merged into who stands before him. */
export const isMerged = (n: number): boolean => n % 100 === 0;

/** People in order of their numbers. What a name is found by is asked of the product once a name: pinyin is slow. */
export class People {
  private readonly names: { name: string; words: string }[];

  constructor(
    private readonly count: number,
    names: number,
  ) {
    const chance = new Chance(names);
    this.names = someNames(chance, names).map((name) => ({
      name,
      words: searchText({ name, numbers: [], plates: [] }),
    }));
  }

  get(n: number): Person {
    const named = this.nameOf(n);
    const numbers = n % 12 === 5 ? [mobileOf(n), fixedOf(n)] : [mobileOf(n)];
    const plate = plateOf(n);
    const other = n < this.count && isMerged(n + 1) ? n + 1 : null;
    const plates = [plate, ...(other === null ? [] : [plateOf(other)])].filter((one) => one !== '');
    const known = other === null ? numbers : [...numbers, mobileOf(other)];
    const words = other === null ? named.words : named.words + this.nameOf(other).words;
    const search = words + searchText({ name: '', numbers: known, plates });
    return { n, name: named.name, numbers, plate, search };
  }

  /** Some names are had by many. */
  private nameOf(n: number): { name: string; words: string } {
    const share = ((n * 0.6180339887498949) % 1) ** 2;
    const named = this.names[Math.floor(share * this.names.length)];
    if (named === undefined) throw new Error('there are no names');
    return named;
  }
}
