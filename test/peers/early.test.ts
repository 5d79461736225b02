/**
 * Step 2 of the ladder where the carrier lets callers hear us before our answer without charge, on the started product:
 * both telemarketers talk, and who calls hears greeting and music by a 183; he is answered with the same SDP a minute
 * after he came, or by the next app when this one is killed. Sound is measured before and after the 200.
 */
import { Dealership, picksUp, type Party } from '../support/dealership';
import { hearEachOther, hearsMusic } from '../support/desk-talk';
import { onlyOurs } from '../support/needs';
import type { TestPlan } from '../support/plan';
import { likeness } from '../support/prompt-heard';

const early = (plan: TestPlan): TestPlan => ({
  ...plan,
  trunks: plan.trunks.map((trunk) => ({ ...trunk, earlyMedia: 'allow' })),
  hotlines: plan.hotlines.map((hotline) => ({ ...hotline, answerMode: 'early' })),
});

interface Talk {
  caller: Party;
  toTag: string;
}

let dealership: Dealership;
/** One with each telemarketer. */
let talks: Talk[];

beforeAll(async () => {
  dealership = await Dealership.open({}, early);
}, 90_000);

beforeEach(async () => {
  talks = [];
  for (const number of ['13800000081', '13800000082']) {
    const caller = await dealership.caller(1000);
    const since = dealership.heardSoFar();
    dealership.calls(caller, number);
    const { agent, invite } = await dealership.rung(since);
    picksUp(agent, invite);
    talks.push({ caller, toTag: await dealership.isAnswered(caller) });
  }
}, 60_000);

afterAll(() => dealership.close(), 30_000);

const isAnswer = ({ status, cseqMethod }: { status?: number; cseqMethod?: string }): boolean =>
  status === 200 && cseqMethod === 'INVITE';

const hangsUp = ({ caller, toTag }: Talk): void =>
  void caller.sip.ask(dealership.port, { method: 'BYE', toTag, cseq: 2 });

/** He is told 183, greeted and given music, and has no answer. */
async function waitsEarly(number: string, branch = '') {
  const caller = await dealership.caller(1000);
  dealership.calls(caller, number, { branch });
  const { body } = await caller.sip.response(183);
  const { ear, sip } = caller;
  const isGreeted = () =>
    ear.heard.length % 25 === 0 &&
    likeness(ear.heard, { language: 'zh-CN', prompt: 'greeting' }) > 0.9;
  await ear.until(isGreeted, 20_000, () => 'the greeting is not heard');
  await hearsMusic(ear);
  expect(sip.count(isAnswer)).toBe(0);
  return { caller, body };
}

/** A telemarketer is free again, and has him; then all hang up. */
async function isTaken(waiting: Talk): Promise<void> {
  const since = dealership.heardSoFar();
  const [first, second] = talks as [Talk, Talk];
  hangsUp(first);
  const { agent, invite } = await dealership.rung(since);
  picksUp(agent, invite);
  await hearEachOther(waiting.caller, agent);
  for (const talk of [waiting, second]) hangsUp(talk);
  await dealership.allIsClosed();
}

const recordOf = async (number: string) =>
  (
    await dealership.rows(`select outcome, round(extract(epoch from answered_at - arrived_at))::int
      as answered, round(extract(epoch from talk_started_at - answered_at))::int >= 0 as later
      from call where from_number = '+86${number}'`)
  )[0];

test('he waits with music and no answer; one gives up, one is answered after a minute, and taken', async () => {
  const at = performance.now();
  const { caller, body } = await waitsEarly('13800000091');
  const branch = 'z9hG4bK-early-leaves';
  const leaves = await waitsEarly('13800000092', branch);
  leaves.caller.sip.ask(dealership.port, { method: 'CANCEL', branch });
  await leaves.caller.sip.response(487, 'INVITE');
  await hearsMusic(caller.ear);
  const ok = await caller.sip.got.next('200', isAnswer, { deadlineMs: 70_000 });
  expect(performance.now() - at).toBeGreaterThan(59_900);
  expect(ok.body).toBe(body);
  const toTag = await dealership.isAnswered(caller);
  await hearsMusic(caller.ear);
  await isTaken({ caller, toTag });
  expect(await recordOf('13800000091')).toEqual({ outcome: 'talk', answered: 60, later: true });
  expect(await recordOf('13800000092')).toEqual({ outcome: 'left', answered: null, later: null });
}, 150_000);

// A call of a drachtio-server does not outlive its app.
onlyOurs(
  'the app is killed: he hears on, the next one answers with the same media, and he is taken',
  async () => {
    const { caller, body } = await waitsEarly('13800000093');
    const { app } = dealership.product.listening.pids;
    process.kill(app, 'SIGKILL');
    await hearsMusic(caller.ear);
    const toTag = await dealership.isAnswered(caller);
    const ok = await caller.sip.response(200, 'INVITE');
    const media = (sdp: string) => /^m=.*$/m.exec(sdp)?.[0];
    expect(media(ok.body)).toBe(media(body));
    await hearsMusic(caller.ear);
    await isTaken({ caller, toTag });
    expect(await recordOf('13800000093')).toMatchObject({ outcome: 'talk', later: true });
  },
  150_000,
);
