/**
 * A telemarketer asks his colleague while the caller waits: to and fro, all three, and the caller handed over.
 * What each of the three hears is measured at his phone, what was said in each segment's file.
 */
import type { Post } from '../../src/domain/plan';
import { heardIn, isHungUp, recordingsOf } from '../support/consulting';
import { Dealership, isLetGo, picksUp, type Party } from '../support/dealership';
import {
  CALLER_HZ,
  hearEachOther,
  hearsMusic,
  talkAtDesk,
  type DeskTalk,
} from '../support/desk-talk';
import { onlyOurs } from '../support/needs';
import { loudness, toneShare } from '../support/tone';
import type { TonePhone } from '../support/tone-phone';

let dealership: Dealership;

beforeAll(async () => {
  dealership = await Dealership.open();
}, 90_000);

afterAll(() => dealership.close(), 30_000);

/** Of our ringing tone, one second in five. */
const RINGING_HZ = 450;

const nameOf = (agent: Party): string => `agent${dealership.agents.indexOf(agent)}`;

async function does(talk: DeskTalk, what: string, body?: object): Promise<unknown> {
  const path = `/api/calls/${talk.callId}/consult${what}`;
  const answer = await (body === undefined && what === ''
    ? talk.desk.delete(path)
    : talk.desk.post(path, body));
  const call = (await answer.json()) as { state: string; code?: string };
  return call.code ?? call.state;
}

/** The colleague of the talk's agent, whose phone rings for it: asked for by name, or as that one of the plan. */
async function asked(talk: DeskTalk, whom?: { post: Post }) {
  const since = dealership.heardSoFar();
  const colleague = dealership.agents.find((one) => one !== talk.agent) as Party;
  expect(await does(talk, '', whom ?? { agent: nameOf(colleague) })).toBe('consulting');
  const { agent: third, invite } = await dealership.rung(since);
  expect(third).toBe(colleague);
  return { third, invite };
}

const muteOf = ({ callId }: DeskTalk, what: string): string => `/api/calls/${callId}/${what}`;

/** A fifth of a second of silence: a tone that was sent before has been heard. */
function hearsNobody(ear: TonePhone): Promise<void> {
  ear.forget();
  return ear.until(() => ear.heard.length >= 10 && loudness(ear.lastSamples(10)) < 10);
}

/** Both others at once, in equal parts. */
async function hearsBoth({ ear }: Party, others: Party[]): Promise<void> {
  const shares = () => others.map((one) => toneShare(ear.lastSamples(), one.ear.tone));
  await ear.until(
    () => Math.min(...shares()) > 0.3,
    5000,
    () => `shares ${shares().join()}`,
  );
}

test('asked, to and fro, all three, and the caller is the colleague’s', async () => {
  const talk = await talkAtDesk(dealership, '13800000031');
  const { caller, agent } = talk;
  const { third, invite } = await asked(talk);
  await hearsMusic(caller.ear);
  agent.ear.forget();
  third.sip.answer(invite, 180);
  await agent.ear.hears(RINGING_HZ);
  picksUp(third, invite);
  await hearEachOther(agent, third);
  await hearsMusic(caller.ear);
  expect(await does(talk, '/swap')).toBe('consulting');
  await hearEachOther(agent, caller);
  await hearsMusic(third.ear);
  expect(await does(talk, '/swap')).toBe('consulting');
  await hearEachOther(agent, third);
  expect(await does(talk, '/conference')).toBe('consulting');
  await Promise.all([
    hearsBoth(caller, [agent, third]),
    hearsBoth(agent, [caller, third]),
    hearsBoth(third, [caller, agent]),
  ]);
  const from = agent.sip.got.length;
  expect(await does(talk, '/complete')).toBe('talking');
  await isHungUp(agent, from);
  await hearEachOther(caller, third);
  const until = third.sip.got.length;
  caller.sip.ask(dealership.port, { method: 'BYE', toTag: talk.toTag, cseq: 2 });
  await isHungUp(third, until);
  talk.desk.close();
  await dealership.allIsClosed();
  const files = await recordingsOf(dealership, talk.callId, 3);
  expect(files.map(({ agentId }) => agentId).sort()).toEqual(
    [nameOf(agent), nameOf(agent), nameOf(third)].sort(),
  );
  for (const tones of segmentsOf(agent, third))
    expect(files.some((file) => Math.min(...heardIn(dealership, file, tones)) > 0.9)).toBe(true);
}, 90_000);

test('the colleague is busy: the asker is told, and takes his caller back', async () => {
  const talk = await talkAtDesk(dealership, '13800000032');
  const { third, invite } = await asked(talk);
  third.sip.answer(invite, 486);
  const { data } = await talk.desk.next('consult.ended');
  expect(data).toEqual({ callId: talk.callId, cause: 'busy' });
  await hearsMusic(talk.caller.ear);
  const back = await talk.desk.post(`/api/calls/${talk.callId}/resume`);
  expect(await back.json()).toMatchObject({ state: 'talking' });
  await hearEachOther(talk.caller, talk.agent);
  const from = talk.agent.sip.got.length;
  talk.caller.sip.ask(dealership.port, { method: 'BYE', toTag: talk.toTag, cseq: 2 });
  await isHungUp(talk.agent, from);
  talk.desk.close();
  await dealership.allIsClosed();
}, 60_000);

test('called off while he rings: his phone is let go, and the two talk on', async () => {
  const talk = await talkAtDesk(dealership, '13800000033');
  const { third, invite } = await asked(talk);
  const letGo = isLetGo(third, invite);
  await third.sip.got.next('INVITE', ({ method }) => method === 'INVITE');
  expect(await does(talk, '')).toBe('talking');
  await letGo;
  await hearEachOther(talk.caller, talk.agent);
  const from = talk.caller.sip.got.length;
  talk.agent.sip.bye(dealership.port, talk.ack);
  await isHungUp(talk.caller, from);
  talk.agent.ear.hush();
  talk.desk.close();
  await dealership.allIsClosed();
}, 60_000);

onlyOurs(
  'the app is killed in a consultation, and in a talk of three: each goes on as it was',
  async () => {
    const talk = await talkAtDesk(dealership, '13800000034');
    const { caller, agent } = talk;
    const { third, invite } = await asked(talk);
    picksUp(third, invite);
    await hearEachOther(agent, third);
    expect(await (await talk.desk.post(muteOf(talk, 'mute'))).json()).toMatchObject({
      muted: true,
    });
    await hearsNobody(third.ear);
    await isKilled();
    await hearsNobody(third.ear);
    expect(await (await talk.desk.get(`/api/calls/${talk.callId}`)).json()).toMatchObject({
      call: { muted: true, consult: { answered: true, hears: 'third' } },
    });
    expect((await talk.desk.post(muteOf(talk, 'unmute'))).status).toBe(200);
    await hearEachOther(agent, third);
    await hearsMusic(caller.ear);
    expect(await does(talk, '/swap')).toBe('consulting');
    await hearEachOther(agent, caller);
    expect(await does(talk, '/conference')).toBe('consulting');
    await hearsBoth(caller, [agent, third]);
    await isKilled();
    await hearsBoth(caller, [agent, third]);
    expect(await does(talk, '/complete')).toBe('talking');
    await hearEachOther(caller, third);
    agent.ear.hush();
    const from = third.sip.got.length;
    caller.sip.ask(dealership.port, { method: 'BYE', toTag: talk.toTag, cseq: 2 });
    await isHungUp(third, from);
    talk.desk.close();
    await dealership.allIsClosed();
    const files = await recordingsOf(dealership, talk.callId, 3);
    expect(files.map(({ state }) => state)).toEqual(['stored', 'stored', 'stored']);
  },
  90_000,
);

test('whoever is free of a post is asked, and the caller is his; of another post nobody is', async () => {
  await dealership.product.apply({
    ...dealership.plan,
    people: dealership.plan.people.map((one) =>
      one.id === 'agent1' ? { ...one, post: 'after-sales', queues: ['nobody'] } : one,
    ),
  });
  const talk = await talkAtDesk(dealership, '13800000035');
  const { caller, agent } = talk;
  // One is of it and talks, the other is no agent.
  for (const post of ['telemarketer', 'supervisor'])
    expect(await does(talk, '', { post })).toBe('AGENT_NOT_FREE');
  const { third, invite } = await asked(talk, { post: 'after-sales' });
  await hearsMusic(caller.ear);
  agent.ear.forget();
  third.sip.answer(invite, 180);
  await agent.ear.hears(RINGING_HZ);
  picksUp(third, invite);
  await hearEachOther(agent, third);
  await hearsMusic(caller.ear);
  const from = agent.sip.got.length;
  expect(await does(talk, '/complete')).toBe('talking');
  await isHungUp(agent, from);
  await hearEachOther(caller, third);
  const until = third.sip.got.length;
  caller.sip.ask(dealership.port, { method: 'BYE', toTag: talk.toTag, cseq: 2 });
  await isHungUp(third, until);
  talk.desk.close();
  await dealership.allIsClosed();
  const files = await recordingsOf(dealership, talk.callId, 3);
  expect(await dealership.rows(`select agent_id from call where id = '${talk.callId}'`)).toEqual([
    { agent_id: 'agent1' },
  ]);
  for (const tones of segmentsOf(agent, third))
    expect(files.some((file) => Math.min(...heardIn(dealership, file, tones)) > 0.9)).toBe(true);
}, 60_000);

/** Caller and asker, whom he asks and he, caller and that one. */
const segmentsOf = (agent: Party, third: Party): [left: number, right: number][] => [
  [CALLER_HZ, agent.ear.tone],
  [third.ear.tone, agent.ear.tone],
  [CALLER_HZ, third.ear.tone],
];

async function isKilled(): Promise<void> {
  const { product } = dealership;
  const { app } = product.listening.pids;
  process.kill(app, 'SIGKILL');
  await product.restarted('app', app);
}
