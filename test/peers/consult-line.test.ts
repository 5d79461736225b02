/**
 * A telemarketer asks his queue while nobody of it is free: he hears its music, as his caller does, until his colleague has
 * hung up and is rung. What each hears is measured at his phone, what was said in each segment's file.
 */
import { heardIn, isHungUp, recordingsOf } from '../support/consulting';
import { Dealership, picksUp, type Party } from '../support/dealership';
import {
  CALLER_HZ,
  hearEachOther,
  hearsMusic,
  talkAtDesk,
  type DeskTalk,
} from '../support/desk-talk';
import { onlyOurs } from '../support/needs';

let dealership: Dealership;

beforeAll(async () => {
  dealership = await Dealership.open();
}, 90_000);

afterAll(() => dealership.close(), 30_000);

/** Of our ringing tone. */
const RINGING_HZ = 450;

const nameOf = (agent: Party): string => `agent${dealership.agents.indexOf(agent)}`;

async function does(talk: DeskTalk, what: string, body?: object): Promise<unknown> {
  const answer = await talk.desk.post(`/api/calls/${talk.callId}${what}`, body);
  const call = (await answer.json()) as { state: string; code?: string };
  return call.code ?? call.state;
}

async function hangsUp({ caller, agent, toTag, desk }: DeskTalk): Promise<void> {
  const from = agent.sip.got.length;
  caller.sip.ask(dealership.port, { method: 'BYE', toTag, cseq: 2 });
  await isHungUp(agent, from);
  caller.ear.hush();
  desk.close();
}

/** Both telemarketers talk, and the one of the first talk asks the queue of both. */
async function asks(numbers: [string, string]): Promise<[asker: DeskTalk, other: DeskTalk]> {
  const asker = await talkAtDesk(dealership, numbers[0]);
  const other = await talkAtDesk(dealership, numbers[1]);
  expect(await does(asker, '/consult', { queue: 'sales' })).toBe('consulting');
  await Promise.all([hearsMusic(asker.agent.ear), hearsMusic(asker.caller.ear)]);
  expect(await (await asker.desk.get(`/api/calls/${asker.callId}`)).json()).toMatchObject({
    call: { state: 'consulting', consult: { queueId: 'sales', answered: false } },
  });
  const queues = (await (await asker.desk.get('/api/queues')).json()) as { items: object[] };
  expect(queues.items[0]).toMatchObject({ id: 'sales', waiting: 0, consultations: 1 });
  return [asker, other];
}

/** The colleague's caller hangs up, and his phone rings for the consultation. */
async function itsTurn(other: DeskTalk) {
  const shown = other.desk.next('offer.created');
  const since = dealership.heardSoFar();
  const from = other.agent.sip.got.length;
  other.caller.sip.ask(dealership.port, { method: 'BYE', toTag: other.toTag, cseq: 2 });
  await isHungUp(other.agent, from);
  other.caller.ear.hush();
  const { agent, invite } = await dealership.rung(since);
  expect(agent).toBe(other.agent);
  return { invite, offer: (await shown).data };
}

const places = (callId: string) =>
  dealership.rows(
    `select asked_by, outcome from queue_entry where call_id = '${callId}' order by joined_at, id`,
  );

test('nobody is free: music, his turn, ringing, a talk of two, and the caller is his', async () => {
  const [asker, other] = await asks(['13800000041', '13800000042']);
  const { caller, agent } = asker;
  const { agent: third } = other;
  const { invite, offer } = await itsTurn(other);
  expect(offer).toMatchObject({
    ...{ callId: asker.callId, from: '+8613800000041', askedBy: { agentId: nameOf(agent) } },
  });
  agent.ear.forget();
  third.sip.answer(invite, 180);
  await agent.ear.hears(RINGING_HZ);
  picksUp(third, invite);
  await hearEachOther(agent, third);
  await hearsMusic(caller.ear);
  const from = agent.sip.got.length;
  expect(await does(asker, '/consult/complete')).toBe('talking');
  await isHungUp(agent, from);
  await hearEachOther(caller, third);
  const until = third.sip.got.length;
  caller.sip.ask(dealership.port, { method: 'BYE', toTag: asker.toTag, cseq: 2 });
  await isHungUp(third, until);
  for (const { desk } of [asker, other]) desk.close();
  await dealership.allIsClosed();
  const files = await recordingsOf(dealership, asker.callId, 3);
  const segments: [number, number][] = [
    [CALLER_HZ, agent.ear.tone],
    [third.ear.tone, agent.ear.tone],
    [CALLER_HZ, third.ear.tone],
  ];
  for (const tones of segments)
    expect(files.some((file) => Math.min(...heardIn(dealership, file, tones)) > 0.9)).toBe(true);
  expect(await places(asker.callId)).toEqual([
    { asked_by: null, outcome: 'connected' },
    { asked_by: nameOf(agent), outcome: 'connected' },
  ]);
}, 90_000);

test('completed while it waits: the caller stands in that line, and the next who is free has him', async () => {
  const [asker, other] = await asks(['13800000043', '13800000044']);
  const { caller, agent } = asker;
  const since = dealership.heardSoFar();
  const from = agent.sip.got.length;
  expect(await does(asker, '/consult/complete')).toMatch(/queued|offered/);
  await isHungUp(agent, from);
  // He has no wrap-up, and is the one who is free.
  const { agent: next, invite } = await dealership.rung(since);
  expect(next).toBe(agent);
  await hearsMusic(caller.ear);
  picksUp(agent, invite);
  await hearEachOther(caller, agent);
  await hangsUp(asker);
  await hangsUp(other);
  await dealership.allIsClosed();
  expect(await places(asker.callId)).toEqual([
    { asked_by: null, outcome: 'connected' },
    { asked_by: null, outcome: 'connected' },
    { asked_by: nameOf(agent), outcome: 'closed' },
  ]);
}, 90_000);

onlyOurs(
  'the app is killed while it waits: he is told, has his caller on hold, and takes him back',
  async () => {
    const [asker, other] = await asks(['13800000045', '13800000046']);
    const { product } = dealership;
    const { app } = product.listening.pids;
    process.kill(app, 'SIGKILL');
    await product.restarted('app', app);
    await hearsMusic(asker.caller.ear);
    const held = (await (await asker.desk.get(`/api/calls/${asker.callId}`)).json()) as object;
    expect(held).toMatchObject({ call: { state: 'held' } });
    expect(await does(asker, '/resume')).toBe('talking');
    await hearEachOther(asker.caller, asker.agent);
    await hearEachOther(other.caller, other.agent);
    await hangsUp(asker);
    await hangsUp(other);
    await dealership.allIsClosed();
    expect(await places(asker.callId)).toEqual([
      { asked_by: null, outcome: 'connected' },
      { asked_by: nameOf(asker.agent), outcome: 'closed' },
    ]);
  },
  90_000,
);
