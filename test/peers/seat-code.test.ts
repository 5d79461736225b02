/**
 * A telemarketer without a phone signs in at one by what he dials and enters there, also after a wrong PIN; his
 * next caller rings there. He leaves it in the same way.
 */
import type { SipMessage } from '../../sip/message/sip-message';
import { Dealership, party, type Party } from '../support/dealership';
import { waitFor } from '../support/wait';
import { likeness } from '../support/prompt-heard';

let dealership: Dealership;
let seat: Party;

beforeAll(async () => {
  seat = await party(900, '127.0.0.7');
  dealership = await Dealership.open({}, (plan) => ({
    ...plan,
    people: plan.people.map((person) =>
      person.id === 'agent0' ? { ...person, extension: '1000', pin: '2468' } : person,
    ),
    phones: [{ id: '977', kind: 'static', contact: `sip:977@127.0.0.7:${seat.sip.port}` }],
  }));
}, 90_000);

afterAll(async () => {
  await dealership.close();
  seat.sip.close();
  seat.ear.close();
}, 30_000);

interface Dialled {
  callId: string;
  ok: SipMessage;
}

let dialledBefore = 0;
async function dials(code: string): Promise<Dialled> {
  const uri = `sip:${code}@127.0.0.1:${dealership.port}`;
  const callId = `code-${(dialledBefore += 1)}`;
  seat.ear.forget();
  seat.sip.ask(dealership.port, { method: 'INVITE', uri, callId, body: seat.ear.sdp() });
  const ok = await seat.sip.got.next('200', (m) => m.callId === callId && m.status === 200);
  seat.sip.ask(dealership.port, { method: 'ACK', uri, callId, toTag: ok.toTag as string });
  seat.ear.talkTo(ok.body);
  return { callId, ok };
}

const hears = async (prompt: string): Promise<void> => {
  await seat.ear.until(
    () => likeness(seat.ear.heard, { language: 'zh-CN', prompt }) > 0.9,
    8000,
    () => `no ${prompt}`,
  );
  seat.ear.forget();
};

async function enters(keys: string): Promise<void> {
  for (const key of keys) await seat.ear.sendKeyTone(key, 100).then(() => pause());
}
/** Between two keys there is something else to hear (Q.24). */
const pause = (): Promise<void> => {
  const { length } = seat.ear.heard;
  return seat.ear.until(() => seat.ear.heard.length > length + 5);
};

/** We hang up. */
async function isOver({ callId }: Dialled): Promise<void> {
  const bye = await seat.sip.got.next('BYE', (m) => m.callId === callId && m.method === 'BYE');
  seat.sip.answer(bye, 200);
  seat.ear.hush();
}

const seatOf = async () => {
  const [row] = await dealership.rows(`select seat from agent_state where agent_id = 'agent0'`);
  return row?.['seat'] ?? null;
};
const audited = async () => {
  const rows = await dealership.rows(`select what from audit where what like 'seat.%' order by at`);
  return rows.map(({ what }) => what);
};

test('the code, a wrong PIN, the right one: he sits there, and his caller rings there; *12 frees it', async () => {
  const signIn = await dials('*111000');
  await hears('beep');
  await enters('1111#');
  await hears('invalid-entry');
  await enters('2468#');
  await isOver(signIn);
  await waitFor('his seat', async () => (await seatOf()) === '977');
  const caller = await dealership.caller(1000);
  const from = seat.sip.got.length;
  dealership.calls(caller, '13800000071', { branch: 'z9hG4bK-seat' });
  seat.sip.answer(await seat.sip.request('INVITE', from), 486);
  const signOut = await dials('*12');
  await isOver(signOut);
  await waitFor('the seat to be free', async () => (await seatOf()) === null);
  expect(
    await waitFor('the audit', async () => ((await audited()).length === 3 ? audited() : null)),
  ).toEqual([...['seat.pin-wrong', 'seat.taken', 'seat.freed']]);
}, 60_000);
