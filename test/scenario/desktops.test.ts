import { CAROL, startCentre, type Agent, type TestCentre } from '../support/centre/centre';
import { appFalls, appReturns } from '../support/centre/fall';

let centre: TestCentre;
let bob: Agent;

const TEN = Array.from({ length: 10 }, (_, n) => `a${n}`);
const READY = { is: 'ready' };
const LOST = { is: 'not-ready', reason: 'desktop-lost' };

function start(options: object = { agents: ['bob'] }): void {
  centre = startCentre({ hotline: { notice: 'none' }, ...options });
  bob = centre.agent('bob');
}

const startTen = (): Agent[] => {
  start({ agents: TEN });
  return TEN.map((id) => centre.agent(id).atWork());
};

const alarms = (): string[] => centre.push.of('alarm.raised').map(({ alarm }) => alarm.code);

const intents = (agents: readonly Agent[]): string[] =>
  agents.map(({ view }) => (view.intent.is === 'not-ready' ? view.intent.reason : view.intent.is));

afterEach(() => expect(centre.bugs).toEqual([]));

describe('a lost desktop', () => {
  test('has 20 s; meanwhile the phone rings at once, without a pop, and supervisors see that', () => {
    start();
    bob.atWork().losesDesktop();
    expect(bob.view).toMatchObject({ intent: READY, desktop: { state: 'lost', answers: false } });
    const alice = centre.call();
    expect(bob.phone).toBe('rings');
    expect(bob.offer).toMatchObject({ noPop: true });
    expect(centre.push.of('call.updated').at(-1)?.call).toMatchObject({ noPop: true });
    bob.picksUp();
    alice.hangsUp();
    expect(alice.record).toMatchObject({ outcome: 'talk', noPop: true });
    expect(centre.journal.of('offer.saved').at(-1)?.offer).toMatchObject({ noPop: true });
  });

  test('that does not come back in time makes its agent not ready, and says why', () => {
    start();
    bob.atWork().losesDesktop();
    centre.clock.advance(19_999);
    expect(bob.view.intent).toEqual(READY);
    centre.clock.advance(1);
    expect(bob.view).toMatchObject({ intent: LOST, desktop: { state: 'none' } });
    const told = centre.push.of('agent.updated').at(-1)?.agent;
    expect(told).toMatchObject({ id: 'bob', intent: LOST });
    expect(told?.reasonText?.zh).toMatch(/工作台/);
    const alice = centre.call();
    expect([alice.state, bob.phone]).toEqual(['queued', 'silent']);

    // He says "ready" himself, from the page that he has opened again.
    bob.opensDesktop();
    expect([bob.view.intent, bob.phone]).toEqual([LOST, 'silent']);
    centre.engine.ready('bob');
    expect(bob.offer).toMatchObject({ callId: alice.callId });
    expect(bob.offer).not.toHaveProperty('noPop');
  });

  test('that comes back in time was never away', () => {
    start();
    bob.atWork().losesDesktop();
    centre.clock.advance(19_999);
    bob.opensDesktop();
    centre.clock.advance(60_000);
    expect(bob.view).toMatchObject({ intent: READY, desktop: { state: 'open', answers: true } });
    const alice = centre.call();
    expect(bob.phone).toBe('silent');
    bob.receivesOffer().picksUp();
    expect(alice.record).not.toHaveProperty('noPop');
    expect(centre.leftovers().timers.filter((name) => name.startsWith('desktop'))).toEqual([]);
  });

  test('is none while another page is open', () => {
    start();
    bob.atWork().opensDesktop().losesDesktop();
    centre.clock.advance(60_000);
    expect(bob.view.intent).toEqual(READY);
    centre.call();
    expect(bob.phone).toBe('silent');
    bob.losesDesktop();
    centre.clock.advance(20_000);
    // His phone rings meanwhile: it takes effect once that is over.
    centre.clock.advance(60_000);
    expect(bob.view.intent).toEqual(LOST);
  });

  test('in a talk ends no talk; its agent is not ready after it', () => {
    start({ agents: ['bob'], queue: { wrapUpSeconds: 0 } });
    bob.atWork();
    const alice = centre.call();
    bob.receivesOffer().picksUp().losesDesktop();
    centre.clock.advance(20_000);
    expect([bob.view.intent, bob.talksWith]).toEqual([READY, 'caller']);
    alice.hangsUp();
    expect(bob.view.intent).toEqual(LOST);
  });

  test('of who has an autoReady phone, or never had one, means nothing', () => {
    start({ autoReady: ['bob'], agents: ['dan'] });
    bob.opensDesktop().losesDesktop();
    centre.engine.signIn('dan');
    centre.engine.ready('dan');
    centre.clock.advance(60_000);
    expect(intents([bob, centre.agent('dan')])).toEqual(['ready', 'ready']);
    centre.call();
    expect(bob.offer).not.toHaveProperty('noPop');
    centre.call({ from: CAROL });
    expect(centre.agent('dan').offer).toMatchObject({ noPop: true });
  });

  test('is seen of somebody whom a later plan makes an agent, too', () => {
    start({ agents: ['bob', 'dan'] });
    const { plan } = centre;
    const people = plan.people.map((one) => (one.id === 'bob' ? { ...one, queues: [] } : one));
    centre.submit({ type: 'plan.applied', at: centre.now(), plan: { ...plan, people } });
    bob.opensDesktop();
    centre.submit({ type: 'plan.applied', at: centre.now(), plan });
    expect(bob.view.desktop.state).toBe('open');
  });
});

describe('a desktop that misses receipts', () => {
  const ringsOut = (waitsMs = 150): void => centre.clock.advance(waitsMs + 20_000 + 5000);

  test('is not waited for after two in a row, until it confirms one in time', () => {
    start({ agents: ['bob'], queue: { missesToPause: 0 } });
    bob.atWork();
    centre.call();
    const waits: boolean[] = [];
    for (let offer = 0; offer < 3; offer += 1) {
      waits.push(bob.phone === 'silent');
      if (offer < 2) ringsOut();
    }
    expect(waits).toEqual([true, true, false]);
    expect(bob.view.desktop).toMatchObject({ state: 'open', answers: false });
    // It is there: the pop is sent all the same.
    expect(bob.offer).not.toHaveProperty('noPop');
    bob.receivesOffer();
    expect(bob.view.desktop.answers).toBe(true);
    ringsOut(0);
    expect(bob.phone).toBe('silent');
  });

  test('is waited for again when the page is opened anew', () => {
    start({ agents: ['bob'], queue: { missesToPause: 0 } });
    bob.atWork();
    centre.call();
    ringsOut();
    ringsOut();
    bob.losesDesktop().opensDesktop();
    ringsOut(0);
    expect([bob.phone, bob.does]).toEqual(['silent', 'reserved']);
  });
});

describe('many desktops that go at once', () => {
  test('are a fault of ours: an alarm, and everybody stays ready', () => {
    const agents = startTen();
    for (const agent of agents.slice(0, 3)) agent.losesDesktop();
    expect(alarms()).toEqual([]);
    centre.clock.advance(4999);
    for (const agent of agents.slice(3)) agent.losesDesktop();
    expect(alarms()).toEqual(['DESKTOPS_GONE']);
    expect(centre.journal.of('alarm.raised').map(({ code }) => code)).toEqual(['DESKTOPS_GONE']);
    centre.clock.advance(120_000);
    expect(new Set(intents(agents))).toEqual(new Set(['ready']));
    centre.call();
    expect(agents.some(({ phone }) => phone === 'rings')).toBe(true);
    expect(alarms()).toEqual(['DESKTOPS_GONE']);
  });

  test('and come back: who does not has a grace of his own then', () => {
    const agents = startTen();
    for (const agent of agents) agent.losesDesktop();
    centre.clock.advance(60_000);
    for (const agent of agents.slice(0, 6)) agent.opensDesktop();
    expect(alarms()).toEqual(['DESKTOPS_GONE']);
    agents[6]!.opensDesktop();
    expect(alarms()).toEqual(['DESKTOPS_GONE', 'DESKTOPS_BACK']);
    centre.clock.advance(19_999);
    expect(new Set(intents(agents))).toEqual(new Set(['ready']));
    centre.clock.advance(1);
    expect(intents(agents.slice(6))).toEqual(['ready', ...Array(3).fill('desktop-lost')]);
  });

  test('one after the other are their people’s affair', () => {
    const agents = startTen();
    for (const agent of agents.slice(0, 4)) {
      agent.losesDesktop();
      centre.clock.advance(2000);
    }
    expect(alarms()).toEqual([]);
    centre.clock.advance(20_000);
    expect(intents(agents.slice(0, 5))).toEqual([...Array(4).fill('desktop-lost'), 'ready']);
  });
});

describe('an app that starts anew', () => {
  test('gives every desktop its grace again, and an old one runs out no more', () => {
    const agents = startTen();
    agents[0]!.losesDesktop();
    centre.clock.advance(15_000);
    appFalls(centre);
    centre.desktops.delete('a1');
    appReturns(centre);
    expect(agents.slice(0, 3).map(({ view }) => view.desktop.state)).toEqual([
      ...['lost', 'lost', 'open'],
    ]);
    centre.call();
    centre.clock.advance(19_999);
    expect(new Set(intents(agents))).toEqual(new Set(['ready']));
    agents[0]!.opensDesktop();
    centre.clock.advance(1);
    expect(intents(agents.slice(0, 3))).toEqual(['ready', 'desktop-lost', 'ready']);
    expect(alarms()).toEqual([]);
  });

  test('to which more than 30 % do not come back has a fault of its own', () => {
    const agents = startTen();
    appFalls(centre);
    for (const id of TEN.slice(0, 4)) centre.desktops.delete(id);
    appReturns(centre);
    expect(alarms()).toEqual([]);
    centre.clock.advance(20_000);
    expect(alarms()).toEqual(['DESKTOPS_GONE']);
    centre.clock.advance(60_000);
    expect(new Set(intents(agents))).toEqual(new Set(['ready']));
    agents[0]!.opensDesktop();
    expect(alarms()).toEqual(['DESKTOPS_GONE', 'DESKTOPS_BACK']);
    centre.clock.advance(20_000);
    expect(intents(agents.slice(0, 4))).toEqual(['ready', ...Array(3).fill('desktop-lost')]);
  });

  test('ends what the one before told of many, when enough are back', () => {
    const agents = startTen();
    for (const agent of agents) agent.losesDesktop();
    appFalls(centre);
    appReturns(centre);
    for (const agent of agents.slice(0, 6)) agent.opensDesktop();
    expect(alarms()).toEqual(['DESKTOPS_GONE']);
    agents[6]!.opensDesktop();
    expect(alarms()).toEqual(['DESKTOPS_GONE', 'DESKTOPS_BACK']);
  });

  test('ends it at once where nobody is ready any more', () => {
    const agents = startTen();
    for (const agent of agents) agent.losesDesktop();
    for (const agent of agents) centre.engine.signOut(agent.id);
    appFalls(centre);
    appReturns(centre);
    expect(alarms()).toEqual(['DESKTOPS_GONE', 'DESKTOPS_BACK']);
  });

  test('waits for nobody who was ready without a desktop', () => {
    start();
    centre.engine.signIn('bob');
    centre.engine.ready('bob');
    appFalls(centre);
    appReturns(centre);
    centre.clock.advance(60_000);
    expect(bob.view.intent).toEqual(READY);
  });

  test('keeps the mark of a talk that began without a pop', () => {
    start();
    bob.atWork().losesDesktop();
    const alice = centre.call();
    bob.picksUp();
    appFalls(centre);
    appReturns(centre);
    alice.hangsUp();
    expect(alice.record).toMatchObject({ outcome: 'talk', noPop: true });
  });
});
