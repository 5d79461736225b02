/**
 * Whom a store must not let wait, on the started product: who has an open complaint stands before others, whoever finds
 * the line crowded is offered a call first, and agents are kept for callers. And who has no caller at all (A03), and
 * what is owed to a pre-sale caller by the evening (A05).
 */
import type { SipMessage } from '../../sip/message/sip-message';
import { CALLER_HZ, hearEachOther } from '../support/desk-talk';
import { Dealership, party, picksUp, type Party } from '../support/dealership';
import { PASSWORD, type TestPlan } from '../support/plan';
import { whereHeard } from '../support/prompt-heard';
import { startPushClient, type PushClient } from '../support/push-client';
import { waitFor } from '../support/wait';

const HOUR = 3_600_000;
const ELSEWHERE = '127.0.0.8';
/** Who rings off at this one is called back. */
const CALLED_BACK = '402';

let dealership: Dealership;
/** It says nothing to calls of ours until a story does. */
let gateway: Party;
let desks: [PushClient, PushClient];
let chen: PushClient;

/** A second carrier has two channels; of both agents one is kept for callers. */
function callersFirst(plan: TestPlan): TestPlan {
  const [[queue], [hotline], [trunk]] = [plan.queues, plan.hotlines, plan.trunks];
  if (!queue || !hotline || !trunk) throw new Error('the plan is empty');
  const none = { ringBack: { after: [] } };
  return {
    ...plan,
    stores: plan.stores.map((store) => ({ ...store, reservedForInbound: 1 })),
    trunks: [
      { ...trunk, watch: false, to: [`sip:127.0.0.1:${gateway.sip.port}`] },
      { id: 'narrow', from: [ELSEWHERE], channels: 2 },
    ],
    queues: [{ ...queue, announce: { firstSeconds: 2, everySeconds: 0 } }],
    hotlines: [
      { ...hotline, ...none },
      { ...hotline, number: CALLED_BACK },
    ],
  };
}

const deskOf = (user: string): Promise<PushClient> =>
  startPushClient({ http: dealership.product.http, user, password: PASSWORD });

beforeAll(async () => {
  gateway = await party(CALLER_HZ, '127.0.0.1');
  dealership = await Dealership.open({}, callersFirst);
  desks = [await deskOf('agent0'), await deskOf('agent1')];
  chen = await deskOf('chen');
}, 90_000);

afterAll(async () => {
  for (const one of [...desks, chen]) one.close();
  await dealership.close();
  for (const part of [gateway.sip, gateway.ear]) part.close();
}, 30_000);

/** Only these agents are ready. */
async function areReady(...ready: number[]): Promise<void> {
  for (const [index, desk] of desks.entries()) {
    const isOne = ready.includes(index);
    const answer = await desk.post(
      `/api/agents/me/${isOne ? 'ready' : 'not-ready'}`,
      isOne ? undefined : { reason: 'lunch' },
    );
    expect(answer.status).toBe(200);
  }
}

interface Talk {
  caller: Party;
  toTag: string;
  agent: Party;
  callId: string;
}

/** Whoever is rung for the caller picks up, and they talk. */
async function talks(caller: Party, since: number[]): Promise<Talk> {
  const { agent, invite } = await dealership.rung(since);
  picksUp(agent, invite);
  const toTag = await dealership.isAnswered(caller);
  await hearEachOther(caller, agent);
  return { caller, toTag, agent, callId: invite.get('x-call-id') ?? '' };
}

async function talk(number: string): Promise<Talk> {
  const [caller, since] = [await dealership.caller(CALLER_HZ), dealership.heardSoFar()];
  dealership.calls(caller, number);
  return talks(caller, since);
}

async function ends({ caller, toTag, agent }: Talk): Promise<void> {
  const from = agent.sip.got.length;
  caller.sip.ask(dealership.port, { method: 'BYE', toTag, cseq: 2 });
  agent.sip.answer(await agent.sip.request('BYE', from), 200);
  for (const { ear } of [caller, agent]) ear.hush();
}

/** Nobody is free for him. */
async function waits(number: string): Promise<Party> {
  const caller = await dealership.caller(CALLER_HZ);
  dealership.calls(caller, number);
  await dealership.isAnswered(caller);
  return caller;
}

async function reads<T>(desk: PushClient, path: string): Promise<T[]> {
  const answer = await desk.get(path);
  return ((await answer.json()) as { items: T[] }).items;
}

interface FollowUp {
  id: string;
  callId: string;
  dueAt: number;
}

const followUpOf = (desk: PushClient, { callId }: Talk, path = '/api/follow-ups') =>
  waitFor('what is owed after the call', async () =>
    (await reads<FollowUp>(desk, path)).find((one) => one.callId === callId),
  );

async function fills({ callId }: Talk, form: object): Promise<void> {
  const answer = await desks[0].post(`/api/calls/${callId}/form`, form);
  expect([answer.status, await answer.json()]).toMatchObject([200, { state: 'complete' }]);
}

test('whose complaint is open stands before who came before him; once it is settled he does not', async () => {
  await areReady(0);
  const complains = await talk('13800000401');
  await fills(complains, { kind: 'after-sale', disposition: 'complaint' });
  await ends(complains);

  /** Others talk and wait; then he rings again, and of the two who wait this one is taken. */
  const taken = async (others: [talks: string, waits: string]): Promise<'he' | 'the other'> => {
    const busy = await talk(others[0]);
    const [other, he] = [await waits(others[1]), await waits('13800000401')];
    const from = desks[0].frames.length;
    let since = dealership.heardSoFar();
    await ends(busy);
    const { data } = await desks[0].next('offer.created', () => true, { from });
    const isHis = data.from === '+8613800000401';
    const [now, later] = isHis ? [he, other] : [other, he];
    const first = await talks(now, since);
    since = dealership.heardSoFar();
    await ends(first);
    await ends(await talks(later, since));
    return isHis ? 'he' : 'the other';
  };

  expect(await taken(['13800000402', '13800000403'])).toBe('he');
  const { id } = await followUpOf(chen, complains);
  expect((await chen.post(`/api/follow-ups/${id}/done`)).status).toBe(204);
  await waitFor('it to be settled', async () =>
    (await reads<FollowUp>(chen, '/api/follow-ups?state=done')).find((one) => one.id === id),
  );
  expect(await taken(['13800000404', '13800000405'])).toBe('the other');
  await dealership.allIsClosed();
}, 90_000);

test('a carrier whose channels are nearly all in use: his callers are offered a call before all else, others last', async () => {
  await areReady();
  const come = async (number: string): Promise<{ caller: Party; toTag: string }> => {
    const caller = await party(CALLER_HZ, ELSEWHERE);
    dealership.calls(caller, number);
    return { caller, toTag: await dealership.isAnswered(caller) };
  };
  const [first, second] = [await come('13800000411'), await come('13800000412')];
  /** Where it begins, in packets of 20 ms. */
  const hears = async ({ ear }: Party, prompt: string): Promise<number> => {
    const heard = () => whereHeard(ear.heard, { language: 'zh-CN', prompt });
    await ear.until(
      () => ear.heard.length % 25 === 0 && heard().likeness > 0.9,
      30_000,
      () => `${prompt} was not heard`,
    );
    return heard().frame;
  };
  const place = await hears(first.caller, 'position-next');
  expect(await hears(first.caller, 'callback-offer')).toBeGreaterThan(place);
  const offer = await hears(second.caller, 'callback-offer');
  expect(await hears(second.caller, 'position-before')).toBeGreaterThan(offer);
  for (const { caller, toTag } of [first, second]) {
    caller.sip.ask(dealership.port, { method: 'BYE', toTag, cseq: 2 });
    await caller.sip.response(200, 'BYE');
    for (const part of [caller.sip, caller.ear]) part.close();
  }
  await dealership.allIsClosed();
}, 60_000);

test('A05: a pre-sale caller is to be followed up by the evening, and is on the list of what is late the day after', async () => {
  await areReady(0);
  const one = await talk('13800000431');
  await fills(one, { kind: 'pre-sale', level: 'A', source: 'web', disposition: 'follow-up' });
  await ends(one);
  const due = await followUpOf(desks[0], one);
  const [{ arrived_at: arrived } = {}] = await dealership.rows(
    `select arrived_at from call where id = '${one.callId}'`,
  );
  const day = new Date(Number(arrived) + 8 * HOUR).toISOString().slice(0, 10);
  expect(due).toMatchObject({
    ...{ department: 'sales', agentId: 'agent0', number: '+8613800000431' },
    ...{ state: 'open', overdue: false, dueAt: Date.parse(`${day}T23:59:59.999+08:00`) },
  });
  const late = '/api/follow-ups?state=overdue';
  expect(await reads<FollowUp>(desks[0], late)).toEqual([]);
  await dealership.rows(`update follow_up set due_at = due_at - interval '1 day'`);
  for (const desk of [desks[0], chen])
    expect(await reads<FollowUp>(desk, late)).toMatchObject([{ id: due.id, overdue: true }]);
  expect((await desks[0].post(`/api/follow-ups/${due.id}/done`)).status).toBe(204);
  await waitFor('it to be done', async () => (await reads(desks[0], late)).length === 0);
}, 60_000);

test('A03: a sales consultant is nobody to whom a hotline’s call may be offered: such a plan is refused, the old one goes on', async () => {
  const consultant = { ...dealership.plan.people.find(({ id }) => id === 'agent0') };
  const at = dealership.plan.people.length;
  const people = [...dealership.plan.people, { ...consultant, id: 'wu', post: 'sales-consultant' }];
  const answer = await dealership.product
    .apply({ ...dealership.plan, people } as TestPlan)
    .catch((error: Error) => error.message);
  expect(answer).toMatch(/PLAN_REFUSED/);
  expect(answer).toContain(`people[${at}].`);
  expect(await dealership.rows(`select id from person where id = 'wu'`)).toEqual([]);
  await areReady(0);
  const one = await talk('13800000441');
  expect(one.agent).toBe(dealership.agents[0]);
  await ends(one);
  await dealership.allIsClosed();
}, 60_000);

test('of two agents one is kept for callers (A11): one is rung to call back, and a caller has the other at once', async () => {
  await areReady(0, 1);
  const numbers = ['13800000421', '13800000422'];
  for (const number of numbers) await dealership.givesUp(number, CALLED_BACK);
  let since = dealership.heardSoFar();
  const first = await dealership.rung(since);
  first.agent.sip.answer(first.invite, 180);
  const due = () =>
    dealership.rows(`select id from promise where not_before < now() - interval '500 ms'`);
  await waitFor('both to be due', async () => (await due()).length === 2);

  const spare = dealership.agents.find((agent) => agent !== first.agent) as Party;
  const at = performance.now();
  const one = await talk('13800000423');
  expect(one.agent).toBe(spare);
  expect(performance.now() - at).toBeLessThan(2000);
  await ends(one);
  // Nobody else has rung there.
  const rung = spare.sip.got.all
    .slice(since[dealership.agents.indexOf(spare)])
    .filter(({ method }) => method === 'INVITE');
  expect(new Set(rung.map(({ callId }) => callId)).size).toBe(1);

  gateway.sip.got.each((message) => {
    if (message.method === 'INVITE') gateway.sip.answer(message, 486);
  });
  since = dealership.heardSoFar();
  await isBusy(first);
  await isBusy(await dealership.rung(since));
  const tries = await waitFor('both to have been called', async () => {
    const rows = await dealership.rows(
      `select number, outcome from attempt where outcome is not null order by number`,
    );
    return rows.length === 2 && rows;
  });
  expect(tries).toEqual(numbers.map((number) => ({ number: `+86${number}`, outcome: 'busy' })));
  await dealership.allIsClosed();
}, 60_000);

/** The agent picks up to call somebody back, whose line is busy. */
async function isBusy({ agent, invite }: { agent: Party; invite: SipMessage }): Promise<void> {
  const from = agent.sip.got.length;
  picksUp(agent, invite);
  agent.sip.answer(await agent.sip.request('BYE', from), 200);
  agent.ear.hush();
}
