/**
 * The connection between app and edge is cut and comes back, over calls in every state, and nobody dies
 * of it: one row, one state, one way on. What must come of each is "While the app is away" of
 * docs/architecture.md; that processes die is in test/peers/*-killed-table.test.ts. Real SIP, control and
 * media; the engine is the test itself.
 */
import type { DialCommand } from '../../../src/engine/ports';
import type { Lookup } from '../../../src/domain/events';
import { cableTo, type Cable } from '../../support/cable';
import { waitFor } from '../../support/wait';
import { Phone, SDP } from '../support/phone';
import { registered } from './register';
import { planWith, startEdge, startTestApp, takesCalls, type Edge, type TestApp } from './support';

let edge: Edge;
let app: TestApp;
let cable: Cable;
let caller: Phone;
let phone: Phone;
/** What the database says of the caller; it answers when the test wants. */
let lookup: Promise<Lookup>;
const nobody: Lookup = { result: 'none' };

beforeEach(async () => {
  lookup = Promise.resolve(nobody);
  edge = await startEdge();
  cable = await cableTo(edge.signalling.drachtio);
  [caller, phone] = [await Phone.udp(), await Phone.udp()];
  app = await startTestApp(edge, {
    plan: planWith(phone.port),
    drachtio: cable,
    lookup: () => lookup,
  });
  await takesCalls(edge, caller);
});

afterEach(async () => {
  caller.close();
  phone.close();
  app.close();
  cable.close();
  await edge.close();
});

const command: DialCommand = {
  type: 'leg.dial',
  legId: 'leg-agent',
  callId: 'call-1',
  to: { kind: 'phone', agentId: 'li', phoneId: '8002' },
  from: '+8613800001111',
  displayName: '',
  towards: 'leg-caller',
};

/** The edge has noticed when this resolves. */
async function cut(): Promise<void> {
  cable.cut();
  await waitFor('the edge to notice', () => edge.signalling.load().apps === 0);
}

const back = () => waitFor('the app to be back', () => edge.signalling.load().apps === 1);

const branch = 'z9hG4bKcut';
const invite = () => caller.ask(edge.udpPort, { method: 'INVITE', body: SDP, branch });

async function arrives(): Promise<string> {
  invite();
  return (await app.next('call.arrived')).legId;
}

async function talks(): Promise<{ legId: string; toTag: string }> {
  const legId = await arrives();
  app.telephony.answer(legId);
  const toTag = await acknowledges();
  await app.next('leg.answered');
  return { legId, toTag };
}

async function acknowledges(): Promise<string> {
  const toTag = (await caller.response(200, 'INVITE')).toTag as string;
  caller.ask(edge.udpPort, { method: 'ACK', toTag });
  return toTag;
}

async function hangsUp(toTag: string, cseq = 2): Promise<void> {
  caller.ask(edge.udpPort, { method: 'BYE', toTag, cseq });
  await caller.response(200, 'BYE');
  expect(await app.next('leg.ended')).toMatchObject({ cause: 'hangup' });
}

/** The whole call: one arrival, one end, and the app still has its say. */
async function goesOn(legId: string): Promise<void> {
  await back();
  app.telephony.answer(legId);
  await hangsUp(await acknowledges());
}

interface Row {
  state: string;
  happens: () => Promise<void>;
}

const rows: Row[] = [
  {
    state: 'the database is being asked who calls: he arrives, rings and is answered',
    happens: async () => {
      let known: (found: Lookup) => void = () => undefined;
      lookup = new Promise((resolve) => (known = resolve));
      invite();
      await caller.response(100);
      await cut();
      known(nobody);
      await goesOn((await app.next('call.arrived')).legId);
    },
  },
  {
    state: 'he has arrived and nothing was decided: it is decided meanwhile and done afterwards',
    happens: async () => {
      const legId = await arrives();
      await cut();
      app.telephony.ring(legId);
      await caller.response(180);
      await goesOn(legId);
    },
  },
  {
    state: 'he hears that it rings: the next 200 has the tag of that 180',
    happens: async () => {
      const legId = await arrives();
      app.telephony.ring(legId);
      const { toTag } = await caller.response(180);
      await cut();
      await back();
      app.telephony.answer(legId);
      const answered = await acknowledges();
      expect(answered).toBe(toTag);
      await hangsUp(answered);
    },
  },
  {
    state: 'he hears us before our answer: he is told so again, and our answer is that one',
    happens: async () => {
      const legId = await arrives();
      app.telephony.ring(legId, true);
      const { body } = await caller.response(183);
      const from = caller.got.length;
      await cut();
      await back();
      expect((await caller.response(183, 'INVITE', from)).body).toBe(body);
      app.telephony.answer(legId);
      expect((await caller.response(200, 'INVITE')).body).toBe(body);
      await hangsUp(await acknowledges());
    },
  },
  {
    state: 'he gives up while the edge has his INVITE: he has left, once',
    happens: async () => {
      const legId = await arrives();
      app.telephony.note(legId, { callId: 'c', legId, role: 'caller' });
      await cut();
      caller.ask(edge.udpPort, { method: 'CANCEL', branch });
      await caller.response(487, 'INVITE');
      expect(await app.next('leg.ended')).toMatchObject({ legId, cause: 'hangup' });
    },
  },
  {
    state: 'our 200 is not acknowledged: his ACK during the cut is his',
    happens: async () => {
      const legId = await arrives();
      app.telephony.answer(legId);
      await caller.response(200, 'INVITE');
      await cut();
      const toTag = await acknowledges();
      await back();
      await waitFor('the call to be taken over', () => edge.signalling.dialogs.list('cell:all')[0]);
      await hangsUp(toTag);
    },
  },
  {
    state: 'they talk: nothing is heard of it, and the app can hang up afterwards',
    happens: async () => {
      const { legId } = await talks();
      app.telephony.note(legId, { callId: 'c', legId, role: 'caller' });
      await cut();
      await back();
      app.telephony.hangup(legId, 'partner-left');
      caller.answer(await caller.request('BYE'), 200);
      expect(await app.next('leg.ended')).toMatchObject({ legId, cause: 'partner-left' });
    },
  },
  {
    state: 'we hang up meanwhile: our BYE follows when the connection is back',
    happens: async () => {
      const { legId } = await talks();
      app.telephony.note(legId, { callId: 'c', legId, role: 'caller' });
      await waitFor('the note', () => edge.signalling.dialogs.list('cell:all')[0]?.note);
      await cut();
      app.telephony.hangup(legId, 'partner-left');
      caller.answer(await caller.request('BYE'), 200);
      expect(await app.next('leg.ended')).toMatchObject({ legId, cause: 'partner-left' });
    },
  },
  {
    state: 'we hang up in the moment of the cut: the BYE that nobody read is sent again',
    happens: async () => {
      const { legId } = await talks();
      app.telephony.note(legId, { callId: 'c', legId, role: 'caller' });
      await waitFor('the note', () => edge.signalling.dialogs.list('cell:all')[0]?.note);
      app.telephony.hangup(legId, 'partner-left');
      await cut();
      expect(caller.count(({ method }) => method === 'BYE')).toBe(0);
      caller.answer(await caller.request('BYE'), 200);
      expect(await app.next('leg.ended')).toMatchObject({ legId, cause: 'partner-left' });
    },
  },
  {
    state: 'he hangs up meanwhile: his BYE is answered and told later',
    happens: async () => {
      const { legId, toTag } = await talks();
      app.telephony.note(legId, { callId: 'c', legId, role: 'caller' });
      await waitFor('the note', () => edge.signalling.dialogs.list('cell:all')[0]?.note);
      await cut();
      await hangsUp(toTag);
    },
  },
  {
    state: 'he holds meanwhile: he is to try again, and does',
    happens: async () => {
      const { legId, toTag } = await talks();
      app.telephony.note(legId, { callId: 'c', legId, role: 'caller' });
      await waitFor('the note', () => edge.signalling.dialogs.list('cell:all')[0]?.note);
      await cut();
      const hold = `${SDP.replace('a=sendrecv', 'a=sendonly')}`;
      caller.ask(edge.udpPort, { method: 'INVITE', toTag, cseq: 2, body: hold });
      const refused = await caller.response(500, 'INVITE');
      expect(refused.get('retry-after')).toBe('2');
      caller.ask(edge.udpPort, { method: 'ACK', toTag, cseq: 2 });
      await back();
      await waitFor('the leg to be ours', () => edge.signalling.load().incoming === 0);
      const from = caller.got.length;
      caller.ask(edge.udpPort, { method: 'INVITE', toTag, cseq: 3, body: hold });
      await caller.response(200, 'INVITE', from);
      caller.ask(edge.udpPort, { method: 'ACK', toTag, cseq: 3 });
      await hangsUp(toTag, 4);
    },
  },
  {
    state: "an agent's phone rings: it is let go, and his leg ends",
    happens: async () => {
      app.telephony.dial(command);
      const rings = await phone.request('INVITE');
      phone.answer(rings, 180);
      await app.next('leg.ringing');
      await cut();
      phone.answer(await phone.request('CANCEL'), 200);
      phone.answer(rings, 487);
      await phone.request('ACK');
      expect(await app.next('leg.ended')).toMatchObject({ legId: 'leg-agent' });
    },
  },
  {
    state: 'an agent picks up in the moment of the cut: ACK and BYE for his 200',
    happens: async () => {
      app.telephony.dial(command);
      const rings = await phone.request('INVITE');
      phone.answer(rings, 180);
      await app.next('leg.ringing');
      await cut();
      phone.answer(rings, 200, { body: SDP });
      await phone.request('ACK');
      phone.answer(await phone.request('BYE'), 200);
      expect(await app.next('leg.ended')).toMatchObject({ legId: 'leg-agent' });
    },
  },
];

test.each(rows)('$state', async ({ happens }) => {
  await happens();
  await back();
  const ended = app.events.all.filter(({ type }) => type === 'leg.ended');
  expect(ended).toHaveLength(1);
  const left = { dialogs: 0, transactions: 0, incoming: 0, outgoing: 0 };
  await waitFor('nothing to be left', () => {
    const { apps: _apps, ...load } = edge.signalling.load();
    return JSON.stringify(load) === JSON.stringify(left);
  });
});

test('a registration that could not be refreshed because of a cut is good as long as its phone answers', async () => {
  expect((await registered(edge.udpPort, phone, { headers: ['Expires: 10'] })).status).toBe(200);
  const until = Date.now() + 10_000;
  phone.got.each((message) => {
    if (message.method === 'OPTIONS') phone.answer(message, 200);
  });
  await cut();
  await back();
  await waitFor('it to run out', () => Date.now() > until + 100, 15_000);
  app.telephony.dial({ ...command, to: { kind: 'phone', agentId: 'wang', phoneId: '8001' } });
  phone.answer(await phone.request('INVITE'), 486);
  await app.next('leg.ended');
}, 40_000);
