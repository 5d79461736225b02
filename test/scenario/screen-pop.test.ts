import type { Contact } from '../../src/domain/lead/caller-card';
import type { Lookup } from '../../src/domain/events';
import { ALICE, CAROL, startCentre, type TestCentre } from '../support/centre/centre';
import { appFalls, appReturns } from '../support/centre/fall';

/** What an agent is shown of his caller, before his phone rings or as soon as it is known. */
let centre: TestCentre;

const start = (): void => {
  centre = startCentre({
    agents: ['bob', 'dan'],
    hotline: { notice: 'none' },
    queue: { form: 'none' },
  });
};

afterEach(() => expect(centre.bugs).toEqual([]));

const contact = (n: number): Contact => ({
  ...{ callId: `earlier-${n}`, at: 9 - n, direction: 'inbound', outcome: 'talk', talkMs: 1000 },
  agent: { agentId: 'dan', name: 'Dan' },
});
const CONTACTS = [1, 2, 3, 4, 5, 6].map(contact);

const MRS_LI: Lookup = {
  ...{ result: 'found', leadId: 'lead-7', name: 'Mrs Li', source: 'web', level: 'H' },
  ...{ ownerId: 'dan', ownerName: 'Dan', contacts: CONTACTS },
};
const CARD = {
  ...{ lookup: 'found', name: 'Mrs Li', leadId: 'lead-7', level: 'H', source: 'web' },
  ...{ owner: { agentId: 'dan', name: 'Dan' }, contacts: CONTACTS.slice(0, 5) },
};

test('a known caller: his lead, its owner, the last contacts, and why he', () => {
  start();
  const bob = centre.agent('bob').atWork();
  centre.call({ lookup: MRS_LI });
  expect(bob.offer).toMatchObject({ ...CARD, promises: [], why: { by: 'turn' } });
  expect(bob.phone).toBe('silent');
  expect(centre.push.of('offer.created')[0]?.offer).toEqual(bob.offer);
});

test('an unknown number: an empty lead with the number filled in (A19)', () => {
  start();
  const bob = centre.agent('bob').atWork();
  centre.call({ lookup: { result: 'none', contacts: CONTACTS.slice(0, 1) } });
  const [opened] = centre.journal.of('lead.opened');
  expect(opened?.lead).toMatchObject({ number: ALICE, source: 'inbound' });
  expect(bob.offer).toMatchObject({
    ...{ lookup: 'none', from: ALICE, name: '', leadId: opened?.lead.id, source: 'inbound' },
    ...{ level: null, owner: null, contacts: CONTACTS.slice(0, 1) },
  });
});

test('an owner who is in no plan any more is shown by his id', () => {
  start();
  const bob = centre.agent('bob').atWork();
  centre.call({ lookup: { result: 'found', leadId: 'lead-7', name: '', ownerId: 'gone' } });
  expect(bob.offer?.owner).toEqual({ agentId: 'gone', name: 'gone' });
});

test('whose lead he is stands in what he is promised', () => {
  start();
  centre.call({ lookup: MRS_LI }).hangsUp();
  expect(centre.push.of('promise.updated').at(-1)?.promise).toMatchObject({ ownerId: 'dan' });
});

test('what he has been promised, and nobody else; not once he is talked with', () => {
  start();
  centre.call().hangsUp();
  centre.call({ from: CAROL }).hangsUp();
  const promised = centre.engine.promises().find(({ number }) => number === ALICE);
  const bob = centre.agent('bob').atWork();
  const alice = centre.call();
  const { id, hotline, queueId, reason, openedAt, dueAt } = promised!;
  const promises = [{ id, hotline, queueId, reason, openedAt, dueAt }];
  expect(bob.offer?.promises).toEqual(promises);
  bob.receivesOffer().picksUp();
  // What his screen was told stays true: it was owed when he called.
  expect(centre.engine.callers('bob')).toMatchObject([{ callId: alice.callId, promises }]);
  alice.hangsUp();
  centre.engine.wrapUp('bob');
  centre.call();
  expect(bob.offer?.promises).toEqual([]);
});

describe('what is known late', () => {
  const toldTo = () => centre.push.of('caller.updated').map(({ agentIds }) => agentIds);

  test('goes to everybody who is offered the call', async () => {
    centre = startCentre({ agents: ['bob', 'dan'], queue: { strategy: 'ring-all' } });
    const [bob] = ['bob', 'dan'].map((id) => centre.agent(id).atWork());
    const alice = centre.call({ lookup: { result: 'unavailable' } });
    expect(bob?.offer).toMatchObject({ lookup: 'unavailable', name: '', contacts: [] });
    await centre.lookup.answer(MRS_LI);
    expect(toldTo()).toEqual([['bob', 'dan']]);
    expect(centre.push.of('caller.updated')[0]?.caller).toMatchObject({
      ...CARD,
      callId: alice.callId,
    });
    expect(bob?.offer).toMatchObject(CARD);
    expect(centre.push.of('call.updated').at(-1)?.call).toMatchObject({ leadId: 'lead-7' });
  });

  test('goes to the agent of the talk, and to whom he asks', async () => {
    start();
    const [bob] = ['bob', 'dan'].map((id) => centre.agent(id).atWork());
    const alice = centre.call({ lookup: { result: 'unavailable' } });
    bob!.receivesOffer().picksUp();
    expect(centre.engine.consult('bob', alice.callId, { agent: 'dan' })).toBeNull();
    await centre.lookup.answer(MRS_LI);
    expect(toldTo()).toEqual([['bob', 'dan']]);
  });

  test('goes to who called him', async () => {
    start();
    centre.agent('bob').atWork();
    centre.engine.call('bob', { number: '13800000001' });
    await centre.lookup.answer(MRS_LI);
    expect(toldTo()).toEqual([['bob']]);
  });

  test('goes to nobody while nobody has him, or when he is gone', async () => {
    start();
    const alice = centre.call({ lookup: { result: 'unavailable' } });
    await centre.lookup.answer({ result: 'unavailable' });
    alice.hangsUp();
    centre.clock.advance(5000);
    await centre.lookup.answer(MRS_LI);
    expect(toldTo()).toEqual([]);
  });

  test('is never the call itself as a contact', async () => {
    start();
    const bob = centre.agent('bob').atWork();
    const alice = centre.call({ lookup: { result: 'unavailable' } });
    const itself = { ...contact(0), callId: alice.callId, outcome: null };
    await centre.lookup.answer({ result: 'none', contacts: [itself, contact(1)] });
    expect(bob.offer?.contacts).toEqual([contact(1)]);
  });
});

test('after a fall of the app whoever talks is shown again with whom', async () => {
  start();
  centre.call().hangsUp();
  const bob = centre.agent('bob').atWork();
  centre.call({ lookup: MRS_LI });
  bob.receivesOffer().picksUp();
  appFalls(centre);
  appReturns(centre);
  await centre.lookup.answer(MRS_LI);
  expect(centre.push.of('caller.updated').at(-1)).toMatchObject({
    agentIds: ['bob'],
    caller: CARD,
  });
  expect(centre.engine.callers('bob')).toMatchObject([CARD]);
});

test('after a fall of the app a caller who waits still has what he was promised', () => {
  start();
  centre.call().hangsUp();
  const bob = centre.agent('bob').atWork();
  centre.engine.notReady('bob', 'lunch');
  const alice = centre.call();
  appFalls(centre);
  appReturns(centre);
  centre.engine.ready('bob');
  expect(bob.offer).toMatchObject({ callId: alice.callId, promises: [{ hotline: '400' }] });
});

test('numbers and names are in no log', () => {
  start();
  const bob = centre.agent('bob').atWork();
  const alice = centre.call({ lookup: MRS_LI });
  bob.receivesOffer().picksUp();
  alice.hangsUp();
  expect(JSON.stringify(centre.logged)).not.toMatch(/Mrs Li|1380000/);
});
