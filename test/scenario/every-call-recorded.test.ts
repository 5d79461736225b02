import { ALICE, startCentre, type Agent, type TestCentre } from '../support/centre/centre';

let centre: TestCentre;
let bob: Agent;

beforeEach(() => {
  centre = startCentre({
    ...{ autoReady: ['bob', 'dan'], queue: { strategy: 'top-down', wrapUpSeconds: 0 } },
    ...{ hotline: { number: '4008001234', notice: 'none' }, numbers: { outsidePrefixes: ['9'] } },
  });
  bob = centre.agent('bob');
});

afterEach(() => {
  centre.clock.advance(120_000);
  expect(centre.bugs).toEqual([]);
  expect(centre.leftovers()).toEqual({ legs: [], recordings: [], calls: [], timers: [] });
});

const STRANGER = { result: 'none' } as const;
const LEAD = { result: 'found', name: 'Li', leadId: 'lead-7' } as const;
const CUSTOMER = { result: 'found', name: 'Li', customerId: 'customer-7' } as const;

/** What every file of the one call is filed by, and the call itself. */
function filed() {
  const call = centre.journal.of('call.saved').at(-1)!.call;
  const [opened] = centre.journal.of('lead.opened');
  const files = centre.journal
    .of('recording.saved')
    .filter(({ recording }) => recording.callId === call.id)
    .map(({ recording }) => ({ agentId: recording.agentId, leadId: recording.leadId }));
  return { files, leadId: call.leadId, customerId: call.customerId, opened: opened?.lead.id };
}

/** Of a customer the file is the call's, which is the customer's. */
const WHOSE = [
  ['a stranger', STRANGER, () => ({ leadId: filed().opened, customerId: null })],
  ['a lead', LEAD, () => ({ leadId: 'lead-7', customerId: null })],
  ['a customer', CUSTOMER, () => ({ leadId: null, customerId: 'customer-7' })],
] as const;

describe('every call of a telemarketer is recorded, and filed with the call and its lead or customer (A12)', () => {
  test.each(WHOSE)('in, of %s', (_, lookup, whose) => {
    const alice = centre.call({ to: '4008001234', lookup });
    bob.picksUp();
    centre.clock.advance(5000);
    alice.hangsUp();
    const { leadId, customerId } = whose();
    expect(filed()).toMatchObject({ leadId, customerId, files: [{ agentId: 'bob', leadId }] });
    expect(leadId ?? customerId).toBeTruthy();
  });

  test.each(WHOSE)('out, to %s', async (_, lookup, whose) => {
    expect(centre.engine.call('bob', { number: ALICE })).toMatchObject({ direction: 'outbound' });
    await centre.lookup.answer(lookup);
    bob.picksUp();
    const legId = centre.telephony.dials.find(({ to }) => to.kind === 'number')!.legId;
    centre.telephony.answered(legId);
    centre.clock.advance(5000);
    centre.telephony.end(legId, 'hangup');
    const { leadId, customerId } = whose();
    expect(filed()).toMatchObject({ leadId, customerId, files: [{ agentId: 'bob', leadId }] });
    expect(leadId ?? customerId).toBeTruthy();
  });

  test('each talk of a call that is sent on, by who talked', () => {
    const alice = centre.call({ to: '4008001234', lookup: LEAD });
    bob.picksUp();
    expect(centre.engine.transfer('bob', alice.callId, { agent: 'dan' })).toBeNull();
    centre.agent('dan').picksUp();
    alice.hangsUp();
    const { files } = filed();
    expect(files).toHaveLength(2);
    expect(files).toEqual(
      expect.arrayContaining(['bob', 'dan'].map((agentId) => ({ agentId, leadId: 'lead-7' }))),
    );
  });

  test('also of a caller who withholds his number: it is the call’s, and whoever listens finds him by it', () => {
    const alice = centre.call({ to: '4008001234', from: '' });
    bob.picksUp();
    alice.hangsUp();
    expect(filed()).toMatchObject({ files: [{ agentId: 'bob' }] });
  });
});
