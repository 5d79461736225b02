import { identify } from '../../../../src/domain/lead/opening';

const caller = { callId: 'call', storeId: 'bj01', number: '+8613800000001', leadId: 'lead' };

test('an unknown caller with a number is opened as a lead (A19)', () => {
  const { identity, effects } = identify({ result: 'none' }, caller, 7);
  expect(identity).toEqual({ lookup: 'none', callerName: '', leadId: 'lead', customerId: null });
  expect(effects).toEqual([
    {
      type: 'journal.write',
      record: {
        kind: 'lead.opened',
        lead: {
          id: 'lead',
          storeId: 'bj01',
          number: '+8613800000001',
          source: 'inbound',
          openedByCall: 'call',
          openedAt: 7,
        },
      },
    },
  ]);
});

test.each([
  ['a withheld number', { result: 'none' }, ''],
  ['an unavailable look-up', { result: 'unavailable' }, caller.number],
  ['a known caller', { result: 'found', customerId: 'c', name: 'Li' }, caller.number],
] as const)('%s opens none', (_name, lookup, number) => {
  const { identity, effects } = identify(lookup, { ...caller, number }, 7);
  expect(identity.leadId).toBeNull();
  expect(effects).toEqual([]);
});

test('a known caller brings name, lead and customer', () => {
  const lookup = { result: 'found', leadId: 'l', customerId: 'c', name: 'Li' } as const;
  expect(identify(lookup, caller, 7).identity).toEqual({
    lookup: 'found',
    callerName: 'Li',
    leadId: 'l',
    customerId: 'c',
  });
});
