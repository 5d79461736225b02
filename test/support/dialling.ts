/** Calls that telemarketers dial on phones which the test holds in its hand, and gateways that it plays. */
import type { SipMessage } from '../../sip/message/sip-message';
import { heardIn, isHungUp } from './consulting';
import { picksUp, type Dealership, type Party } from './dealership';
import { hearEachOther } from './desk-talk';
import { waitFor } from './wait';

/** An INVITE of his phone. */
export interface Dialling {
  agent: Party;
  uri: string;
  callId: string;
  branch: string;
}

let dialled = 0;

/** On his phone. */
export function dials(dealership: Dealership, agent: Party, number: string): Dialling {
  const nth = (dialled += 1);
  const uri = `sip:${number}@127.0.0.1:${dealership.port}`;
  const call = { uri, callId: `${agent.sip.callId}-${nth}`, branch: `z9hG4bKdialled${nth}` };
  agent.sip.ask(dealership.port, { method: 'INVITE', ...call, body: agent.ear.sdp() });
  return { agent, ...call };
}

/** The status with which he was refused. */
export async function isRefused(
  dealership: Dealership,
  { agent, ...call }: Dialling,
): Promise<number> {
  const { status = 0, toTag = '' } = await agent.sip.got.next(
    'a refusal',
    (message) => message.callId === call.callId && (message.status ?? 0) >= 300,
  );
  agent.sip.ask(dealership.port, { method: 'ACK', ...call, toTag });
  return status;
}

/** None that is sent again. */
export function newInvite({ sip }: Party, since: number): Promise<SipMessage> {
  const before = new Set(sip.got.all.slice(0, since).map(({ callId }) => callId));
  const isNew = ({ method, callId }: SipMessage) => method === 'INVITE' && !before.has(callId);
  return sip.got.next('a new INVITE', isNew, { from: since });
}

/** He dials, the gateway answers, they hear each other, and he hangs up: the gateway's INVITE. */
export async function talksBy(
  dealership: Dealership,
  [gateway, agent]: readonly [Party, Party],
  number: string,
): Promise<SipMessage> {
  const since = gateway.sip.got.length;
  const { uri, callId } = dials(dealership, agent, number);
  const invite = await newInvite(gateway, since);
  picksUp(gateway, invite);
  const { toTag = '', body } = await agent.sip.got.next(
    '200',
    (message) => message.callId === callId && message.status === 200,
  );
  agent.sip.ask(dealership.port, { method: 'ACK', uri, callId, toTag });
  agent.ear.talkTo(body);
  await hearEachOther(gateway, agent);
  const until = gateway.sip.got.length;
  agent.sip.ask(dealership.port, { method: 'BYE', uri, callId, toTag, cseq: 2 });
  await isHungUp(gateway, until);
  agent.ear.hush();
  await dealership.allIsClosed();
  return invite;
}

const idOf = (invite: SipMessage): string => invite.get('x-call-id') ?? '';

/** In the one file of the talk both are heard. The trunk that carried it, by its record. */
export async function isRecorded(
  dealership: Dealership,
  invite: SipMessage,
  [gateway, agent]: readonly [Party, Party],
): Promise<string> {
  const [file, ...more] = await waitFor('its file', async () => {
    const rows = await dealership.rows(
      `select path from recording where call_id = '${idOf(invite)}' and state = 'stored'`,
    );
    return rows.length > 0 ? rows : null;
  });
  expect(more).toEqual([]);
  const tones: [number, number] = [gateway.ear.tone, agent.ear.tone];
  const shares = heardIn(dealership, { path: String(file?.['path']) }, tones);
  expect(Math.min(...shares)).toBeGreaterThan(0.9);
  const [leg] = await dealership.rows(
    `select trunk_id from leg where role = 'outside' and call_id = '${idOf(invite)}'`,
  );
  return String(leg?.['trunk_id']);
}
