import type { SipMessage } from '../../sip/message/sip-message';
import { picksUp, type Dealership, type Party } from './dealership';
import { PASSWORD } from './plan';
import { startPushClient, type PushClient } from './push-client';
import { loudness, toneShare } from './tone';
import type { TonePhone } from './tone-phone';

/** A caller and a telemarketer who hear each other, and the telemarketer's desk. */
export interface DeskTalk {
  caller: Party;
  toTag: string;
  agent: Party;
  /** The agent's side of the dialog. */
  ack: SipMessage;
  desk: PushClient;
  callId: string;
}

/** What a caller says. */
export const CALLER_HZ = 1000;
const VOICES = [CALLER_HZ, 600, 700];

/** From the INVITE to two who hear each other. */
export async function talkAtDesk(dealership: Dealership, number: string): Promise<DeskTalk> {
  const caller = await dealership.caller(CALLER_HZ);
  const since = dealership.heardSoFar();
  dealership.calls(caller, number);
  const { agent, invite } = await dealership.rung(since);
  picksUp(agent, invite);
  const toTag = await dealership.isAnswered(caller);
  const index = dealership.agents.indexOf(agent);
  const ack = await agent.sip.request('ACK', since[index]);
  const desk = await startPushClient({
    ...{ http: dealership.product.http, user: `agent${index}`, password: PASSWORD },
  });
  await hearEachOther(caller, agent);
  return { caller, toTag, agent, ack, desk, callId: invite.get('x-call-id') ?? '' };
}

/** Half a second of it, so that a recording has enough to be judged by. */
export async function hearEachOther(
  one: Pick<Party, 'ear'>,
  other: Pick<Party, 'ear'>,
): Promise<void> {
  for (const { ear } of [one, other]) ear.forget();
  await Promise.all([other.ear.hears(one.ear.tone), one.ear.hears(other.ear.tone)]);
  await one.ear.until(() => one.ear.heard.length > 30);
}

/** Sound, and nobody's voice. */
export async function hearsMusic(ear: TonePhone): Promise<void> {
  ear.forget();
  const isMusic = (): boolean => {
    const heard = ear.lastSamples(40);
    const voices = VOICES.map((hz) => toneShare(heard, hz));
    return loudness(heard) > 100 && Math.max(...voices) < 0.3;
  };
  await ear.until(isMusic, 5000, () => 'no music is heard');
}
