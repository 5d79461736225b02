/** Customers, their leads and their timeline, and what is asked and said of them. */
import { Type, type TSchema } from '@sinclair/typebox';
import { PROSPECTS } from '../../domain/lead/prospect';
import { CONTACT_KINDS, CUSTOMER_KINDS, SEXES } from '../../domain/customer/customer';
import { isDay } from '../../domain/day';
import { CodedError } from '../../domain/errors';
import {
  LEAD_PLACES,
  LEAD_STATES,
  LEAD_VALIDITIES,
  OWNER_WAYS,
  STATES_SAID,
  VALIDITIES_SAID,
} from '../../domain/lead/lead';
import { FollowUpSchema } from './form';
import { PageQuery } from './page';
import { PermissionSchema, SAID_OF_CALLS } from './permission';
import { PromiseSchema } from './promise';
import { OneStore, StoreQuery } from './store';
import { Id, InstantValue, Nullable, NumberText } from './values';

const oneOf = <T extends string>(...names: T[]) => Type.Unsafe<T>(Type.String({ enum: names }));

/** PostgreSQL takes no NUL. */
const Words = (maxLength: number) => Type.String({ maxLength, pattern: '^[^\\u0000]*$' });
const Line = Type.String({ maxLength: 200, pattern: '^[^\\u0000-\\u001f\\u007f]*$' });
const Day = Type.String({
  pattern: '^\\d{4}-\\d\\d-\\d\\d$',
  description: 'A day of the calendar.',
  examples: ['2026-05-01'],
});
const Version = Type.Integer({
  minimum: 1,
  description:
    'That was seen; when it is another one by now nothing is changed (409, with it in the details).',
});
const Level = oneOf('H', 'A', 'B', 'C');

/** What people say of a customer. */
const FIELDS = {
  name: Line,
  kind: Nullable(oneOf(...CUSTOMER_KINDS)),
  sex: Nullable(oneOf(...SEXES)),
  customerType: Nullable(Line),
  area: Line,
  address: Line,
  bornOn: Nullable(Day),
  note: Words(4000),
};

/** And of a lead (N42). */
const LEAD_FIELDS = {
  customerType: Nullable(Line),
  channel: Nullable(Line),
  presentCar: Nullable(Line),
  interestSeries: Nullable(Line),
  interestModel: Nullable(Line),
  intendedOn: Nullable(Day),
  contactResult: Nullable(Words(4000)),
  nextPlan: Nullable(Words(4000)),
  nextDueAt: Nullable(InstantValue),
  level: Nullable(Level),
  validity: oneOf(...LEAD_VALIDITIES),
};

const optional = <T extends Record<string, TSchema>>(fields: T) =>
  Type.Partial(Type.Object(fields)).properties;

const ShownNumber = Type.Object({
  id: Type.String(),
  number: Type.String({
    description:
      'Whole for whose customer he is and who oversees the store, else its last four digits.',
    examples: ['****8000'],
  }),
  kind: Type.String({ examples: ['mobile'] }),
  identifies: Type.Boolean({ description: 'By it alone he is known.' }),
  expiresAt: Nullable(InstantValue),
});

const CUSTOMER = {
  id: Type.String(),
  version: Type.Integer(),
  storeId: Type.String({ description: 'By which he came.' }),
  ...FIELDS,
  ownerId: Nullable(Type.String()),
  source: Type.String(),
  createdAt: InstantValue,
  changedAt: InstantValue,
  numbers: Type.Array(ShownNumber),
};

const BriefLead = Type.Object({
  id: Type.String(),
  storeId: Type.String(),
  ownerId: Nullable(Type.String()),
  state: oneOf(...LEAD_STATES),
  level: Nullable(Level),
  openedAt: InstantValue,
});

export const ListedCustomerSchema = Type.Object({
  ...CUSTOMER,
  leads: Type.Array(BriefLead, { description: 'Of the own stores, the newest first.' }),
});

export const LeadDetailSchema = Type.Object({
  id: Type.String(),
  customerId: Nullable(Type.String()),
  storeId: Type.String(),
  number: Type.String({ description: 'As the numbers of its customer.', examples: ['****8000'] }),
  name: Type.String(),
  ownerId: Nullable(Type.String({ description: 'Null: the store’s own.' })),
  source: Type.String(),
  version: Type.Integer(),
  state: oneOf(...LEAD_STATES),
  place: oneOf(...LEAD_PLACES),
  endReason: Nullable(Type.String()),
  prospect: Nullable(oneOf(...PROSPECTS), {
    description: 'What it is said to promise (意向): `high` 高意向 … `junk` 垃圾, `none` 无意向.',
  }),
  confirmation: Type.Object(
    {
      nextAt: Nullable(InstantValue, {
        description: 'It is held until it is confirmed, and is to be called then; null: it is not.',
      }),
      tries: Type.Integer({ description: 'Calls that reached nobody.' }),
      firstAt: Nullable(InstantValue),
      at: Nullable(InstantValue, { description: 'When it was said what came of it.' }),
      by: Nullable(Type.String(), {
        description: 'By whom; empty: its person rang himself, or nobody was reached.',
      }),
    },
    { description: 'How far HQ’s confirmation call (外呼确认) is.' },
  ),
  ...LEAD_FIELDS,
  openedAt: InstantValue,
  openedByCall: Nullable(Type.String()),
  lastContactAt: Nullable(InstantValue),
  arrivedAt: Nullable(InstantValue),
  closedAt: Nullable(InstantValue),
  changedAt: InstantValue,
  owners: Type.Array(
    Type.Object({
      ownerId: Nullable(Type.String()),
      way: oneOf(...OWNER_WAYS),
      byId: Type.String({ description: 'Who gave it; empty: a rule, or the call that opened it.' }),
      reason: Type.String(),
      fromAt: InstantValue,
      untilAt: Nullable(InstantValue),
    }),
    { description: 'Who owned it when, the first owner first.' },
  ),
  calling: Type.Optional({
    ...PermissionSchema,
    description: 'Whether its person may be called to follow it up now, and if not why.',
  }),
});

const VehicleSchema = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  storeId: Type.String(),
  plate: Type.String({ examples: ['京A12345'] }),
  vin: Type.String({ examples: ['LBVFP3900BSE12345'] }),
  series: Type.String({ examples: ['3系'] }),
  model: Type.String({ examples: ['320i'] }),
  boughtOn: Nullable(Day),
  registeredOn: Nullable(Day),
  insuredUntil: Nullable(Day),
  createdAt: InstantValue,
});

export const CustomerDetailSchema = Type.Object({
  ...CUSTOMER,
  vehicles: Type.Array(VehicleSchema),
  leads: Type.Array(LeadDetailSchema, { description: 'Of the own stores, the newest first.' }),
  promises: Type.Array(PromiseSchema, { description: 'That stand, of the own stores.' }),
  followUps: Type.Array(FollowUpSchema, { description: 'Open ones, the most urgent first.' }),
  ...SAID_OF_CALLS,
});

export const TimelineEntrySchema = Type.Object({
  id: Type.String(),
  leadId: Nullable(Type.String()),
  storeId: Type.String(),
  at: InstantValue,
  kind: oneOf(...CONTACT_KINDS),
  callId: Nullable(Type.String()),
  byId: Nullable(Type.String()),
  body: Type.String(),
  direction: Nullable(oneOf('inbound', 'outbound', 'internal')),
  outcome: Nullable(Type.String()),
  talkMs: Nullable(Type.Integer()),
  recordingIds: Type.Array(Type.String()),
});

export const CustomersQuery = Type.Object(
  {
    ...StoreQuery,
    q: Type.Optional(
      Type.String({
        maxLength: 64,
        pattern: '^[^\\u0000-\\u001f\\u007f]*$',
        description:
          'Words, of which each is part of a Chinese name, its pinyin or the initials of that, three digits or more of a ' +
          'number, or the beginning of a plate with or without its province.',
        examples: ['张 138'],
      }),
    ),
    ...PageQuery,
  },
  { additionalProperties: false },
);

export const CustomerParams = Type.Object({ id: Id });
export const ContactsQuery = Type.Object(PageQuery, { additionalProperties: false });

const Numbers = Type.Array({ ...NumberText, examples: ['138 0013 8000'] }, { maxItems: 10 });

export const CustomerBody = Type.Object(
  { ...OneStore, ...optional(FIELDS), numbers: Type.Optional(Numbers) },
  { additionalProperties: false },
);

export const CustomerChange = Type.Object(
  {
    version: Version,
    ...optional(FIELDS),
    numbers: Type.Optional({ ...Numbers, description: 'Are added to those he has.' }),
  },
  { additionalProperties: false },
);

/** What people say of a lead in its fields: that it is invalid takes its data along, and has a route of its own (A23). */
const SAID = { ...LEAD_FIELDS, validity: oneOf(...VALIDITIES_SAID) };

export const LeadBody = Type.Object(
  {
    ...OneStore,
    customerId: Id,
    ownerId: Type.Optional({
      ...Nullable(Id),
      description: 'Null: the store’s own. Else who asks.',
    }),
    source: Type.Optional(Line),
    ...optional(SAID),
  },
  { additionalProperties: false },
);

export const LeadChange = Type.Object(
  {
    version: Version,
    ...optional(SAID),
    state: Type.Optional({
      ...oneOf(...STATES_SAID),
      description: 'Arrivals, deals and invalid leads have routes of their own.',
    }),
    reason: Type.Optional({
      ...Words(4000),
      description: 'Why it ends; `defeated` and `lost-control` want one.',
    }),
  },
  { additionalProperties: false },
);

export const OwnerBody = Type.Object(
  {
    version: Version,
    ownerId: Nullable(Id, { description: 'Null: the store’s own.' }),
    way: Type.Optional({
      ...oneOf(...OWNER_WAYS),
      description: 'Else `own`, `distributed` or `handover`, as it is.',
    }),
    reason: Type.Optional(Words(1000)),
  },
  { additionalProperties: false },
);

export const Changed = Type.Object({ id: Type.String(), version: Type.Integer() });

/** Refuses the 30th of February. */
export function demandDays(said: { bornOn?: string | null; intendedOn?: string | null }): void {
  for (const at of ['bornOn', 'intendedOn'] as const) {
    const day = said[at] ?? null;
    if (day !== null && !isDay(day))
      throw new CodedError('INVALID_REQUEST', [{ at: `body.${at}`, problem: `no day: ${day}` }]);
  }
}
