/** Appointments, arrivals, deals, deliveries and information fees: the steps of a lead. */
import { Type } from '@sinclair/typebox';
import { SALE_KINDS } from '../../domain/lead/sale-kind';
import { TRANSFER_WAYS } from '../../domain/lead/information-fee';
import { PageQuery } from './page';
import { OneStore, StoreQuery } from './store';
import { Id, InstantValue, Nullable } from './values';

const oneOf = <T extends string>(...names: T[]) => Type.Unsafe<T>(Type.String({ enum: names }));
const KIND = oneOf(...SALE_KINDS);
const WAY = oneOf(...TRANSFER_WAYS);

export const StepParams = Type.Object({ id: Id });
export const Made = Type.Object({ id: Type.String() });

export const AppointmentBody = Type.Object(
  { dueAt: { ...InstantValue, description: 'When he means to come.' } },
  { additionalProperties: false },
);

export const ArrivalBody = Type.Object(
  {
    salespersonId: {
      ...Id,
      description: 'The direct salesperson to whom he is handed.',
      examples: ['zhu'],
    },
  },
  { additionalProperties: false },
);

export const ArrivedSchema = Type.Object({
  id: Type.String(),
  newToday: Type.Integer({ description: 'New customers of that salesperson today, with him.' }),
  warning: Nullable(
    Type.Object({
      zh: Type.String({ examples: ['直销员今日已接待 6 位新客户，超过 5 位。'] }),
      en: Type.String({ examples: ['6 new customers today; the plan wants 5 at most.'] }),
    }),
    { description: 'He has more than the plan wants; he is handed to him all the same.' },
  ),
});

export const DealBody = Type.Object(
  {
    ...OneStore,
    leadId: Type.Optional({ ...Id, description: 'Without one it is a deal of the showroom.' }),
    salespersonId: Type.Optional({ ...Id, examples: ['zhu'] }),
    saleKind: Type.Optional({ ...KIND, description: 'Else as it follows from the lead.' }),
  },
  { additionalProperties: false },
);

const FEE = {
  personId: Type.String({ description: 'The source of the showroom.' }),
  way: WAY,
  amount: Type.Integer({ description: 'Hundredths of the currency.' }),
};

export const DealSchema = Type.Object({
  id: Type.String(),
  saleKind: KIND,
  fee: Nullable(Type.Object(FEE), { description: 'Null: nobody had transferred the lead.' }),
});

export const DeliveryBody = Type.Object(
  { salespersonId: Type.Optional({ ...Id, description: 'Else who asks.', examples: ['zhu'] }) },
  { additionalProperties: false },
);

export const FeesQuery = Type.Object(
  { ...StoreQuery, state: Type.Optional(oneOf('owed', 'paid')), ...PageQuery },
  { additionalProperties: false },
);

export const FeeSchema = Type.Object({
  id: Type.String(),
  storeId: Type.String(),
  leadId: Type.String(),
  dealId: Type.String({ examples: ['019c1353-8a00-7c21-9a51-0c4e2f6b7d10'] }),
  ...FEE,
  enteredAt: InstantValue,
  paidAt: Nullable(InstantValue),
  paidBy: Nullable(Type.String({ examples: ['chen'] })),
});
