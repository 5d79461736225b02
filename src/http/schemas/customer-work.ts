/** Cars, notes and numbers of a customer, and where each of his values came from. */
import { Type } from '@sinclair/typebox';
import { FIELDS } from '../../domain/customer/merging';
import { Id, InstantValue, Nullable } from './values';

const Version = Type.Integer({ minimum: 1, description: 'That was seen.' });
const Line = (example: string) =>
  Type.String({ maxLength: 200, pattern: '^[^\\u0000-\\u001f\\u007f]*$', examples: [example] });
const Day = Nullable(Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$', examples: ['2026-05-01'] }));

const VEHICLE = {
  plate: Type.Optional(Line('京A12345')),
  vin: Type.Optional(Line('LBVFP3900BSE12345')),
  series: Type.Optional(Line('3系')),
  model: Type.Optional(Line('320i')),
  boughtOn: Type.Optional(Day),
  registeredOn: Type.Optional(Day),
  insuredUntil: Type.Optional(Day),
};

export const VehicleBody = Type.Object(
  { store: Type.Optional(Id), ...VEHICLE },
  { additionalProperties: false },
);
export const VehicleChange = Type.Object(
  { version: Version, ...VEHICLE },
  { additionalProperties: false },
);
export const VehicleParams = Type.Object({ id: Id, vehicleId: Id });
export const NumberParams = Type.Object({ id: Id, numberId: Id });
export const VersionQuery = Type.Object(
  {
    version: Type.Integer({
      minimum: 1,
      description: 'That was seen: of the car, or of the customer.',
    }),
  },
  { additionalProperties: false },
);

export const NoteBody = Type.Object(
  {
    store: Type.Optional(Id),
    leadId: Type.Optional(Nullable(Id)),
    body: Type.String({
      minLength: 1,
      maxLength: 4000,
      pattern: '^[^\\u0000]*$',
      examples: ['周末带家人来看车'],
    }),
  },
  { additionalProperties: false },
);

export const Made = Type.Object({ id: Type.String() });

const From = {
  from: Type.String({
    description: 'The record that says it: his own, or one that was merged into him.',
    examples: ['019c1353-8a00-7c21-9a51-0c4e2f6b7d10'],
  }),
  source: Type.String({
    description:
      '`manual`, `inbound` …, `import:` and its id, `form:` and its id, `hq:` and the system.',
    examples: ['import:019c1353-8a00-7c21-9a51-0c4e2f6b7d10'],
  }),
  since: InstantValue,
};

export const ProvenanceSchema = Type.Object({
  customerId: Type.String(),
  fields: Type.Array(
    Type.Object({
      field: Type.String({ enum: [...FIELDS], examples: ['name'] }),
      words: Type.Array(Type.Object({ value: Type.String({ examples: ['王芳'] }), ...From }), {
        description: 'The shown one first, then the oldest.',
      }),
    }),
  ),
  edits: Type.Array(
    Type.Object({
      field: Type.String({ enum: [...FIELDS], examples: ['name'] }),
      was: Type.String({ examples: ['王'] }),
      now: Type.String({ examples: ['王芳'] }),
      from: From.from,
      by: Type.String({ description: 'Who did it.', examples: ['wang'] }),
      at: InstantValue,
    }),
    { description: 'What people have changed by hand, the newest first; empty is nothing.' },
  ),
  numbers: Type.Array(
    Type.Object({
      id: Type.String(),
      number: Type.String({ description: 'As his numbers are shown.', examples: ['****8000'] }),
      ...From,
    }),
  ),
  leads: Type.Array(
    Type.Object({
      id: Type.String(),
      storeId: Type.String(),
      source: Type.String({ examples: ['web'] }),
      openedAt: InstantValue,
      callId: Nullable(Type.String()),
    }),
  ),
  handedIn: Type.Array(
    Type.Object({
      leadId: Nullable(Type.String()),
      storeId: Type.String(),
      origin: Type.String({ examples: ['hq:hq'] }),
      key: Type.String({ examples: ['BMW-2026-0001234'] }),
      at: InstantValue,
      consent: Nullable(Type.Boolean()),
      consentText: Type.String({ examples: ['我同意经销商就此次咨询与我联系'] }),
    }),
    { description: 'By web forms and HQ, with what was agreed to.' },
  ),
});
