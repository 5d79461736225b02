/**
 * INVITE with Replaces (RFC 3891) of our own phones, in raw messages: what may be named, what each phone is
 * answered and told, and in which order. Real SIP, control and media; the engine is the test itself.
 */
import type { SipMessage } from '../../../sip/message/sip-message';
import type { DialCommand, Replace } from '../../../src/engine/ports';
import { Phone, SDP } from '../support/phone';
import { planWith, startEdge, startTestApp, type Edge, type TestApp } from './support';

let edge: Edge;
let app: TestApp;
/** Of Li at his desk, and the one that he carries. */
let desk: Phone;
let carried: Phone;
let asked: Parameters<Replace['mayReplace']>[0][];
let engine: Replace;

const command: DialCommand = {
  type: 'leg.dial',
  legId: 'leg-desk',
  callId: 'call-1',
  to: { kind: 'phone', agentId: 'li', phoneId: '8002' },
  from: '+8613800001111',
  displayName: '张伟',
  towards: null,
};

beforeEach(async () => {
  edge = await startEdge();
  [desk, carried] = [await Phone.udp(), await Phone.udp('127.0.0.4')];
  asked = [];
  engine = { mayReplace: () => null, replace: () => null };
  const plan = planWith(desk.port);
  const second = { id: '8009', kind: 'static', person: 'li', autoReady: false, watch: false };
  plan.phones.push({ ...second, contact: `sip:li@127.0.0.4:${carried.port}` } as never);
  app = await startTestApp(edge, {
    plan,
    replacing: {
      mayReplace: (what) => {
        asked.push(what);
        return engine.mayReplace(what);
      },
      replace: (what, by) => engine.replace(what, by),
    },
  });
  app.telephony.dial(command);
});

afterEach(async () => {
  for (const one of [desk, carried]) one.close();
  app.close();
  await edge.close();
});

const takes = (callId: string, ours: string, theirs: string, more = '') => {
  const headers = [`Replaces: ${callId};to-tag=${ours};from-tag=${theirs}${more}`];
  carried.ask(edge.udpPort, { method: 'INVITE', headers, body: SDP });
};
/** The dialog of the desk phone, by what it was sent and its own tag. */
const named = ({ callId = '', fromTag = '' }: SipMessage) => [callId, fromTag, desk.tag] as const;
const ended = () =>
  app.events.all.flatMap((e) => (e.type === 'leg.ended' ? [[e.legId, e.cause]] : []));

describe('a talk of its person', () => {
  let ack: SipMessage;

  beforeEach(async () => {
    desk.answer(await desk.request('INVITE'), 200, { body: SDP });
    ack = await desk.request('ACK');
    await app.next('leg.answered');
  });

  test('200 first, then the leg is taken over, and the old one gets BYE', async () => {
    let by = '';
    engine.replace = (_asked, legId) => {
      by = legId;
      app.telephony.hangup('leg-desk', 'answered-elsewhere');
      return null;
    };
    takes(...named(ack));
    const ok = await carried.response(200, 'INVITE');
    carried.ask(edge.udpPort, { method: 'ACK', toTag: ok.toTag ?? '' });
    const bye = await desk.request('BYE');
    expect(bye.get('reason')).toContain('Call completed elsewhere');
    const what = { agentId: 'li', phoneId: '8009', callId: 'call-1', legId: 'leg-desk' };
    expect(asked).toEqual([{ ...what, rings: false }]);
    // It is one of the same call, and of its media.
    app.calls.bridge('call-1', by, 'leg-other');
    app.telephony.hangup(by, 'partner-left');
    await carried.request('BYE');
    expect(ended()).toEqual([
      ['leg-desk', 'answered-elsewhere'],
      [by, 'partner-left'],
    ]);
  });

  test('that is over when the phone has our 200: it gets BYE, and nobody else', async () => {
    engine.replace = () => 'NOT_YOUR_TALK';
    takes(...named(ack));
    const ok = await carried.response(200, 'INVITE');
    carried.ask(edge.udpPort, { method: 'ACK', toTag: ok.toTag ?? '' });
    await carried.request('BYE');
    expect(desk.count((m) => m.method === 'BYE')).toBe(0);
  });

  test.each([
    ['NOT_YOUR_TALK', 403],
    ['NOT_SIGNED_IN', 403],
    ['NOTHING_TO_PICK_UP', 481],
    ['OCCUPIED_YOURSELF', 486],
    ['IN_CONSULTATION', 603],
    ['PHONE_UNREACHABLE', 480],
  ] as const)('%s is told as %i, and the talk stays', async (code, status) => {
    engine.mayReplace = () => code;
    takes(...named(ack));
    await carried.response(status, 'INVITE');
    expect(ended()).toEqual([]);
    const audits = app.events.all.filter(({ type }) => type === 'dial.refused');
    expect(audits).toMatchObject(code === 'NOT_YOUR_TALK' ? [{ who: '8009', what: code }] : []);
  });

  test('is none that rings (early-only): 486; of an unknown dialog, or with a wrong tag: 481', async () => {
    const [callId, ours, theirs] = named(ack);
    takes(callId, ours, theirs, ';early-only');
    await carried.response(486, 'INVITE');
    for (const wrong of [
      ['none', ours, theirs],
      [callId, 'x', theirs],
      [callId, ours, 'x'],
    ] as const) {
      const from = carried.got.length;
      const headers = [`Replaces: ${wrong[0]};to-tag=${wrong[1]};from-tag=${wrong[2]}`];
      const unlike = { callId: `other-${wrong.join('-')}`, headers, body: SDP };
      carried.ask(edge.udpPort, { method: 'INVITE', ...unlike });
      await carried.response(481, 'INVITE', from);
    }
    expect(asked).toHaveLength(1);
  });

  test('an offer that we cannot meet is refused, and the talk stays', async () => {
    const [callId, ours, theirs] = named(ack);
    const headers = [`Replaces: ${callId};to-tag=${ours};from-tag=${theirs}`];
    const body = SDP.replace('RTP/AVP 8', 'RTP/AVP 97');
    carried.ask(edge.udpPort, { method: 'INVITE', headers, body });
    await carried.response(488, 'INVITE');
    expect(desk.count((m) => m.method === 'BYE')).toBe(0);
  });
});

describe('a call that rings', () => {
  test('is picked up by the dialog that rings, and the other phone is told where', async () => {
    const invite = await desk.request('INVITE');
    desk.answer(invite, 180);
    await app.next('leg.ringing');
    engine.replace = () => {
      app.telephony.hangup('leg-desk', 'answered-elsewhere');
      return null;
    };
    takes(...named(invite), ';early-only');
    const ok = await carried.response(200, 'INVITE');
    carried.ask(edge.udpPort, { method: 'ACK', toTag: ok.toTag ?? '' });
    const cancel = await desk.request('CANCEL');
    expect(cancel.get('reason')).toContain('Call completed elsewhere');
    expect(asked).toMatchObject([{ legId: 'leg-desk', rings: true }]);
  });

  test('is none before it rings, nor after the phone has refused', async () => {
    const invite = await desk.request('INVITE');
    takes(...named(invite));
    await carried.response(481, 'INVITE');
    desk.answer(invite, 180);
    await app.next('leg.ringing');
    desk.answer(invite, 486);
    await app.next('leg.ended');
    const [callId, ours, theirs] = named(invite);
    const headers = [`Replaces: ${callId};to-tag=${ours};from-tag=${theirs}`];
    const from = carried.got.length;
    carried.ask(edge.udpPort, { method: 'INVITE', callId: 'late', headers, body: SDP });
    await carried.response(481, 'INVITE', from);
    expect(asked).toEqual([]);
  });
});
