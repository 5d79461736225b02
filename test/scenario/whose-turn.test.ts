import { CAROL, startCentre, type Agent, type TestCentre } from '../support/centre/centre';
import { appFalls, appReturns } from '../support/centre/fall';
import type { PlanQueue, Skills } from '../../src/domain/plan';

let centre: TestCentre;
let bob: Agent;
let dan: Agent;

function start(queue: Partial<PlanQueue> = {}, skills: Record<string, Skills> = {}): void {
  centre = startCentre({
    autoReady: ['bob', 'dan'],
    queue: { wrapUpSeconds: 0, ...queue },
    hotline: { notice: 'none' },
    skills,
  });
  [bob, dan] = [centre.agent('bob'), centre.agent('dan')];
}

afterEach(() => {
  expect(centre.bugs).toEqual([]);
  expect(centre.leftovers()).toEqual({ legs: [], recordings: [], calls: [], timers: [] });
});

const phones = () => [bob, dan].map(({ phone }) => phone);
const ofDan = { result: 'found', name: 'Alice', ownerId: 'dan' } as const;

describe('skills', () => {
  const wants = { wants: { volvo: 3 }, widen: [{ after: 20, wants: { volvo: 1 } }] };

  test('who does not suit is rung when what is wanted has widened, and not before', () => {
    start({ ...wants, ringSeconds: 30 }, { bob: { volvo: 1 }, dan: { volvo: 3 } });
    const alice = centre.call();
    const carol = centre.call({ from: CAROL });
    expect([phones(), alice.hears, carol.hears]).toEqual([
      ['silent', 'rings'],
      'ringing',
      'greeting+all-busy',
    ]);
    centre.clock.advance(19_999);
    expect(bob.phone).toBe('silent');
    centre.clock.advance(1);
    expect(bob.offer?.callId).toBe(carol.callId);
    for (const one of [alice, carol]) one.hangsUp();
  });

  test('a caller for whom nobody is left to widen waits on, and no timer runs', () => {
    start(wants);
    const alice = centre.call();
    centre.clock.advance(20_000);
    expect([alice.state, phones()]).toEqual(['queued', ['silent', 'silent']]);
    expect(centre.clock.armed()).toEqual([]);
    alice.hangsUp();
  });

  test('a plan that widens sooner counts at once for who waits', () => {
    start(wants, { bob: { volvo: 1 } });
    const alice = centre.call();
    const plan = centre.engine.plan();
    const queues = plan.queues.map((queue) => ({ ...queue, wants: { volvo: 1 } }));
    centre.submit({ type: 'plan.applied', at: centre.now(), plan: { ...plan, queues } });
    expect(bob.offer?.callId).toBe(alice.callId);
    alice.hangsUp();
  });
});

describe('the language of the caller', () => {
  const english = (queue: Partial<PlanQueue> = {}, skills: Record<string, Skills> = {}) => {
    centre = startCentre({
      autoReady: ['bob', 'dan'],
      queue: { wrapUpSeconds: 0, ...queue },
      hotline: { notice: 'none', menu: { language: 'en' } },
      skills: { dan: { en: 1 }, ...skills },
    });
    [bob, dan] = [centre.agent('bob'), centre.agent('dan')];
  };
  const presses = (keys: string, from = CAROL) => centre.call({ from }).presses(keys);

  test('who presses 9 is for who speaks English, and everybody else for whose turn it is', () => {
    english();
    const carol = presses('91');
    expect([phones(), carol.state]).toEqual([['silent', 'rings'], 'offered']);
    expect(dan.offer).toMatchObject({ why: { wanted: { en: 1 } } });
    const alice = presses('1', '');
    expect(bob.offer?.callId).toBe(alice.callId);
    for (const one of [alice, carol]) one.hangsUp();
  });

  test.each<[string, Partial<PlanQueue>, number]>([
    ['half a minute', {}, 30_000],
    ['as long as the queue says', { languageSeconds: 5 }, 5000],
    ['until the queue widens', { widen: [{ after: 12, wants: {} }] }, 12_000],
  ])('he waits for that one while he talks: %s', (_, queue, ms) => {
    english(queue);
    const first = presses('91', '');
    dan.picksUp();
    const carol = presses('91');
    expect([bob.phone, carol.state]).toEqual(['silent', 'queued']);
    centre.clock.advance(ms - 1);
    expect(bob.phone).toBe('silent');
    centre.clock.advance(1);
    expect(bob.offer?.callId).toBe(carol.callId);
    for (const one of [first, carol]) one.hangsUp();
  });

  test('he waits for nobody when that one goes, or there is none', () => {
    english();
    const first = presses('91', '');
    dan.picksUp();
    const carol = presses('91');
    expect(bob.phone).toBe('silent');
    centre.engine.notReady('dan', 'lunch');
    expect(bob.offer?.callId).toBe(carol.callId);
    for (const one of [first, carol]) one.hangsUp();
    expect(presses('91').hangsUp().record.offeredAt).not.toBeNull();
  });

  test('of a hotline that speaks it, too; with 9 in its menu Chinese is the usual again', () => {
    centre = startCentre({
      autoReady: ['bob', 'dan'],
      queue: { wrapUpSeconds: 0 },
      hotline: { notice: 'none', language: 'en', menu: { language: 'zh-CN' } },
      skills: { dan: { en: 1 } },
    });
    [bob, dan] = [centre.agent('bob'), centre.agent('dan')];
    const carol = presses('1');
    expect(dan.offer?.callId).toBe(carol.callId);
    const alice = presses('91', '');
    expect(bob.offer?.callId).toBe(alice.callId);
    for (const one of [alice, carol]) one.hangsUp();
  });
});

describe('the owner of the lead', () => {
  test('is rung first when he is free', () => {
    start();
    const alice = centre.call({ lookup: ofDan });
    expect(phones()).toEqual(['silent', 'rings']);
    alice.hangsUp();
  });

  test('is waited for while he talks; who waits hears so; then anybody has her', () => {
    start({ ownerSeconds: 15 });
    const carol = centre.call({ from: CAROL, lookup: ofDan });
    dan.picksUp();
    const alice = centre.call({ lookup: ofDan });
    expect([alice.state, bob.phone]).toEqual(['queued', 'silent']);
    centre.clock.advance(14_999);
    expect(bob.phone).toBe('silent');
    centre.clock.advance(1);
    expect(bob.offer?.callId).toBe(alice.callId);
    for (const one of [alice, carol]) one.hangsUp();
  });

  test('has her as soon as he is free', () => {
    start({ ownerSeconds: 15 });
    const carol = centre.call({ from: CAROL, lookup: ofDan });
    dan.picksUp();
    const alice = centre.call({ lookup: ofDan });
    carol.hangsUp();
    expect([dan.offer?.callId, bob.phone]).toEqual([alice.callId, 'silent']);
    alice.hangsUp();
  });

  test('is not waited for when he is not at work, nor once he let her pass', () => {
    start({ ownerSeconds: 15 });
    centre.engine.notReady('dan', 'lunch');
    const carol = centre.call({ from: CAROL, lookup: ofDan });
    expect(bob.phone).toBe('rings');
    carol.hangsUp();
    centre.engine.ready('dan');
    const alice = centre.call({ lookup: ofDan });
    dan.refuses();
    expect(bob.offer?.callId).toBe(alice.callId);
    alice.hangsUp();
    centre.clock.advance(5000);
  });

  test('is found by a late look-up, also after a restart', async () => {
    start({ ownerSeconds: 15 });
    centre.engine.notReady('bob', 'lunch');
    centre.engine.notReady('dan', 'lunch');
    const alice = centre.call({ lookup: { result: 'unavailable' } });
    appFalls(centre);
    appReturns(centre);
    await centre.lookup.answer(ofDan);
    centre.engine.ready('dan');
    expect(dan.offer?.callId).toBe(alice.callId);
    alice.hangsUp();
  });
});

describe('head starts', () => {
  test.each([
    ['level H', { level: 'H' as const }, 59_999, true],
    ['level H', { level: 'H' as const }, 60_001, false],
    ['an open complaint', { complaint: true as const }, 119_999, true],
    ['level A', { level: 'A' as const }, 1, false],
  ])('%s: %j overtakes who waited %i ms longer: %p', (_, facts, longer, overtakes) => {
    start();
    for (const { id } of [bob, dan]) centre.engine.notReady(id, 'lunch');
    const carol = centre.call({ from: CAROL });
    centre.clock.advance(longer);
    const alice = centre.call({ lookup: { result: 'found', name: 'Alice', ...facts } });
    expect(centre.engine.queues()).toMatchObject([{ longestWaitSince: carol.record.arrivedAt }]);
    centre.engine.ready('bob');
    expect(bob.offer?.callId).toBe((overtakes ? alice : carol).callId);
    for (const one of [alice, carol]) one.hangsUp();
  });

  test.each(['when she came', 'by a late look-up'])(
    'known %s: it holds over a restart, before anybody was looked up again',
    async (when) => {
      start();
      for (const { id } of [bob, dan]) centre.engine.notReady(id, 'lunch');
      const carol = centre.call({ from: CAROL });
      centre.clock.advance(30_000);
      const hot = { result: 'found', name: 'Alice', leadId: 'lead', level: 'H' } as const;
      const isLate = when !== 'when she came';
      const alice = centre.call({ lookup: isLate ? { result: 'unavailable' } : hot });
      if (isLate) await centre.lookup.answer(hot);
      appFalls(centre);
      appReturns(centre);
      centre.engine.ready('bob');
      expect(bob.offer?.callId).toBe(alice.callId);
      for (const one of [alice, carol]) one.hangsUp();
    },
  );
});

describe('who left and rings back', () => {
  beforeEach(() => {
    start({ returnMinutes: 2 });
    for (const { id } of [bob, dan]) centre.engine.notReady(id, 'lunch');
  });

  /** Alice leaves, Carol comes, Alice rings back; whom Bob is offered. */
  function whoIsFirst(awayMs: number, meanwhile: () => void = () => undefined): string {
    const alice = centre.call();
    centre.clock.advance(10_000);
    alice.hangsUp();
    const carol = centre.call({ from: CAROL });
    meanwhile();
    centre.clock.advance(awayMs);
    const again = centre.call();
    centre.engine.ready('bob');
    const first = bob.offer?.callId === again.callId ? 'alice' : 'carol';
    for (const one of [again, carol]) one.hangsUp();
    return first;
  }

  test('has the old place back', () => expect(whoIsFirst(120_000)).toBe('alice'));
  test('too late, and is the last', () => expect(whoIsFirst(120_001)).toBe('carol'));

  test('also when the app was restarted meanwhile', () => {
    const restart = () => {
      appFalls(centre);
      appReturns(centre);
    };
    expect(whoIsFirst(60_000, restart)).toBe('alice');
  });

  test.each([0, 180_000])('also when the app is restarted after she waited %i ms again', (ms) => {
    const since = centre.now();
    centre.call().hangsUp();
    centre.clock.advance(30_000);
    const again = centre.call();
    centre.clock.advance(ms);
    appFalls(centre);
    appReturns(centre);
    expect(centre.engine.queues()).toMatchObject([{ waiting: 1, longestWaitSince: since }]);
    again.hangsUp();
  });

  test('once: after a talk she is a caller like others', () => {
    centre.call().hangsUp();
    const talks = centre.call();
    centre.engine.ready('bob');
    bob.picksUp();
    talks.hangsUp();
    centre.engine.notReady('bob', 'lunch');
    const now = centre.now();
    const third = centre.call();
    expect(centre.engine.queues()).toMatchObject([{ longestWaitSince: now }]);
    third.hangsUp();
  });

  test('nobody is known by a withheld number', () => {
    centre.call({ from: '' }).hangsUp();
    centre.clock.advance(1000);
    const now = centre.now();
    const other = centre.call({ from: '' });
    expect(centre.engine.queues()).toMatchObject([{ longestWaitSince: now }]);
    other.hangsUp();
  });
});
