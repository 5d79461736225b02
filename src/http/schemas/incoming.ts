/** Leads that web forms and HQ hand in. */
import { Type } from '@sinclair/typebox';
import { FORM_FIELDS, HQ_FIELDS } from '../../domain/intake/incoming';
import type { Field } from '../../domain/intake/fields';
import { LEAD_SOURCES } from '../../domain/intake/words';
import { LEAD_STATES, LEAD_VALIDITIES } from '../../domain/lead/lead';
import { PROSPECTS } from '../../domain/lead/prospect';
import { PageQuery } from './page';
import { Id, InstantValue, Nullable } from './values';

const oneOf = <T extends string>(values: readonly T[], description = '') =>
  Type.Unsafe<T>(Type.String({ enum: [...values], description, examples: [values[0]] }));

/** Longer ones are refused with why; a body of them all is small. */
const TEXT = { maxLength: 4000 };

const EXAMPLES: Partial<Record<Field, string>> = {
  ...{ number: '13800138000', name: '王芳', sex: '女', kind: '个人', bornOn: '1990-05-01' },
  ...{
    level: 'H',
    prospect: 'high',
    channel: '网络',
    intendedOn: '2026-12-01',
    boughtOn: '2020-03-01',
  },
  ...{ registeredOn: '2020-03-05', insuredUntil: '2027-03-04', plate: '京A12345' },
  ...{ vin: 'LBVHY1234LM567890', address: '北京市朝阳区', message: '想预约周末试驾' },
  ...{ consultant: '李伟', series: '3系', model: '320i' },
};

const fieldsOf = (fields: readonly Field[]) =>
  Object.fromEntries(
    fields.map((field) => {
      const example = EXAMPLES[field];
      return [
        field,
        Type.Optional(Type.String({ ...TEXT, ...(example && { examples: [example] }) })),
      ];
    }),
  );

const Consent = Type.Object(
  {
    given: Type.Boolean({ examples: [true] }),
    text: Type.Optional(
      Type.String({ maxLength: 2000, examples: ['我同意经销商就此次咨询与我联系'] }),
    ),
  },
  {
    additionalProperties: false,
    description: 'What its person agreed to, as it was shown to him.',
  },
);

export const WebLeadBody = Type.Object(
  { store: Type.Optional(Id), ...fieldsOf(FORM_FIELDS), consent: Type.Optional(Consent) },
  { additionalProperties: false },
);

/** What is signed; the schema says how the headers look, and never whether they are good. */
export const SignedHeaders = Type.Object({
  'webhook-id': Type.String({
    pattern: '^[\\w.-]{1,100}$',
    description: 'Of the lead: sent again with the same one it makes no second lead.',
    examples: ['8e03978e-40d5-43dd-bc93-6894a57f9324'],
  }),
  'webhook-timestamp': Type.String({
    pattern: '^\\d{1,12}$',
    description: 'When it is sent, seconds since 1970-01-01T00:00:00Z; 5 minutes from now at most.',
    examples: ['1769821200'],
  }),
  'webhook-signature': Type.String({
    pattern: '^[\\x21-\\x7e]+( [\\x21-\\x7e]+){0,3}$',
    maxLength: 1000,
    description: '`v1,` and HMAC-SHA256 by the secret of `id.timestamp.body`, Base64.',
    examples: ['v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4='],
  }),
});

export const WebLeadTaken = Type.Object({
  id: Type.String({ description: 'Of ours; it says nothing of whether the person was known.' }),
  duplicate: Type.Boolean({ description: 'It was taken before; nothing was changed.' }),
});

const FORM_STATES = ['active', 'paused'] as const;

export const WebFormBody = Type.Object(
  {
    name: Type.String({
      pattern: '^[^\\u0000-\\u001f\\u007f]{1,100}$',
      examples: ['官网试驾预约'],
    }),
    stores: Type.Array(Id, {
      minItems: 1,
      maxItems: 1000,
      uniqueItems: true,
      examples: [['bj01']],
      description: 'For which it hands in leads; the first is meant where a lead names none.',
    }),
    channel: Type.Optional(
      Nullable(Id, {
        examples: ['web'],
        description: 'Of leads that name none: a channel of the plan (`GET /api/form-choices`).',
      }),
    ),
    source: Type.Optional(
      oneOf(LEAD_SOURCES, 'Information source of its leads; `web` when left out.'),
    ),
    perMinute: Type.Optional(
      Type.Integer({
        minimum: 2,
        maximum: 6000,
        default: 60,
        description: 'Leads that it may hand in; of these half at once.',
      }),
    ),
    state: Type.Optional(oneOf(FORM_STATES, 'Of a paused one nothing is taken.')),
  },
  { additionalProperties: false },
);

export const WebFormSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  stores: Type.Array(Type.String()),
  channel: Nullable(Type.String()),
  source: oneOf(LEAD_SOURCES),
  perMinute: Type.Integer({ examples: [60] }),
  state: oneOf(FORM_STATES),
  formerUntil: Nullable(InstantValue, {
    description: 'Until then the former secret is good, too.',
  }),
  madeAt: InstantValue,
  madeBy: Type.String(),
  changedAt: InstantValue,
});

export const WebFormWithSecret = Type.Object({
  form: WebFormSchema,
  secret: Type.String({
    description: 'By it the web site signs; shown in this answer only.',
    examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  }),
});

export const WebFormParams = Type.Object({ id: Id });

const System = Type.String({
  pattern: '^[\\w.-]{1,40}$',
  default: 'hq',
  description: 'Which system of HQ the ids are of, where there are several.',
  examples: ['hq'],
});

const HqId = Type.String({
  pattern: '^[^\\u0000-\\u001f\\u007f]{1,100}$',
  description: 'HQ’s own of the lead: sent again it makes no second lead.',
  examples: ['BMW-2026-0001234'],
});

/** So many in one request; with all of what they may say they fit into its body. */
export const MOST_LEADS = 500;

export const HqLeadsBody = Type.Object(
  {
    system: Type.Optional(System),
    leads: Type.Array(
      Type.Object(
        {
          id: HqId,
          store: Type.String({
            ...Id,
            description: 'Code (id) of the store in the plan.',
            examples: ['bj01'],
          }),
          ...fieldsOf(HQ_FIELDS),
          consent: Type.Optional(Consent),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: MOST_LEADS },
    ),
  },
  { additionalProperties: false },
);

export const RefusalSchema = Type.Object({
  field: Nullable(Type.String({ examples: ['number'] }), {
    description: 'Null: the lead as a whole.',
  }),
  code: Type.String({ examples: ['NUMBER_MASKED'] }),
  zh: Type.String({ examples: ['号码中有星号，缺少数字'] }),
  en: Type.String({ examples: ['digits of the number are hidden by asterisks'] }),
});

const count = (description: string) => Type.Integer({ description, minimum: 0, examples: [1] });

export const HqLeadsTaken = Type.Object({
  accepted: count('Leads that are new.'),
  duplicates: count('Leads whose id was taken before.'),
  rejected: count('Leads with a fault.'),
  results: Type.Array(
    Type.Object({
      id: Type.String({ description: 'HQ’s own.', examples: ['BMW-2026-0001234'] }),
      status: oneOf(['accepted', 'duplicate', 'rejected'] as const),
      leadId: Nullable(Type.String(), { description: 'Of ours: made, or filled into.' }),
      differs: Type.Boolean({
        description: 'A duplicate that says something else than the first; that was not taken.',
      }),
      refusals: Type.Array(RefusalSchema, { description: 'Why it is rejected; else empty.' }),
    }),
    { description: 'In the order of the leads.' },
  ),
});

export const HqResultsQuery = Type.Object(
  { system: System, ...PageQuery },
  { additionalProperties: false },
);

export const HqResultSchema = Type.Object({
  id: Type.String({ description: 'HQ’s own.', examples: ['BMW-2026-0001234'] }),
  leadId: Type.String(),
  storeId: Type.String({ description: 'Whose lead it is now.' }),
  state: oneOf(LEAD_STATES),
  level: Nullable(oneOf(['H', 'A', 'B', 'C'] as const)),
  prospect: Nullable(oneOf(PROSPECTS), {
    description: 'What it promises: `high`, until its confirmation call says otherwise.',
  }),
  validity: oneOf(LEAD_VALIDITIES, '`unchecked`: it is not called before it is cleaned.'),
  ownerId: Nullable(Type.String(), { description: 'Null: nobody’s yet.' }),
  reason: Nullable(Type.String(), { description: 'Why it ended so.', examples: ['买了别的品牌'] }),
  openedAt: InstantValue,
  closedAt: Nullable(InstantValue),
  changedAt: InstantValue,
});

export const HqResultsPage = Type.Object({
  items: Type.Array(HqResultSchema),
  next: Nullable(Type.String({ description: 'Cursor of the next page; null at the end.' })),
  last: Nullable(
    Type.String({
      description: 'Ask with `after` and this the next time: what has changed since.',
      examples: ['MTc2OTgyMTIwMDAwMA'],
    }),
  ),
});
