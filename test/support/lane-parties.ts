/** Who else is in the calls of a lane: a colleague whom its telemarketer asks, and the customer whom he calls. */
import { loudness, toneShare } from './tone';
import type { Lane, Party } from './lane';

const HEARD_MS = 15_000;

/** His phone is that of the lane's second caller. */
export const colleagueOf = ({ index }: Pick<Lane, 'index'>): string => `c${index}`;

/** Both at once, from now on. */
export async function hear(one: Party, other: Party): Promise<void> {
  for (const { ear } of [one, other]) ear.forget();
  await Promise.all([
    one.ear.hears(other.ear.tone, HEARD_MS),
    other.ear.hears(one.ear.tone, HEARD_MS),
  ]);
}

/** Sound, and the voice of nobody in the lane. */
export async function hearsMusic({ ear }: Party, lane: Lane): Promise<void> {
  ear.forget();
  const voices = [lane.caller, lane.next, lane.agent].map((one) => one.ear.tone);
  const isMusic = (): boolean => {
    const heard = ear.lastSamples(40);
    return loudness(heard) > 100 && Math.max(...voices.map((hz) => toneShare(heard, hz))) < 0.3;
  };
  await ear.until(isMusic, HEARD_MS, () => 'no music is heard');
}

/** All three, each both others. */
export async function hearAllThree({ caller, agent, next }: Lane): Promise<void> {
  const three: Party[] = [caller, agent, next];
  for (const { ear } of three) ear.forget();
  const hearsOthers = ({ ear }: Party): Promise<void> => {
    const others = three.filter((one) => one.ear !== ear).map((one) => one.ear.tone);
    const shares = () => others.map((hz) => toneShare(ear.lastSamples(), hz));
    return ear.until(
      () => Math.min(...shares()) > 0.3,
      HEARD_MS,
      () => `shares ${shares().join()}`,
    );
  };
  await Promise.all(three.map(hearsOthers));
}

/** The telemarketer asks his colleague, who picks up. */
export async function asksColleague(lane: Lane): Promise<void> {
  const { sip, ear } = lane.next;
  await lane.asks('consult', { agent: colleagueOf(lane) });
  const invite = await sip.request('INVITE');
  sip.answer(invite, 200, { body: ear.sdp() });
  ear.talkTo(invite.body);
  await sip.request('ACK');
  await hear(lane.agent, lane.next);
}

/** The telemarketer calls out from his desk: his phone rings, then the customer's. */
export async function callsCustomer(lane: Lane): Promise<void> {
  const { sip, ear, number } = lane.caller;
  const desk = await lane.desk();
  const answer = await desk.post('/api/calls', { number });
  if (answer.status !== 200) throw new Error(`the call: ${await answer.text()}`);
  await lane.picksUp(await lane.rings());
  const invite = await sip.request('INVITE');
  sip.answer(invite, 200, { body: ear.sdp() });
  ear.talkTo(invite.body);
  await sip.request('ACK');
  await lane.hearEachOther();
}

/** The telemarketer fetches the lane's caller from his slot: his phone rings for him. */
export async function fetchesParked(lane: Lane): Promise<void> {
  const desk = await lane.desk();
  const { items } = (await (await desk.get('/api/parked')).json()) as {
    items: { slot: string; from: string }[];
  };
  const parked = items.find(({ from }) => from === `+86${lane.caller.number}`);
  const answer = await desk.post(`/api/parked/${parked?.slot}/retrieve`, {});
  if (answer.status !== 200) throw new Error(`${parked?.slot}: ${await answer.text()}`);
  await lane.reachesAgent();
}
