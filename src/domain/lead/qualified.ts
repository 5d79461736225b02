/**
 * Decides whether a lead is qualified (合格): exactly when all eleven fields of it are filled (A28, N42, D04). What is
 * compound, as series and model, is filled when each of its parts is.
 */

/** What is known of a lead; null, `undefined` or blank: nothing. */
export interface LeadFacts {
  /** Name of the sales consultant to whom he belongs. */
  consultant?: string | null | undefined;
  customerType?: string | null | undefined;
  /** Channel (渠道) by which he came. */
  channel?: string | null | undefined;
  /** A person or a company. */
  kind?: string | null | undefined;
  sex?: string | null | undefined;
  familyName?: string | null | undefined;
  number?: string | null | undefined;
  presentCar?: string | null | undefined;
  /** `2026-03-01` */
  intendedOn?: string | null | undefined;
  interestSeries?: string | null | undefined;
  interestModel?: string | null | undefined;
  contactResult?: string | null | undefined;
  nextPlan?: string | null | undefined;
}

/** One of the eleven, by the facts of which it consists. */
export interface QualifiedField {
  id: string;
  zh: string;
  en: string;
  of: readonly (keyof LeadFacts)[];
}

/** In the order in which the document has them. */
export const QUALIFIED_FIELDS: readonly QualifiedField[] = [
  { id: 'consultant', zh: '销售顾问的姓名', en: "consultant's name", of: ['consultant'] },
  { id: 'customer-type', zh: '客户类型', en: 'customer type', of: ['customerType'] },
  { id: 'source', zh: '客户来源', en: 'source', of: ['channel'] },
  { id: 'kind', zh: '个人或公司', en: 'person or company', of: ['kind'] },
  { id: 'sex', zh: '性别', en: 'sex', of: ['sex'] },
  { id: 'family-name', zh: '姓', en: 'family name', of: ['familyName'] },
  { id: 'number', zh: '电话号码', en: 'phone number', of: ['number'] },
  {
    id: 'present-car',
    zh: '目前车辆的品牌和型号',
    en: 'present car: brand and model',
    of: ['presentCar'],
  },
  { id: 'intended-on', zh: '意向购买日期', en: 'intended purchase date', of: ['intendedOn'] },
  {
    id: 'interest',
    zh: '感兴趣的车辆系列和型号',
    en: 'interesting series and model',
    of: ['interestSeries', 'interestModel'],
  },
  {
    id: 'contact',
    zh: '联系结果及下次联系的计划',
    en: 'contact result and next plan',
    of: ['contactResult', 'nextPlan'],
  },
];

/** The fields that are not filled yet; none: he is qualified. */
export const missingOf = (facts: LeadFacts): QualifiedField[] =>
  QUALIFIED_FIELDS.filter(({ of }) => !of.every((name) => isFilled(facts[name])));

/** Whether all eleven are filled. */
export const isQualified = (facts: LeadFacts): boolean =>
  QUALIFIED_FIELDS.every(({ of }) => of.every((name) => isFilled(facts[name])));

const isFilled = (value: string | null | undefined): boolean =>
  value !== null && value !== undefined && value.trim() !== '';
