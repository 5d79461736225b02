import { SALE_KINDS } from '../../../../src/domain/lead/sale-kind';
import { keptBy, saleKindOf, transferOf } from '../../../../src/domain/lead/steps';

const owner = (ownerId: string | null, way: string, reason = '') => ({ ownerId, way, reason });

test.each([
  ['nobody transferred it', [owner('wang', 'opened'), owner('li', 'handover')], null],
  ['by force', [owner('ca', 'opened'), owner('li', 'forced')], ['forced', 'ca']],
  [
    'in the evening meeting, and handed over since',
    [owner('ca', 'opened'), owner('li', 'evening-meeting'), owner('zhu', 'handover')],
    ['evening-meeting', 'ca'],
  ],
  [
    'twice: the last time counts',
    [
      owner('ca', 'opened'),
      owner('li', 'forced'),
      owner('cb', 'own'),
      owner('wu', 'evening-meeting'),
    ],
    ['evening-meeting', 'cb'],
  ],
  [
    'and back again, because that was undone',
    [owner('ca', 'opened'), owner('li', 'evening-meeting'), owner('ca', 'handover', 'undone')],
    null,
  ],
  ['from nobody, who has nothing of it', [owner(null, 'opened'), owner('li', 'forced')], null],
  ['as its first owner', [owner('li', 'forced')], null],
])('A34: a transferred lead: %s', (_what, owners, expected) => {
  const transfer = transferOf(owners);
  expect(transfer && [transfer.way, transfer.sourceId]).toEqual(expected);
});

test.each([
  [null, false, 'showroom'],
  ['inbound', false, 'non-showroom'],
  ['web', false, 'non-showroom'],
  ['showroom', false, 'showroom'],
  ['walk-in', false, 'showroom'],
  ['showroom', true, 'low-intent'],
  ['inbound', true, 'low-intent'],
])('a deal by a lead of source %s, transferred %s, is %s', (source, isTransferred, kind) => {
  const lead = source === null ? null : { source };
  expect(saleKindOf(lead, isTransferred)).toBe(kind);
  expect(SALE_KINDS).toContain(kind);
});

test('he came by the newest invitation that stands, or by himself', () => {
  const [old, young] = [
    { id: 'a', telemarketerId: 'wang' },
    { id: 'b', telemarketerId: 'li' },
  ];
  expect(keptBy([old, young])).toBe(young);
  expect(keptBy([])).toBeNull();
});
