import type { PlanMenu } from '../../src/domain/plan';
import { ALICE, CAROL, startCentre, type TestCentre } from '../support/centre/centre';
import { appFalls, appReturns } from '../support/centre/fall';

const MENU: PlanMenu = { afterSales: 'service', complaint: 'sales' };
const PEOPLE = { autoReady: ['bob'], service: ['sue'] };
const GREETING = 'greeting+recording-notice';
const SAID = 'menu-sales+menu-after-sales+menu-complaint+menu-repeat';

const open = (menu: PlanMenu = MENU, people: object = PEOPLE): TestCentre =>
  startCentre({ ...people, hotline: { menu } });

test('a caller is answered at once, greeted and asked; nobody is rung meanwhile', () => {
  const centre = open();
  const alice = centre.call();
  expect(alice.hears).toBe(`${GREETING}+${SAID}`);
  expect([alice.state, centre.telephony.rings, centre.telephony.dials]).toEqual([
    'routing',
    [],
    [],
  ]);
  expect(centre.engine.queues().map(({ waiting }) => waiting)).toEqual([0, 0]);
});

test.each([
  ['1', 'sales', 'bob', 'sales'],
  ['2', 'after-sales', 'sue', 'service'],
  ['3', 'complaint', 'bob', 'sales'],
])('%s is for %s: %s of %s is rung', (key, menu, agent, queueId) => {
  const centre = open();
  const alice = centre.call().presses(key);
  expect(alice.hears).toBe('music');
  expect(alice.record).toMatchObject({ menu, queueId, state: 'queued' });
  centre.agent(agent).picksUp();
  // He cut the notice short, and has it now.
  expect(alice.hears).toBe('recording-notice');
  const whisper = centre.media.plays.get(centre.agent(agent).leg ?? '')?.prompts;
  expect(whisper).toEqual(['store-call', `whisper-${menu}`]);
  alice.hearsToTheEnd();
  expect(alice.hears).toBe(agent);
  alice.hangsUp();
  expect(alice.record).toMatchObject({ outcome: 'talk', menu });
  expect(centre.bugs).toEqual([]);
});

test('nothing pressed is sales, after five seconds; who heard the notice has heard it', () => {
  const centre = open();
  const alice = centre.call().hearsToTheEnd();
  centre.clock.advance(4999);
  expect(alice.state).toBe('routing');
  centre.clock.advance(1);
  expect(alice.record.menu).toBe('sales');
  centre.agent('bob').picksUp();
  expect(alice.hears).toBe('bob');
});

test('a wrong key has it said once more, the second one is sales', () => {
  const centre = open();
  const alice = centre.call().presses('7');
  expect(alice.hears).toBe(`invalid-entry+${SAID}`);
  alice.presses('8');
  expect(alice.record.menu).toBe('sales');
});

test('what is not in the menu is a wrong key', () => {
  const alice = open({ complaint: 'sales' }).call();
  expect(alice.hears).toBe(`${GREETING}+menu-sales+menu-complaint+menu-repeat`);
  expect(alice.presses('2').hears).toMatch(/^invalid-entry/);
});

test('* has it said again, without the greeting, and not for ever', () => {
  const alice = open().call().presses('*');
  expect(alice.hears).toBe(SAID);
  alice.presses('****');
  expect([alice.hears, alice.state]).toEqual([SAID, 'routing']);
  alice.presses('*');
  expect(alice.record.menu).toBe('sales');
});

test('9 goes on in the other language, to the end of the call, and offers the first', () => {
  const centre = startCentre({ agents: ['bob'], hotline: { menu: { language: 'en' } } });
  centre.engine.signIn('bob');
  const alice = centre.call();
  const language = () => centre.media.plays.get(alice.legId)?.language;
  expect(alice.hears).toBe(`${GREETING}+menu-sales+in en,say menu-language+menu-repeat`);
  expect(language()).toBeUndefined();
  alice.presses('9');
  expect(alice.hears).toBe('menu-sales+in zh-CN,say menu-language+menu-repeat');
  expect(language()).toBe('en');
  alice.presses('1');
  expect([alice.hears, language()]).toEqual(['all-busy', 'en']);
});

test('who has chosen and must wait is told so, and then how he stands', () => {
  const centre = startCentre({ agents: ['bob'], hotline: { menu: MENU } });
  centre.engine.signIn('bob');
  const alice = centre.call().presses('1');
  expect(alice.hears).toBe('all-busy');
  alice.hearsToTheEnd();
  centre.clock.advance(20_000);
  expect(alice.heard.at(-1)).toMatch(/^position 1/);
});

test('a complaint stands before who came a minute earlier for something else', () => {
  const centre = open(MENU, { agents: ['bob'] });
  centre.engine.signIn('bob');
  const carol = centre.call({ from: CAROL }).presses('1');
  centre.clock.advance(60_000);
  const alice = centre.call({ from: ALICE }).presses('3');
  centre.engine.ready('bob');
  expect([alice.state, carol.state]).toEqual(['offered', 'queued']);
});

test('he stands in the line since he came, not since he chose', () => {
  const centre = open(MENU, { agents: ['bob'] });
  centre.engine.signIn('bob');
  const alice = centre.call();
  centre.clock.advance(3000);
  const carol = centre.call({ from: CAROL }).presses('1');
  centre.clock.advance(1000);
  alice.presses('1');
  centre.engine.ready('bob');
  expect([alice.state, carol.state]).toEqual(['offered', 'queued']);
});

test('who hangs up before he has chosen has left, and is called back', () => {
  const centre = open();
  const alice = centre.call();
  alice.hangsUp();
  expect(alice.record).toMatchObject({ outcome: 'left', state: 'closed' });
  expect(alice.record).not.toHaveProperty('menu');
  expect(centre.engine.promises()).toMatchObject([{ reason: 'abandoned', queueId: 'sales' }]);
  expect(centre.leftovers()).toEqual({ legs: [], recordings: [], calls: [], timers: [] });
});

test('where it cannot be played nobody is kept waiting for it', () => {
  const centre = open();
  const alice = centre.call();
  centre.media.fails(alice.legId);
  expect(alice.record.menu).toBe('sales');
  expect(centre.agent('bob').does).toBe('reserved');
});

test('nobody signed in for what he chose: he is told so and called back for it', () => {
  const centre = open(MENU, { autoReady: ['bob'], agents: [], service: [] });
  const alice = centre.call().presses('2');
  expect(alice.hears).toMatch(/^no-agents/);
  expect(alice.record.queueId).toBe('service');
});

test('an app that falls while he is asked loses nobody: he waits for sales', () => {
  const centre = open();
  const alice = centre.call();
  appFalls(centre);
  appReturns(centre);
  expect([alice.hears, alice.state]).toEqual(['music', 'offered']);
  centre.agent('bob').picksUp();
  alice.hearsToTheEnd();
  expect(alice.hears).toBe('bob');
});

test('an app that falls when he has chosen leaves him in the line that he chose', () => {
  const centre = open(MENU, { autoReady: ['bob'], service: ['sue'] });
  centre.call({ from: CAROL }).presses('2');
  centre.agent('sue').picksUp();
  const alice = centre.call().presses('2');
  appFalls(centre);
  appReturns(centre);
  expect(alice.record).toMatchObject({ menu: 'after-sales', queueId: 'service' });
});

test('the late look-up of who is still choosing counts in his line', () => {
  const centre = open(MENU, { agents: ['bob'] });
  centre.engine.signIn('bob');
  const carol = centre.call({ from: CAROL }).presses('1');
  centre.clock.advance(30_000);
  const alice = centre.call({ from: ALICE, lookup: { result: 'unavailable' } });
  centre.submit({
    ...{ type: 'lookup.completed', at: centre.now(), callId: alice.callId },
    lookup: { result: 'found', name: 'Alice', leadId: 'lead', level: 'H' },
  });
  alice.presses('1');
  centre.engine.ready('bob');
  expect([alice.state, carol.state]).toEqual(['offered', 'queued']);
});

test('a complaint keeps its head start over a restart', () => {
  const centre = open(MENU, { agents: ['bob', 'sue'] });
  for (const id of ['bob', 'sue']) centre.engine.signIn(id);
  const carol = centre.call({ from: CAROL }).presses('1');
  centre.clock.advance(30_000);
  const alice = centre.call({ from: ALICE }).presses('3');
  appFalls(centre);
  appReturns(centre);
  centre.engine.ready('sue');
  expect([alice.state, carol.state]).toEqual(['offered', 'queued']);
});

test('a hotline that is closed asks nothing', () => {
  const centre = open();
  centre.engine.orders.orderHotline('chen', '400', { until: null });
  expect(centre.call().hears).toMatch(/^no-agents/);
});
