/** Imports of customers and leads from files. */
import { Type } from '@sinclair/typebox';
import { BATCH_STATES, INPUT_FORMATS } from '../../domain/intake/batch';
import { REASONS, type ReasonCode } from '../../domain/intake/cell';
import { FIELDS } from '../../domain/intake/fields';
import { LEAD_SOURCES } from '../../domain/intake/words';
import { PageQuery } from './page';
import { OneStore, StoreQuery } from './store';
import { Id, InstantValue, Nullable } from './values';

const oneOf = <T extends string>(values: readonly T[], description: string) =>
  Type.Union(
    values.map((value) => Type.Literal(value)),
    { description, examples: [values[0]] },
  );

const count = (description: string) => Type.Integer({ description, minimum: 0, examples: [12] });

const Format = oneOf(
  INPUT_FORMATS,
  'On what people took it down (E30). It says nothing of the layout.',
);
const As = oneOf(
  ['leads', 'customers'] as const,
  '`leads`: each person has an open lead then; `customers`: persons and their cars alone.',
);
const Source = oneOf(LEAD_SOURCES, 'Of rows that name none.');

export const ImportQuery = Type.Object(
  {
    ...OneStore,
    name: Type.String({
      pattern: '^[^\\u0000-\\u001f\\u007f]{1,200}$',
      description: 'Of the file.',
      examples: ['展厅客户 2026-11.xlsx'],
    }),
    format: Type.Unsafe<(typeof INPUT_FORMATS)[number]>({ ...Format, default: 'excel' }),
    as: Type.Unsafe<'leads' | 'customers'>({ ...As, default: 'leads' }),
    source: Type.Unsafe<(typeof LEAD_SOURCES)[number]>(Source),
    areaCode: Type.Optional(
      Type.String({
        pattern: '^0\\d{2,3}$',
        description: 'Area code of fixed numbers that have none; without it these are rejected.',
        examples: ['010'],
      }),
    ),
    columns: Type.Optional(
      Type.String({
        maxLength: 8000,
        description:
          'JSON: what a column holds, by its heading, null for nothing; the rest is recognised. It is remembered for files of the ' +
          `store with the same headings. One of ${FIELDS.map((field) => `\`${field}\``).join(', ')}.`,
        examples: ['{"号码":"number","潜客":"name"}'],
      }),
    ),
  },
  { additionalProperties: false },
);

export const ImportsQuery = Type.Object(
  { ...StoreQuery, ...PageQuery },
  { additionalProperties: false },
);

export const ImportParams = Type.Object({ id: Id });

const Column = Type.Object({
  heading: Type.String({ examples: ['联系电话'] }),
  field: Nullable(Type.String({ examples: ['number'] }), {
    description: 'Null: it is not read, and comes back with rejected rows.',
  }),
});

const Counts = Type.Object({
  rows: count('Rows with something in them, but titles and heading.'),
  customers: count('Made.'),
  leads: count('Made.'),
  vehicles: count('Made.'),
  filled: count('Rows that brought something new of somebody who was known.'),
  same: count('Rows that had landed before, or say nothing new.'),
  rejected: count('Rows that `rejects.csv` has, with why.'),
  doubtful: count('Pairs in the work list of people who may be one.'),
});

export const ImportSchema = Type.Object({
  id: Type.String(),
  storeId: Type.String(),
  by: Type.String(),
  name: Type.String({ description: 'Of the file.', examples: ['展厅客户 2026-11.xlsx'] }),
  bytes: Type.Integer({ examples: [204800] }),
  format: Format,
  as: As,
  source: Source,
  state: oneOf(
    BATCH_STATES,
    '`waiting`, `running`, then `done` or `failed`; `undoing` and `undone`, when it is taken back.',
  ),
  error: Nullable(Type.String({ examples: ['IMPORT_NO_HEADING'] }), {
    description: 'Code of what ended it. What had landed by then stays until it is undone.',
  }),
  rowDone: count('The last row of the file that has landed.'),
  columns: Type.Array(Column, { description: 'As they were read; empty until it runs.' }),
  counts: Counts,
  kept: count('What an undo left, because somebody has worked with it since.'),
  keptItems: Type.Array(
    Type.Object({
      what: Type.String({ examples: ['customer'] }),
      id: Type.String(),
      field: Nullable(Type.String(), { description: 'Of a field that was filled.' }),
    }),
    { description: 'The first 500 of them.' },
  ),
  createdAt: InstantValue,
  doneAt: Nullable(InstantValue),
  undoneAt: Nullable(InstantValue),
  undoneBy: Nullable(Type.String({ examples: ['chen'] })),
});

const Reason = oneOf(Object.keys(REASONS) as ReasonCode[], 'Why a row is rejected.');
const PreviewField = Type.Object({
  heading: Nullable(Type.String({ examples: ['联系电话'] }), {
    description: 'Null: it is told by another column, as the sex by how somebody is called.',
  }),
  stood: Type.String({
    description: 'As it stands in the file, the first 200 characters.',
    examples: ['138 0013 8000'],
  }),
  field: Nullable(Type.String({ examples: ['number'] }), { description: 'Null: it is not read.' }),
  value: Nullable(Type.String({ examples: ['+8613800138000'] }), {
    description: 'As it would be kept. Null: nothing, or it cannot be read.',
  }),
});

export const ImportPreviewSchema = Type.Object({
  columns: Type.Array(Column, { description: 'As they would be read.' }),
  counts: Counts,
  rejects: Type.Array(
    Type.Object({ code: Reason, rows: count('Rows that have it; one may have several.') }),
    { description: 'The most frequent first.' },
  ),
  first: Type.Array(
    Type.Object({
      row: count('Of the file: the first is 1.'),
      outcome: oneOf(
        ['made', 'filled', 'same', 'rejected'] as const,
        'A new customer; something new of somebody who is known; nothing new; not taken.',
      ),
      fields: Type.Array(PreviewField),
      reasons: Type.Array(
        Type.Object({
          code: Reason,
          zh: Type.String({ examples: ['第 3 行 B 列 “138****8000”：号码中有星号，缺少数字'] }),
          en: Type.String({
            examples: [
              'row 3, column B “138****8000”: digits of the number are hidden by asterisks',
            ],
          }),
        }),
      ),
    }),
    { description: 'The first twenty rows.' },
  ),
});

const FILE = { description: 'The file as it is.', examples: ['姓名,手机\r\n王芳,13800138000'] };

/** The body: bytes, which the schema only describes. */
export const FileBody = {
  content: Object.fromEntries(
    [
      'text/csv',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'application/octet-stream',
    ].map((type) => [type, { schema: FILE }]),
  ),
};

export const CsvFile = {
  description:
    'UTF-8 with a byte order mark, in the layout of the file, and a column that says why.',
  content: {
    'text/csv': { schema: { type: 'string', examples: ['姓名,手机,未导入原因 Reason'] } },
  },
};
