import type { KnownPerson } from '../../../../src/domain/intake/known';
import { landRows, type LandingTerms } from '../../../../src/domain/intake/landing';
import type { IntakeRecord } from '../../../../src/domain/intake/record';

let ids = 0;
beforeEach(() => (ids = 0));
const terms: LandingTerms = {
  ...{ controller: 'store:bj01', at: 1000, as: 'leads', source: 'hq' },
  consultant: (name) => (name === '王芳' ? 'wang' : null),
  origin: (row) => `list.xlsx #${row}`,
  wantsConfirmation: ({ prospect }) => prospect === 'high',
  makeId: () => `id-${(ids += 1)}`,
};
const MOBILE = { number: '+8613800138000', kind: 'mobile' as const };
const OTHER = { number: '+8613900139000', kind: 'mobile' as const };
const LANDLINE = { number: '+861082345678', kind: 'fixed' as const };
const record = (given: Partial<IntakeRecord> = {}): IntakeRecord => ({
  ...{ numbers: [MOBILE], name: '张三', sex: null, kind: null, customerType: '', area: '' },
  ...{
    address: '',
    bornOn: null,
    note: '',
    level: null,
    prospect: null,
    channel: null,
    source: null,
  },
  ...{ consultant: '', presentCar: '', interestSeries: '', interestModel: '', intendedOn: null },
  ...{ contactResult: '', nextPlan: '', plate: '', vin: '', series: '', model: '' },
  ...{ boughtOn: null, registeredOn: null, insuredUntil: null, ...given },
});
const NOTHING = {
  ...{ name: '', sex: null, kind: null, customerType: null, area: '', address: '', bornOn: null },
  note: '',
};
const known = (given: Partial<KnownPerson> = {}): KnownPerson => ({
  ...{ id: 'old', createdAt: 1, controller: 'store:bj01', name: '张三', kind: null },
  numbers: [{ ...MOBILE, confirmed: true }],
  fields: { ...NOTHING, name: given.name ?? '张三' },
  ...{ lead: null, vehicles: [], ...given },
});
const land = (
  records: IntakeRecord[],
  persons: KnownPerson[] = [],
  given: Partial<LandingTerms> = {},
) =>
  landRows(
    records.map((one, at) => ({ row: at + 2, record: one, isKnown: false })),
    persons,
    { ...terms, ...given },
  );

test('who is new is made, with number, lead and where he came from', () => {
  const landed = land([record({ level: 'A', consultant: '王芳' })]);
  expect(landed).toMatchObject({
    customers: [{ id: 'id-1', ownerId: 'wang', fields: { name: '张三' } }],
    numbers: [{ customerId: 'id-1', number: MOBILE.number, identifies: true }],
    leads: [
      {
        customerId: 'id-1',
        number: MOBILE.number,
        ownerId: 'wang',
        source: 'hq',
        fields: { level: 'A' },
      },
    ],
    contacts: [{ customerId: 'id-1', body: 'list.xlsx #2' }],
    rows: [{ row: 2, outcome: 'made', customerId: 'id-1' }],
    ...{ vehicles: [], pairs: [] },
  });
});

test('customers alone have no leads', () =>
  expect(land([record()], [], { as: 'customers' })).toMatchObject({ leads: [], customers: [{}] }));

test('whoever has the number already is filled, keeps what he has, and no word is lost', () => {
  const person = known({ fields: { ...NOTHING, name: '张三', area: '海淀' } });
  const landed = land([record({ area: '朝阳', address: '一号', sex: 'male' })], [person]);
  expect(landed).toMatchObject({ customers: [], numbers: [], leads: [{ customerId: 'old' }] });
  expect(landed.rows[0]).toMatchObject({ outcome: 'filled', customerId: 'old' });
  expect(landed.rows[0]?.made.fills).toEqual([
    { table: 'customer', id: 'old', values: { address: '一号', sex: 'male' } },
  ]);
  expect(landed.contacts[0]?.body).toBe('list.xlsx #2\narea: 朝阳');
});

test('an open lead of his is filled, and no second one made', () => {
  const fields = {
    ...{ name: '张三', level: 'B', channel: null, customerType: null, presentCar: null },
    ...{ interestSeries: null, interestModel: null, intendedOn: null, contactResult: null },
    ...{ nextPlan: null, prospect: null },
  };
  const landed = land(
    [record({ level: 'A', interestModel: 'X3' })],
    [known({ lead: { id: 'lead', fields } })],
  );
  expect(landed.leads).toEqual([]);
  expect(landed.rows[0]?.made.fills).toEqual([
    { table: 'lead', id: 'lead', values: { interestModel: 'X3' } },
  ]);
  expect(landed.contacts[0]).toMatchObject({ leadId: 'lead', body: 'list.xlsx #2\nlevel: A' });
});

test('A26: a lead that is to be confirmed is held from the moment in which it is made, one that is there is not', () => {
  const isHeld = (...args: Parameters<typeof land>) => land(...args).leads.map((one) => one.isHeld);
  expect(isHeld([record({ prospect: 'high' })])).toEqual([true]);
  expect(isHeld([record({ prospect: 'ordinary' }), record({ prospect: 'high' })])).toEqual([false]);
  // Of which source it is, the row says before the import does.
  const wantsConfirmation = ({ source }: { source: string }) => source === 'hq';
  const rows = (source: 'hq' | 'web' | null) =>
    isHeld([record({ source })], [], { wantsConfirmation });
  expect([rows(null), rows('web'), rows('hq')]).toEqual([[true], [false], [true]]);
});

test('what says nothing new makes nothing', () => {
  const again = land([record(), record(), record({ numbers: [MOBILE] })]);
  expect(again.rows.map(({ outcome }) => outcome)).toEqual(['made', 'same', 'same']);
  expect([again.customers, again.leads, again.contacts].map(({ length }) => length)).toEqual([
    ...[1, 1, 1],
  ]);
});

test('the same number under clearly another name is somebody beside him, of whom people decide (Q06)', () => {
  const landed = land([record({ name: '李四' }), record({ name: '李四' }), record()], [known()]);
  expect(landed.customers).toHaveLength(1);
  expect(landed.numbers).toMatchObject([{ customerId: 'id-1', identifies: false }]);
  expect(landed.pairs).toMatchObject([
    { left: 'id-1', right: 'old', why: 'other-name', leftNumber: MOBILE.number },
  ]);
  // Each is known by his name from then on.
  expect(landed.rows.map(({ customerId }) => customerId)).toEqual(['id-1', 'id-1', 'old']);
  expect(landed.rows[1]?.outcome).toBe('same');
});

test('a fixed number that nobody confirmed makes nobody the same', () => {
  const person = known({ numbers: [{ ...LANDLINE, confirmed: false }], name: '赵六' });
  const landed = land([record({ numbers: [LANDLINE] })], [person]);
  expect(landed.customers).toHaveLength(1);
  expect(landed.numbers[0]).toMatchObject({ identifies: false });
});

test('another number of his is added, if it is nobody else’s', () => {
  const other = known({ id: 'else', createdAt: 2, numbers: [{ ...OTHER, confirmed: true }] });
  const free = land([record({ numbers: [MOBILE, OTHER] })], [known()]);
  expect(free.numbers).toMatchObject([
    { customerId: 'old', number: OTHER.number, identifies: true },
  ]);
  const taken = land([record({ numbers: [MOBILE, OTHER] })], [known(), other]);
  expect(taken.numbers).toMatchObject([{ customerId: 'old', identifies: false }]);
});

test('his car is known by plate or VIN, and filled', () => {
  const car = {
    ...{ plate: '京A12345', vin: '', series: '', model: '', boughtOn: null, registeredOn: null },
    insuredUntil: null,
  };
  const persons = () => [known({ vehicles: [{ id: 'car', fields: { ...car } }] })];
  const same = land([record({ plate: '京A12345', vin: 'LSVAA49J132047371' })], persons());
  expect(same.vehicles).toEqual([]);
  expect(same.rows[0]?.made.fills).toEqual([
    { table: 'vehicle', id: 'car', values: { vin: 'LSVAA49J132047371' } },
  ]);
  expect(land([record({ plate: '京B12345' })], persons()).vehicles).toHaveLength(1);
});

test('a consultant whom the plan does not know is kept in the timeline', () => {
  const { contacts, leads } = land([record({ consultant: '离职者' })]);
  expect(leads[0]?.ownerId).toBeNull();
  expect(contacts[0]?.body).toBe('list.xlsx #2\nconsultant: 离职者');
});

test('a row that has landed before is passed over', () => {
  const landed = landRows([{ row: 2, record: record(), isKnown: true }], [], terms);
  expect(landed).toMatchObject({ customers: [], rows: [{ outcome: 'same', customerId: null }] });
});
