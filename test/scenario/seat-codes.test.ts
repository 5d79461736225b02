import type { Plan, PlanPhone } from '../../src/domain/plan';
import { NOTICE } from '../../src/domain/sign-in/acknowledgement';
import { startCentre, type TestCentre } from '../support/centre/centre';
import { planWith } from '../support/centre/plan';

const seat = (id: string): PlanPhone => ({
  ...{ id, kind: 'static', contact: `sip:${id}@127.0.0.1:5190`, autoReady: false, watch: true },
});

/** Bob (1001) and Dan (1002) have no phones of their own; two seats stand in the room. */
function planOf(): Plan {
  const plan = planWith({ agents: ['bob', 'dan'] });
  const people = plan.people.map((one, i) => ({ ...one, extension: `100${i + 1}` }));
  return { ...plan, people, phones: [seat('s1'), seat('s2')] };
}

let centre: TestCentre;

beforeEach(() => {
  centre = startCentre({ plan: planOf() });
  centre.pins.known = { bob: '2468', dan: '1357' };
});

afterEach(() => {
  expect(centre.bugs).toEqual([]);
  centre.clock.advance(120_000);
  expect(centre.leftovers()).toEqual({ legs: [], recordings: [], calls: [], timers: [] });
});

/** The phone dials; its leg. */
function dials(phoneId: string, number: string): string {
  const [ownLegId, callId, legId] = [centre.id(), centre.id(), centre.id()];
  const others = { recordingId: 'r', entryId: 'e', leadId: 'l', promiseId: 'p' };
  centre.telephony.arrives(ownLegId);
  centre.submit({
    ...{ type: 'phone.dialled', at: centre.now(), phoneId, number },
    ids: { ...others, callId, ownLegId, legId },
  });
  return ownLegId;
}

const hears = (legId: string) => centre.media.plays.get(legId)?.prompts.join('+') ?? 'nothing';
async function enters(legId: string, keys: string): Promise<void> {
  for (const key of keys)
    centre.submit({ type: 'key.pressed', at: centre.now(), callId: '', legId, key });
  await new Promise(setImmediate);
}
const lives = (legId: string) => centre.telephony.legs.has(legId);
const audit = () => centre.journal.of('audit.noted').map((one) => [one.who, one.what, one.subject]);
const view = (id: string) => centre.agent(id).view;

test('he sits there, is ready and is called there, once his PIN is right', async () => {
  const leg = dials('s1', '*111001');
  expect([hears(leg), centre.media.listened]).toEqual(['beep', [leg]]);
  await enters(leg, '99*2468#');
  expect(hears(leg)).toBe('beep+beep');
  centre.media.finish(leg);
  expect(lives(leg)).toBe(false);
  expect(view('bob')).toMatchObject({ seat: 's1', intent: { is: 'ready' } });
  expect(audit()).toEqual([['s1', 'seat.taken', 'bob']]);
  const alice = centre.call();
  centre.clock.advance(1000);
  expect(centre.telephony.dials.at(-1)?.to).toMatchObject({ agentId: 'bob', phoneId: 's1' });
  alice.hangsUp();
});

test('a phone fills in no form: who signed in there goes on, until he sits at a desktop', async () => {
  await enters(dials('s1', '*111001'), '2468#');
  const talk = () => {
    const alice = centre.call();
    centre.clock.advance(1000);
    centre.agent('bob').picksUp();
    alice.hangsUp();
    centre.clock.advance(31_000);
    return centre.journal.of('form.saved').at(-1)?.form.falls;
  };
  expect([talk(), view('bob').intent]).toEqual([true, { is: 'ready' }]);
  centre.engine.notReady('bob', 'lunch');
  centre.engine.ready('bob');
  expect([talk(), view('bob').intent]).toMatchObject([false, { reason: 'wrap-up overdue' }]);
});

test('a wrong PIN is told, asked again twice, and audited; nobody sits there', async () => {
  const leg = dials('s1', '*111001');
  for (const said of ['invalid-entry+beep', 'invalid-entry+beep', 'invalid-entry']) {
    await enters(leg, '0000#');
    expect(hears(leg)).toBe(said);
  }
  centre.media.finish(leg);
  expect([lives(leg), view('bob').seat]).toEqual([false, null]);
  expect(audit()).toEqual(Array.from({ length: 3 }, () => ['s1', 'seat.pin-wrong', 'bob']));
});

test('after six in a row, from whatever phones, not even the right one helps for a while', async () => {
  const tries = async (phoneId: string, pin: string, times: number) => {
    const leg = dials(phoneId, '*111001');
    for (let i = 0; i < times; i += 1) await enters(leg, `${pin}#`);
    const heard = hears(leg);
    centre.media.finish(leg);
    return heard;
  };
  await tries('s1', '0000', 3);
  await tries('s2', '1111', 3);
  expect(centre.push.of('alarm.raised')).toMatchObject([
    { alarm: { code: 'SEAT_PIN_BLOCKED', storeId: 'bj01' } },
  ]);
  expect(await tries('s1', '2468', 1)).toBe('invalid-entry');
  expect([view('bob').seat, centre.push.of('alarm.raised').length]).toEqual([null, 1]);
  centre.clock.advance(15 * 60_000);
  expect(await tries('s1', '2468', 1)).toBe('beep+beep');
});

test.each([
  ['an extension that nobody has', '*119999', '2468'],
  ['another one’s PIN', '*111002', '2468'],
  ['none', '*111001', ''],
])('%s is a wrong PIN', async (_what, code, pin) => {
  const leg = dials('s1', code);
  expect(hears(leg)).toBe('beep');
  await enters(leg, `${pin}#`);
  expect(hears(leg)).toBe('invalid-entry+beep');
  expect(audit()).toHaveLength(1);
  centre.telephony.end(leg, 'hangup');
});

test('a seat that is taken stays so, and that is audited', async () => {
  expect(centre.engine.sit('dan', 's1')).toBeNull();
  const leg = dials('s1', '*111001');
  await enters(leg, '2468#');
  expect([hears(leg), view('dan').seat]).toEqual(['invalid-entry', 's1']);
  expect(audit()).toEqual([['s1', 'seat.refused SEAT_TAKEN', 'bob']]);
});

test('who sits there signs out by code; where nobody sits that is refused', () => {
  centre.engine.sit('dan', 's1');
  expect(hears(dials('s1', '*12'))).toBe('beep+beep');
  expect(view('dan')).toMatchObject({ seat: null, intent: { is: 'logged-out' } });
  expect(audit()).toEqual([['dan', 'seat.freed', 's1 of dan']]);
  expect(hears(dials('s2', '*12'))).toBe('invalid-entry');
});

test('who has first to acknowledge that he is recorded is refused, and his supervisors told; then he is ready', async () => {
  centre.submit({
    ...{ type: 'plan.applied', at: centre.now() },
    plan: { ...planOf(), signIn: { acknowledge: true } },
  });
  const leg = dials('s1', '*111001');
  await enters(leg, '2468#');
  expect(hears(leg)).toBe('invalid-entry');
  expect(view('bob')).toMatchObject({ seat: null, intent: { is: 'logged-out' } });
  expect(audit()).toEqual([['s1', 'seat.refused NOTICE_UNREAD', 'bob']]);
  expect(centre.push.of('alarm.raised')).toMatchObject([
    { alarm: { code: 'SEAT_NOTICE_UNREAD', storeId: 'bj01', detail: 'bob: at phone s1' } },
  ]);
  await centre.acknowledged.add('bob', NOTICE.version);
  await enters(dials('s1', '*111001'), '2468#');
  expect(view('bob')).toMatchObject({ seat: 's1', intent: { is: 'ready' } });
});

test('who is ready already is not asked when he moves to another seat', async () => {
  await enters(dials('s1', '*111001'), '2468#');
  centre.submit({
    ...{ type: 'plan.applied', at: centre.now() },
    plan: { ...planOf(), signIn: { acknowledge: true } },
  });
  await enters(dials('s2', '*111001'), '2468#');
  expect(view('bob')).toMatchObject({ seat: 's2', intent: { is: 'ready' } });
});

test('a wrong PIN tells nobody whether he has acknowledged', async () => {
  centre.submit({
    ...{ type: 'plan.applied', at: centre.now() },
    plan: { ...planOf(), signIn: { acknowledge: true } },
  });
  const leg = dials('s1', '*111001');
  await enters(leg, '0000#');
  expect([hears(leg), audit()]).toEqual(['invalid-entry+beep', [['s1', 'seat.pin-wrong', 'bob']]]);
  centre.telephony.end(leg, 'hangup');
});

test('a database that is away counts as no wrong PIN', async () => {
  centre.pins.known = null;
  const leg = dials('s1', '*111001');
  await enters(leg, '2468#');
  expect([hears(leg), audit()]).toEqual(['invalid-entry', []]);
});

test('who enters nothing is hung up, and who hangs up leaves nothing', () => {
  const silent = dials('s1', '*111001');
  centre.telephony.end(dials('s2', '*111002'), 'hangup');
  centre.clock.advance(60_000);
  expect([lives(silent), centre.media.closed.length]).toEqual([false, 2]);
});
