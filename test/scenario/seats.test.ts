import { referTarget } from '../../src/domain/call/refer-target';
import type { Plan, PlanPhone } from '../../src/domain/plan';
import { startCentre, type CentreOptions, type TestCentre } from '../support/centre/centre';
import { planWith } from '../support/centre/plan';
import { MORNING } from '../support/centre/clock';

const seat = (id: string): PlanPhone => ({
  ...{ id, kind: 'static', contact: `sip:${id}@127.0.0.1:5190` },
  ...{ autoReady: false, watch: true },
});

const CHEN = { id: 'chen', name: 'chen', post: 'supervisor', store: 'bj01', queues: [] } as const;

/** Bob and Dan have no phones of their own, Eve has; three seats stand in the room. */
function planOf(options: CentreOptions): Plan {
  const plan = planWith(options);
  const own = plan.phones.filter(({ person }) => person === 'eve');
  const people = [...plan.people, { ...CHEN, queues: [] }];
  return { ...plan, people, phones: [...own, seat('s1'), seat('s2'), seat('s3')] };
}

function room(options: CentreOptions = {}): TestCentre {
  const all = { agents: ['bob', 'dan', 'eve'], ...options };
  const centre = startCentre(all);
  centre.submit({ type: 'plan.applied', at: MORNING, plan: planOf(all) });
  return centre;
}

const dialled = (centre: TestCentre) =>
  centre.telephony.dials.map(({ to }) => (to.kind === 'phone' ? [to.agentId, to.phoneId] : []));

test('calls ring where he has signed in, and nowhere once he has signed out', () => {
  const centre = room();
  expect(centre.engine.ready('bob')).toBe('NOT_SIGNED_IN');
  expect(centre.engine.sit('bob', 's1')).toBeNull();
  expect(centre.engine.ready('bob')).toBeNull();
  expect(centre.agent('bob').view).toMatchObject({ seat: 's1', reachable: true });
  const alice = centre.call();
  centre.agent('bob').receivesOffer();
  expect(dialled(centre)).toEqual([['bob', 's1']]);
  alice.hangsUp();
  centre.engine.signOut('bob');
  expect(centre.agent('bob').view).toMatchObject({
    ...{ seat: null, reachable: false, intent: { is: 'logged-out' } },
    unreachable: { reason: 'no-phone' },
  });
  centre.call();
  expect(dialled(centre)).toHaveLength(1);
  expect(centre.bugs).toEqual([]);
});

test('who sits elsewhere is called there, and at his own phone again when he has come back', () => {
  const centre = room();
  const ring = () => {
    const alice = centre.call();
    centre.agent('eve').receivesOffer();
    alice.hangsUp();
    return dialled(centre).at(-1);
  };
  centre.engine.signIn('eve');
  centre.engine.ready('eve');
  expect(ring()).toEqual(['eve', 'phone-eve']);
  centre.engine.sit('eve', 's2');
  expect(ring()).toEqual(['eve', 's2']);
  centre.engine.sit('eve', 's3');
  expect(ring()).toEqual(['eve', 's3']);
  expect(centre.engine.sit('bob', 's2')).toBeNull();
  centre.engine.sit('eve', 'phone-eve');
  expect(ring()).toEqual(['eve', 'phone-eve']);
});

test("a seat is one person's until he or a supervisor of his store frees it", () => {
  const centre = room();
  centre.engine.sit('bob', 's1');
  expect(centre.engine.sit('dan', 's1')).toBe('SEAT_TAKEN');
  expect(centre.engine.sit('dan', 'phone-eve')).toBe('SEAT_TAKEN');
  expect(centre.engine.sit('dan', 's9')).toBe('NO_SUCH_PHONE');
  expect(centre.engine.sit('chen', 's2')).toBe('NOT_AN_AGENT');
  expect(centre.engine.freeSeat('dan', 's1')).toBe('SEAT_TAKEN');
  expect(centre.engine.freeSeat('dan', 's2')).toBe('NOBODY_THERE');
  expect(centre.engine.freeSeat('dan', 'phone-eve')).toBe('NOBODY_THERE');
  expect(centre.engine.freeSeat('dan', 's9')).toBe('NO_SUCH_PHONE');
  expect(centre.agent('bob').view.seat).toBe('s1');
  expect(centre.engine.freeSeat('chen', 's1')).toBeNull();
  expect(centre.agent('bob').view.seat).toBeNull();
  expect(centre.engine.sit('dan', 's1')).toBeNull();
  expect(centre.engine.freeSeat('dan', 's1')).toBeNull();
  expect(
    centre.journal.of('audit.noted').map(({ who, what, subject }) => [who, what, subject]),
  ).toEqual([
    ['chen', 'seat.freed', 's1 of bob'],
    ['dan', 'seat.freed', 's1 of dan'],
  ]);
});

test('what happened to the phone while nobody sat there is known to who sits down', () => {
  const centre = room();
  const lost = { type: 'phone.unreachable', at: MORNING, reason: 'no-answer' } as const;
  centre.submit({ ...lost, phoneId: 's1' });
  centre.engine.sit('bob', 's1');
  expect(centre.agent('bob').view.unreachable).toMatchObject({ reason: 'no-answer' });
  centre.submit({ type: 'phone.reachable', at: MORNING, phoneId: 's1' });
  expect(centre.agent('bob').view.reachable).toBe(true);
});

test('who is sent on to a seat is sent to who sits there', () => {
  const plan = planOf({ agents: ['bob'] });
  const whoSits = (id: string) => (id === 's1' ? 'bob' : undefined);
  expect(referTarget(plan, 's1', whoSits)).toEqual({ agent: 'bob' });
  expect(referTarget(plan, 's2', whoSits)).toBeNull();
});

test('he sits there after a restart, unless the plan has the seat no more', () => {
  const before = room();
  before.engine.sit('bob', 's1');
  before.engine.ready('bob');
  before.engine.sit('dan', 's2');
  before.engine.signOut('dan');
  const saved = before.journal.of('agent.saved').map(({ agent }) => [agent.id, agent] as const);
  const agents = [...new Map(saved).values()];
  const options = { agents: ['bob', 'dan', 'eve'], known: { agents } };
  const after = startCentre({ ...options, plan: planOf(options) });
  expect(after.agent('bob').view).toMatchObject({ seat: 's1', intent: { is: 'ready' } });
  expect(after.agent('dan').view.seat).toBeNull();
  after.call();
  after.agent('bob').receivesOffer();
  expect(dialled(after)).toEqual([['bob', 's1']]);
  const plan = planOf(options);
  const phones = plan.phones.filter(({ id }) => id !== 's1');
  after.submit({ type: 'plan.applied', at: MORNING, plan: { ...plan, phones } });
  expect(after.agent('bob').view).toMatchObject({ seat: null, reachable: false });
});
