/**
 * All streams of the media are in talks, and a caller has us on hold from the beginning (`a=inactive`), as switchboards do
 * that keep their own music: he is answered at once, stands in his line, is offered in his turn, and talks when he is back.
 */
import type { SipMessage } from '../../sip/message/sip-message';
import { Dealership, picksUp, type Party } from '../support/dealership';
import { hearEachOther } from '../support/desk-talk';
import { waitFor } from '../support/wait';

/** Three for callers, four for talks, one for announcements. */
const STREAMS = { MEDIA_MAX_STREAMS: '5' };

let dealership: Dealership;

beforeAll(async () => {
  dealership = await Dealership.open(STREAMS, (plan) => ({
    ...plan,
    queues: plan.queues.map((queue) => ({ ...queue, wrapUpSeconds: 0 })),
  }));
}, 90_000);

afterAll(() => dealership.close(), 30_000);

const bye = ({ sip }: Party, toTag: string, cseq = 2): string =>
  sip.ask(dealership.port, { method: 'BYE', toTag, cseq });

const answerTo = ({ sip }: Party, cseq: number): Promise<SipMessage> =>
  sip.got.next(
    `the answer to ${cseq}`,
    (one) => (one.status ?? 0) >= 200 && Number.parseInt(one.get('cseq') ?? '', 10) === cseq,
  );

/** A talk, and the caller's To-tag. */
async function talks(number: string, tone: number): Promise<{ caller: Party; toTag: string }> {
  const since = dealership.heardSoFar();
  const caller = await dealership.caller(tone);
  dealership.calls(caller, number);
  const { agent, invite } = await dealership.rung(since);
  picksUp(agent, invite);
  return { caller, toTag: await dealership.isAnswered(caller) };
}

/** He wants to hear something: the final answer, acknowledged. */
async function goesOn({ sip, ear }: Party, toTag: string, cseq: number): Promise<SipMessage> {
  const branch = `z9hG4bKgoes-on-${cseq}`;
  sip.ask(dealership.port, { method: 'INVITE', toTag, cseq, branch, body: ear.sdp() });
  const answer = await answerTo({ sip, ear }, cseq);
  const own = (answer.status ?? 0) >= 300 ? { branch } : {};
  sip.ask(dealership.port, { method: 'ACK', toTag, cseq, ...own });
  return answer;
}

test('he is answered and waits, is talked to in his turn, and nobody hears busy', async () => {
  const first = await talks('13800000061', 1000);
  const second = await talks('13800000062', 1000);
  const speaks = await dealership.caller(1000);
  dealership.calls(speaks, '13800000063', { branch: 'z9hG4bKspeaks' });
  await speaks.sip.response(180);

  const holds = await dealership.caller(1000);
  holds.sip.ask(dealership.port, {
    method: 'INVITE',
    headers: ['P-Asserted-Identity: <sip:13800000064@carrier>'],
    body: holds.ear.sdp(['PCMA'], ['a=inactive']),
  });
  const answer = await answerTo(holds, 1);
  expect([answer.status, answer.body]).toEqual([200, expect.stringContaining('a=inactive')]);
  const toTag = answer.toTag as string;
  holds.sip.ask(dealership.port, { method: 'ACK', toTag });
  const waits = await waitFor('him to stand in the line', async () => {
    // The one before him may stand in it for a moment more.
    const rows = await dealership.rows(
      `select e.call_id, c.from_number from queue_entry e join call c on c.id = e.call_id
       where e.ended_at is null`,
    );
    return rows.length === 1 && rows[0]?.['from_number'] === '+8613800000064' ? rows[0] : undefined;
  });
  // There is no stream: his session stays as it was.
  expect((await goesOn(holds, toTag, 2)).status).toBe(488);
  speaks.sip.ask(dealership.port, { method: 'CANCEL', branch: 'z9hG4bKspeaks' });
  await speaks.sip.response(487, 'INVITE');

  const since = dealership.heardSoFar();
  bye(first.caller, first.toTag);
  const { agent, invite } = await dealership.rung(since);
  expect(invite.get('x-call-id')).toBe(waits['call_id']);
  picksUp(agent, invite);
  const back = await goesOn(holds, toTag, 3);
  expect([back.status, back.body]).toEqual([200, expect.stringContaining('a=sendrecv')]);
  holds.ear.talkTo(back.body);
  await hearEachOther(holds, agent);

  bye(holds, toTag, 4);
  bye(second.caller, second.toTag);
  await dealership.allIsClosed();
  const calls = await dealership.rows('select from_number, outcome from call order by 1');
  expect(calls.map(({ from_number: who, outcome }) => [who, outcome])).toEqual([
    ['+8613800000061', 'talk'],
    ['+8613800000062', 'talk'],
    ['+8613800000063', 'left'],
    ['+8613800000064', 'talk'],
  ]);
  const metrics = await (await fetch(`${dealership.product.http}/metrics`)).text();
  expect(metrics).not.toMatch(/^openline_busy_answers_total\{.*\} [1-9]/m);
}, 90_000);
