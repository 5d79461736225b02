/** What can be wrong in a plan file, in both languages. One place, so that the texts agree. */

import { nearest } from './nearest';

/** One fault: where (`queues[0].store`) and what. */
export interface PlanFault {
  at: string;
  code: string;
  zh: string;
  en: string;
}

/** A fault that does not know its place yet. */
export type FaultText = Omit<PlanFault, 'at'>;

/** What the writer is likely to have meant, as a sentence; empty when nobody can say. */
function meantBy(raw: unknown, known: readonly string[]): { zh: string; en: string } {
  const near = typeof raw === 'string' ? nearest(raw, known) : null;
  return near === null
    ? { zh: '', en: '' }
    : { zh: `是否想写“${near}”？`, en: ` Did you mean "${near}"?` };
}

const text = (code: string, zh: string, en: string): FaultText => ({ code, zh, en });

export const FAULTS = {
  notAPlan: () =>
    text(
      'NOT_A_PLAN',
      '文件中没有方案：最外层应包含 stores、queues、hotlines 等。',
      'This holds no plan: stores, queues, hotlines … belong at the top level.',
    ),
  notAnObject: () =>
    text('NOT_AN_OBJECT', '这里应为“名称: 值”。', 'Names with values belong here.'),
  notAList: () => text('NOT_A_LIST', '这里应为列表。', 'A list belongs here.'),
  missing: () => text('MISSING', '缺少此项。', 'This is required.'),
  unknownKey: (key: string, known: readonly string[]) => {
    const { zh, en } = meantBy(key, known);
    return text(
      'UNKNOWN_KEY',
      `不认识“${key}”。${zh}可用：${known.join('、')}。`,
      `"${key}" is not known here.${en} Known: ${known.join(', ')}.`,
    );
  },
  quoteIt: () =>
    text(
      'QUOTE_IT',
      '请加引号，否则数字开头的 0 会丢失。',
      'Put this in quotes; otherwise leading zeros are lost.',
    ),
  wrong: (zh: string, en: string) => text('WRONG_VALUE', `应为${zh}。`, `Expected ${en}.`),
  noneOf: (raw: unknown, values: readonly string[]) => {
    const { zh, en } = meantBy(raw, values);
    return text(
      'WRONG_VALUE',
      `应为${values.join('、')} 之一。${zh}`,
      `Expected one of ${values.join(', ')}.${en}`,
    );
  },
  keepsTooMany: (people: number) =>
    text(
      'KEEPS_TOO_MANY',
      `该队列只有 ${people} 名人员，不能保留更多。`,
      `Only ${people} of the people serve this queue; it cannot keep more.`,
    ),
  duplicate: (value: string, first: string) =>
    text(
      'DUPLICATE',
      `“${value}”已在 ${first} 中使用。`,
      `"${value}" is already used in ${first}.`,
    ),
  unknownReference: (value: string, section: string, known: readonly string[] = []) => {
    const { zh, en } = meantBy(value, known);
    return text(
      'UNKNOWN_REFERENCE',
      `${section} 中没有“${value}”。${zh}`,
      `There is no "${value}" among the ${section}.${en}`,
    );
  },
  badName: (name: string) =>
    text(
      'BAD_NAME',
      `“${name}”不能作名称：1-64 个字母、数字、点、横线或下划线。`,
      `"${name}" is no name: 1-64 letters, digits, dots, dashes or underscores.`,
    ),
  postOrPosts: () =>
    text('POST_OR_POSTS', 'post 与 posts 只能填写其一。', 'Give post or posts, not both.'),
  oneScope: () =>
    text(
      'ONE_SCOPE',
      'store、entity、group 最多填写一个；多处任职请分成多个岗位。',
      'At most one of store, entity and group; a post that holds in several is said several times.',
    ),
  wrongScope: (post: string, may: readonly string[]) =>
    text(
      'WRONG_SCOPE',
      `岗位“${post}”的范围只能是：${may.join('、') || '（无需填写，所有专营店）'}。`,
      `The post ${post} holds in: ${may.join(' or ') || 'all stores, nothing is to be said'}.`,
    ),
  noGroup: () =>
    text(
      'NO_GROUP',
      '其专营店不属于任何集团：请填写 group，或在 stores、entities 中填写集团。',
      'His store belongs to no group: say which one here, or in stores or entities.',
    ),
  groupsDiffer: (group: string) =>
    text(
      'GROUPS_DIFFER',
      `其法人属于集团“${group}”：两处须一致，或只填写一处。`,
      `Its legal entity belongs to "${group}": say the same, or leave one out.`,
    ),
  mixedPosts: () =>
    text(
      'MIXED_POSTS',
      '电话营销员与直销员职责严禁混淆：请分给两个人。',
      'Nobody is telemarketer and direct salesperson at once: these are two people.',
    ),
  telemarketerInSales: () =>
    text(
      'TELEMARKETER_IN_SALES',
      '严禁将电话营销员放入销售部：请放入客户运营中心（kind: coc）。',
      'A telemarketer never belongs to the sales department, but to the operation centre (kind: coc).',
    ),
  hotlineForTelemarketers: () =>
    text(
      'HOTLINE_FOR_TELEMARKETERS',
      '销售热线由电话营销员接听：直销员与销售部人员不能在热线的队列中。',
      'Hotlines are answered by telemarketers: not by direct salespeople, nor by the sales department.',
    ),
  departmentElsewhere: () =>
    text(
      'DEPARTMENT_ELSEWHERE',
      '该部门属于另一家专营店。',
      'This department belongs to another store than the person.',
    ),
  emptyRange: () =>
    text(
      'EMPTY_RANGE',
      '应与 from 位数相同，且不小于 from。',
      'This must be as long as from, and not below it.',
    ),
  notBelow: ({
    lower,
    low,
    upper,
    high,
  }: Record<'lower' | 'upper', string> & Record<'low' | 'high', number>) =>
    text(
      'NOT_BELOW',
      `${lower}（${low}）必须小于 ${upper}（${high}）；未填写的一项取默认值或全局设置。`,
      `${lower} (${low}) must be below ${upper} (${high}); what is not said here is the plan's, or the default.`,
    ),
  nailedUpWithoutDesk: () =>
    text(
      'NEEDS_A_DESK',
      'nailed-up 话机的坐席断线后须在桌面点击“就绪”，因此不能同时使用 autoReady。',
      'Whoever loses the leg of a phone that is nailed up says "ready" at his desk: not together with autoReady.',
    ),
  unstorable: () =>
    text(
      'UNSTORABLE_TEXT',
      '含有无法保存的字符（NUL 或不完整的代理对）：请删除。',
      'This has a character that cannot be kept (a NUL, or half of a surrogate pair): take it out.',
    ),
  passwordNeeded: () =>
    text(
      'PASSWORD_NEEDED',
      '请填写密码：尚未保存过密码，或 sip.realm 已更改。',
      'Give a password: none is stored yet, or sip.realm changed.',
    ),
};
