/** Alarms, and which of them are asked for. */
import { Type } from '@sinclair/typebox';
import type { AlarmCode } from '../../domain/alarm';
import { ALARMS } from '../../domain/alarm-catalogue';
import { severityOf } from '../../domain/alarm-mail/severity';
import type { AlarmRow } from '../queries';
import { PageQuery } from './page';
import { StoreQuery } from './store';
import { InstantValue, Nullable } from './values';

const CODES = Object.keys(ALARMS) as AlarmCode[];
const Code = Type.Unsafe<AlarmCode>(Type.String({ enum: CODES, examples: ['READ_ONLY'] }));
const BothLanguages = Type.Object({
  zh: Type.String({ examples: ['请腾出或更换该磁盘。'] }),
  en: Type.String({ examples: ['Free or replace its disk.'] }),
});

export const AlarmsQuery = Type.Object(
  {
    ...StoreQuery,
    state: Type.Union([Type.Literal('standing'), Type.Literal('all')], {
      default: 'standing',
      description: '`all`: those that are over, too.',
    }),
    ...PageQuery,
  },
  { additionalProperties: false },
);

export const AlarmSchema = Type.Object({
  id: Type.String(),
  code: Code,
  severity: Type.Union([Type.Literal('critical'), Type.Literal('warning')]),
  zh: Type.String({ description: 'What happened.', examples: ['录音目录无法写入。'] }),
  en: Type.String({ examples: ['A folder of recordings does not take them.'] }),
  whatToDo: Nullable(BothLanguages),
  storeId: Nullable(
    Type.String({ description: 'Null: it concerns the whole installation.', examples: ['bj01'] }),
  ),
  detail: Type.String({ description: 'Who or what it concerns, as it was told last.' }),
  firstAt: InstantValue,
  lastAt: InstantValue,
  count: Type.Integer({ description: 'So often it was told while it stood.', examples: [3] }),
  state: Type.Union([Type.Literal('standing'), Type.Literal('over')]),
  endedAt: Nullable(InstantValue),
  endedBy: Nullable(Code, {
    description:
      'The alarm that told its end; null of one that is over because it was quiet for a day.',
  }),
});

/** With the words of the catalogue. */
export const alarmView = (row: AlarmRow) => {
  const { zh, en, whatToDo } = ALARMS[row.code];
  const state = row.endedAt === null ? ('standing' as const) : ('over' as const);
  return { ...row, severity: severityOf(row.code), zh, en, whatToDo, state };
};
