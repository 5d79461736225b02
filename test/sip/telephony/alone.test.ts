/**
 * No app is there: the edge answers the hotline's callers by itself, and the next app learns of each of
 * them once. Real SIP, control, media and sound. Who hears all that is said does so beside the others who do.
 */
import type { Worker } from 'node:worker_threads';
import { waitFor } from '../../support/wait';
import { fell } from '../../support/worker-fall';
import { Phone } from '../support/phone';
import { testHeardOut, testLeftAlone } from './left-alone';
import { OURS, planWith, type TestApp } from './support';

const served = ({ events }: TestApp) =>
  events.all.flatMap((event) => (event.type === 'caller.served' ? [event] : []));

testHeardOut(
  'he hears that he will be called back, which is on disk before, and the next app is told',
  async (here) => {
    await here.come();
    await here.go();
    await here.answered();
    expect(here.callersOnDisk()).toContain('"promised"');
    await here.hearsItToItsEnd(['no-agents', 'promise-taken']);
    const next = await here.come();
    const served = await next.next('caller.served');
    expect(served).toMatchObject({
      hotline: '400',
      trunkId: 'carrier',
      from: '+8613800001111',
      result: 'promised',
      lookup: { result: 'none' },
    });
    expect(served.arrivedAt).toBeLessThanOrEqual((served.answeredAt ?? 0) - 400);
    expect(served.endedAt).toBeGreaterThan((served.answeredAt ?? 0) + 4000);
    await waitFor('the file to be emptied', () => here.callersOnDisk() === '');
    expect(here.edge.signalling.load()).toMatchObject({ dialogs: 0, incoming: 0 });
  },
);

testLeftAlone(
  'he called the contact that is registered at his carrier: rules make the hotline of what stands in To',
  async (here) => {
    const plan = planWith(5190);
    const register = {
      user: '8620001',
      registrar: 'sip:127.0.0.1:9',
      account: '8620001',
      realm: 'x',
    };
    Object.assign(plan.trunks[0]!, {
      register: { ...register, expires: 300, ha1: '', ha1Sha256: '' },
      rewrite: { called: [{ match: '+8610|.', replace: '' }] },
    });
    await here.come(plan, '8620001');
    await here.go();
    here.caller.ask(here.edge.udpPort, {
      ...{ method: 'INVITE', body: here.ear.sdp() },
      ...{ uri: `sip:8620001@127.0.0.1:${here.edge.udpPort}`, to: '<sip:+8610400@ims>' },
    });
    await here.caller.response(180);
    const toTag = (await here.caller.response(200, 'INVITE')).toTag as string;
    here.caller.ask(here.edge.udpPort, { method: 'ACK', toTag });
    here.caller.ask(here.edge.udpPort, { method: 'BYE', toTag, cseq: 2 });
    await here.caller.response(200, 'BYE');
    const next = await here.come();
    expect(await next.next('caller.served')).toMatchObject({ hotline: '400', result: 'promised' });
  },
);

testLeftAlone(
  'who demands reliable provisionals gets none that is not, and is answered',
  async (here) => {
    await here.come();
    await here.go();
    here.invite({ headers: ['Require: 100rel'] });
    const toTag = (await here.caller.response(200, 'INVITE')).toTag as string;
    here.caller.ask(here.edge.udpPort, { method: 'ACK', toTag });
    expect(here.caller.count((m) => m.status === 180)).toBe(0);
    here.caller.ask(here.edge.udpPort, { method: 'BYE', toTag, cseq: 2 });
    await here.caller.response(200, 'BYE');
  },
);

testLeftAlone(
  'who hears nothing any more, because the worker of his media fell, is let go',
  async (here) => {
    await here.come();
    await here.go();
    await here.answered();
    const [listening] = here.edge.media.list('the edge');
    const session = here.edge.media.find('the edge', listening?.session ?? '');
    await fell(Reflect.get(session?.link ?? {}, 'worker') as Worker);
    here.caller.answer(await here.caller.request('BYE'), 200);
  },
);

testHeardOut('a caller without a number hears that he cannot be called back', async (here) => {
  await here.come();
  await here.go();
  await here.answered(['P-Asserted-Identity: <sip:13800001111@carrier>', 'Privacy: id']);
  await here.hearsItToItsEnd(['no-agents', 'no-number']);
  const next = await here.come();
  expect(await next.next('caller.served')).toMatchObject({ from: '', result: 'no-number' });
});

testLeftAlone('who gives up before, or hangs up in between, is counted as well', async (here) => {
  await here.come();
  await here.go();
  const branch = 'z9hG4bKgivesup';
  const ask = { body: here.ear.sdp(), branch, callId: 'gives-up' };
  here.caller.ask(here.edge.udpPort, { method: 'INVITE', ...ask });
  await here.caller.response(180);
  here.caller.ask(here.edge.udpPort, { method: 'CANCEL', branch, callId: 'gives-up' });
  await here.caller.response(487);
  const toTag = await here.answered();
  here.caller.ask(here.edge.udpPort, { method: 'BYE', toTag, cseq: 2 });
  await here.caller.response(200, 'BYE');
  const next = await here.come();
  await next.events.next('both', () => served(next).length === 2);
  expect(
    served(next)
      .map(({ result }) => result)
      .sort(),
  ).toEqual(['left', 'promised']);
});

testLeftAlone(
  'who gives up after an app had noted him, and before it came back, is counted under its note',
  async (here) => {
    await here.restarts({ waitForAppMs: 20_000 });
    const first = await here.come();
    const ask = { body: here.ear.sdp(), branch: 'z9hG4bKnoted', callId: 'noted' };
    here.caller.ask(here.edge.udpPort, { method: 'INVITE', ...ask });
    const { callId } = await first.next('call.arrived');
    await here.go();
    await waitFor(
      'the INVITE to wait',
      () => here.edge.signalling.dialogs.invites('cell:all')[0]?.note,
    );
    here.caller.ask(here.edge.udpPort, { ...ask, method: 'CANCEL' });
    await here.caller.response(487);
    const next = await here.come();
    expect(await next.next('caller.served')).toMatchObject({ callId, result: 'left' });
  },
);

testHeardOut(
  'an edge that starts without an app knows whose callers to serve, and whom it has not told yet',
  async (here) => {
    await here.come();
    await here.go();
    await here.answered();
    const told = JSON.parse(here.callersOnDisk().split('\n')[0] ?? '') as {
      served: { id: string };
    };
    await here.restarts({ waitForAppMs: 400 });
    await here.anotherCalls();
    await here.answered();
    await here.hearsItToItsEnd([]);
    const next = await here.come();
    await next.events.next('both', () => served(next).length === 2);
    expect(served(next).map(({ callId }) => callId)).toContain(told.served.id);
  },
);

testLeftAlone(
  'the app that comes back in time gets the call; it was never answered by anybody else',
  async (here) => {
    await here.restarts({ waitForAppMs: 20_000 });
    await here.come();
    await here.go();
    here.invite();
    const ringing = await here.caller.response(180);
    const next = await here.come();
    const { legId } = await next.next('call.arrived');
    next.telephony.answer(legId);
    const ok = await here.caller.response(200, 'INVITE');
    expect(ok.toTag).toBe(ringing.toTag);
    here.caller.ask(here.edge.udpPort, { method: 'ACK', toTag: ok.toTag as string });
    await next.next('leg.answered');
    expect(served(next)).toEqual([]);
  },
);

testLeftAlone(
  'other numbers and other places are asked to come again; bad offers are refused',
  async (here) => {
    await here.come();
    await here.go();
    here.invite({ uri: `sip:999@127.0.0.1:${here.edge.udpPort}` });
    expect((await here.caller.response(503)).get('retry-after')).toBe('2');
    const stranger = await Phone.udp('127.0.0.9');
    stranger.ask(here.edge.udpPort, { method: 'INVITE', body: here.ear.sdp() });
    await stranger.response(503);
    expect(stranger.count(({ status }) => status === 180)).toBe(0);
    stranger.close();
    const deaf = here.ear.sdp().replace('RTP/AVP 8', 'RTP/AVP 18');
    const from = here.caller.got.length;
    here.caller.ask(here.edge.udpPort, { method: 'INVITE', callId: 'deaf', body: deaf });
    await here.caller.response(488, 'INVITE', from);
    const line = here.logged.find((one) => one.includes('a caller has no stream')) ?? '{}';
    expect(JSON.parse(line)).toMatchObject({
      ...{ callId: 'deaf', refused: 488 },
      reason: `none of theirs (audio RTP/AVP 18) is one of ours (${OURS})`,
    });
  },
);

testLeftAlone(
  'a carrier that asks whether we live is told so while we can answer its callers',
  async (here) => {
    here.caller.ask(here.edge.udpPort, { method: 'OPTIONS' });
    await here.caller.response(503, 'OPTIONS');
    await here.come();
    await here.go();
    here.caller.ask(here.edge.udpPort, { method: 'OPTIONS', cseq: 2 });
    await here.caller.response(200, 'OPTIONS');
  },
);

testLeftAlone(
  'who gives up while his stream is opened leaves none behind, and is counted',
  async (here) => {
    let isFirst = true;
    const opened = async () => {
      if (!isFirst) return;
      isFirst = false;
      here.caller.ask(here.edge.udpPort, { ...ask, method: 'CANCEL' });
      await here.caller.response(487);
    };
    await here.restarts({ waitForAppMs: 100, maxStreams: 1, opened });
    await here.come();
    await here.go();
    const ask = { body: here.ear.sdp(), branch: 'z9hG4bKhasty', callId: 'hasty' };
    here.caller.ask(here.edge.udpPort, { method: 'INVITE', ...ask });
    await waitFor('him to be counted', () => here.callersOnDisk().includes('"left"'));
    // With one stream for all, the next caller is answered only if that one is free again.
    await here.answered();
  },
);

testLeftAlone(
  'without media left he is refused, so that the carrier takes its next route',
  async (here) => {
    await here.restarts({ waitForAppMs: 100, maxStreams: 1 });
    await here.come();
    await here.go();
    await here.answered();
    const second = await Phone.udp();
    second.ask(here.edge.udpPort, { method: 'INVITE', body: here.ear.sdp() });
    await second.response(503);
    expect(here.edge.signalling.counters).toMatchObject({ servedAlone: 1, overCapacity: 1 });
    second.close();
  },
);

testHeardOut(
  'an answered caller who is left alone hears the same, and his call ends as announced',
  async (here) => {
    const first = await here.come();
    here.invite();
    const { legId, callId } = await first.next('call.arrived');
    first.telephony.note(legId, { callId, legId, role: 'caller' });
    first.telephony.answer(legId);
    const ok = await here.caller.response(200, 'INVITE');
    here.caller.ask(here.edge.udpPort, { method: 'ACK', toTag: ok.toTag as string });
    await first.next('leg.answered');
    await waitFor(
      'the note to stand',
      () => here.edge.signalling.dialogs.list('cell:all')[0]?.note,
    );
    here.ear.talkTo(ok.body);
    await here.go();
    await here.hearsItToItsEnd(['no-agents', 'promise-taken']);
    const next = await here.come();
    expect(await next.next('leg.ended')).toMatchObject({ legId, callId, cause: 'announced' });
  },
);

testLeftAlone(
  'an INFO that came meanwhile is told when the app has its legs again',
  async (here) => {
    const first = await here.come();
    here.invite();
    const { legId, callId } = await first.next('call.arrived');
    first.telephony.note(legId, { callId, legId, role: 'caller' });
    first.telephony.answer(legId);
    const ok = await here.caller.response(200, 'INVITE');
    const toTag = ok.toTag as string;
    here.caller.ask(here.edge.udpPort, { method: 'ACK', toTag });
    await first.next('leg.answered');
    await here.go();
    const headers = ['Content-Type: application/dtmf-relay'];
    here.caller.ask(here.edge.udpPort, {
      method: 'INFO',
      toTag,
      cseq: 2,
      headers,
      body: 'Signal=1\r\n',
    });
    await here.caller.response(200, 'INFO');
    const next = await here.come();
    await waitFor('the INFO', () => next.told.find((line) => line.event === 'dialog.info'));
    expect(next.told).toContainEqual(
      expect.objectContaining({ event: 'dialog.info', body: 'Signal=1\r\n' }),
    );
  },
);
