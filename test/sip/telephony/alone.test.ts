/**
 * No app is there: the edge answers the hotline's callers by itself, and the next app learns of each of
 * them once. Real SIP, control, media and sound.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import pino from 'pino';
import { fell } from '../../support/worker-fall';
import { hearsMusic } from '../../support/desk-talk';
import { likeness } from '../../support/prompt-heard';
import { TonePhone } from '../../support/tone-phone';
import { waitFor } from '../../support/wait';
import { Phone } from '../support/phone';
import { OURS, planWith, startEdge, startTestApp, type Edge, type TestApp } from './support';

let dataDir: string;
let edge: Edge;
let app: TestApp | undefined;
let caller: Phone;
let ear: TonePhone;
let logged: string[];

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'openline-alone-'));
  logged = [];
  const log = pino({}, { write: (line: string) => void logged.push(line) });
  edge = await startEdge({ dataDir, waitForAppMs: 400, graceMs: 500, log });
  caller = await Phone.udp();
  ear = await TonePhone.open({ tone: 1000 });
});

afterEach(async () => {
  ear.close();
  caller.close();
  app?.close();
  app = undefined;
  await edge.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function come(): Promise<TestApp> {
  app = await startTestApp(edge, { plan: planWith(5190) });
  // The list of hotlines is told over control, which may be later than this.
  await waitFor('the hotlines to be on disk', () => hotlinesOnDisk().includes('"400"'));
  return app;
}

async function go(): Promise<void> {
  app?.close();
  app = undefined;
  await waitFor('the app to be gone', () => edge.signalling.load().apps === 0);
}

const hotlinesOnDisk = () => onDisk('hotlines.json');

function onDisk(file: string): string {
  try {
    return readFileSync(join(dataDir, file), 'utf8');
  } catch {
    return '';
  }
}

const callersOnDisk = () => onDisk('callers.jsonl');

const invite = (more: { headers?: string[]; uri?: string; body?: string } = {}) =>
  caller.ask(edge.udpPort, { method: 'INVITE', body: ear.sdp(), ...more });

/** He is answered by the edge, and hears something. */
async function answered(headers: string[] = []): Promise<string> {
  invite({ headers });
  await caller.response(180);
  const ok = await caller.response(200, 'INVITE');
  const toTag = ok.toTag as string;
  caller.ask(edge.udpPort, { method: 'ACK', toTag });
  ear.talkTo(ok.body);
  return toTag;
}

async function hearsItToItsEnd(prompts: string[]): Promise<void> {
  const bye = await caller.got.next('our BYE', (m) => m.method === 'BYE', { deadlineMs: 20_000 });
  expect(bye.get('reason')).toContain('Announcement over');
  caller.answer(bye, 200);
  // Its last packets may still stand in the socket of his ear when the BYE has been read from another one.
  const heard = (prompt: string) => likeness(ear.heard, { language: 'en', prompt });
  for (const prompt of prompts) {
    await waitFor(`${prompt} to its end`, () => heard(prompt) > 0.95);
  }
}

test('he hears that he will be called back, which is on disk before, and the next app is told', async () => {
  await come();
  await go();
  await answered();
  expect(callersOnDisk()).toContain('"promised"');
  await hearsItToItsEnd(['no-agents', 'promise-taken']);
  const next = await come();
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
  await waitFor('the file to be emptied', () => callersOnDisk() === '');
  expect(edge.signalling.load()).toMatchObject({ dialogs: 0, incoming: 0 });
}, 40_000);

test('so does who heard the app before its answer, and nothing of that any more', async () => {
  const here = await come();
  invite();
  const { callId, legId } = await here.next('call.arrived');
  here.telephony.ring(legId, true);
  here.calls.music(callId, legId);
  const told = await caller.response(183);
  await hearsMusic(ear);
  await go();
  const ok = await caller.response(200, 'INVITE');
  expect([ok.toTag, ok.body]).toEqual([told.toTag, told.body]);
  caller.ask(edge.udpPort, { method: 'ACK', toTag: ok.toTag as string });
  ear.talkTo(ok.body);
  await hearsItToItsEnd(['no-agents', 'promise-taken']);
  expect(await (await come()).next('caller.served')).toMatchObject({ result: 'promised' });
});

test('he called the contact that is registered at his carrier: rules make the hotline of what stands in To', async () => {
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
  app = await startTestApp(edge, { plan });
  await waitFor('the rules to be on disk', () => hotlinesOnDisk().includes('8620001'));
  await go();
  caller.ask(edge.udpPort, {
    ...{ method: 'INVITE', body: ear.sdp() },
    ...{ uri: `sip:8620001@127.0.0.1:${edge.udpPort}`, to: '<sip:+8610400@ims>' },
  });
  await caller.response(180);
  const toTag = (await caller.response(200, 'INVITE')).toTag as string;
  caller.ask(edge.udpPort, { method: 'ACK', toTag });
  caller.ask(edge.udpPort, { method: 'BYE', toTag, cseq: 2 });
  await caller.response(200, 'BYE');
  const next = await come();
  expect(await next.next('caller.served')).toMatchObject({ hotline: '400', result: 'promised' });
});

test('who demands reliable provisionals gets none that is not, and is answered', async () => {
  await come();
  await go();
  invite({ headers: ['Require: 100rel'] });
  const toTag = (await caller.response(200, 'INVITE')).toTag as string;
  caller.ask(edge.udpPort, { method: 'ACK', toTag });
  expect(caller.count((m) => m.status === 180)).toBe(0);
  caller.ask(edge.udpPort, { method: 'BYE', toTag, cseq: 2 });
  await caller.response(200, 'BYE');
});

test('who hears nothing any more, because the worker of his media fell, is let go', async () => {
  await come();
  await go();
  await answered();
  const [listening] = edge.media.list('the edge');
  const session = edge.media.find('the edge', listening?.session ?? '');
  await fell(Reflect.get(session?.link ?? {}, 'worker') as Worker);
  caller.answer(await caller.request('BYE'), 200);
});

test('a caller without a number hears that he cannot be called back', async () => {
  await come();
  await go();
  await answered(['P-Asserted-Identity: <sip:13800001111@carrier>', 'Privacy: id']);
  await hearsItToItsEnd(['no-agents', 'no-number']);
  const next = await come();
  expect(await next.next('caller.served')).toMatchObject({ from: '', result: 'no-number' });
}, 40_000);

test('who gives up before, or hangs up in between, is counted as well', async () => {
  await come();
  await go();
  const branch = 'z9hG4bKgivesup';
  const ask = { body: ear.sdp(), branch, callId: 'gives-up' };
  caller.ask(edge.udpPort, { method: 'INVITE', ...ask });
  await caller.response(180);
  caller.ask(edge.udpPort, { method: 'CANCEL', branch, callId: 'gives-up' });
  await caller.response(487);
  const toTag = await answered();
  caller.ask(edge.udpPort, { method: 'BYE', toTag, cseq: 2 });
  await caller.response(200, 'BYE');
  const next = await come();
  await next.events.next('both', () => served(next).length === 2);
  expect(
    served(next)
      .map(({ result }) => result)
      .sort(),
  ).toEqual(['left', 'promised']);
}, 40_000);

test('who gives up after an app had noted him, and before it came back, is counted under its note', async () => {
  await edge.close();
  edge = await startEdge({ dataDir, waitForAppMs: 20_000 });
  const first = await come();
  const ask = { body: ear.sdp(), branch: 'z9hG4bKnoted', callId: 'noted' };
  caller.ask(edge.udpPort, { method: 'INVITE', ...ask });
  const { callId } = await first.next('call.arrived');
  await go();
  await waitFor('the INVITE to wait', () => edge.signalling.dialogs.invites('cell:all')[0]?.note);
  caller.ask(edge.udpPort, { ...ask, method: 'CANCEL' });
  await caller.response(487);
  const next = await come();
  expect(await next.next('caller.served')).toMatchObject({ callId, result: 'left' });
});

const served = ({ events }: TestApp) =>
  events.all.flatMap((event) => (event.type === 'caller.served' ? [event] : []));

test('an edge that starts without an app knows whose callers to serve, and whom it has not told yet', async () => {
  await come();
  await go();
  await answered();
  const told = JSON.parse(callersOnDisk().split('\n')[0] ?? '') as { served: { id: string } };
  await edge.close();
  edge = await startEdge({ dataDir, waitForAppMs: 400 });
  caller.close();
  caller = await Phone.udp();
  await answered();
  await hearsItToItsEnd([]);
  const next = await come();
  await next.events.next('both', () => served(next).length === 2);
  expect(served(next).map(({ callId }) => callId)).toContain(told.served.id);
}, 40_000);

test('the app that comes back in time gets the call; it was never answered by anybody else', async () => {
  await edge.close();
  edge = await startEdge({ dataDir, waitForAppMs: 20_000 });
  await come();
  await go();
  invite();
  const ringing = await caller.response(180);
  const next = await come();
  const { legId } = await next.next('call.arrived');
  next.telephony.answer(legId);
  const ok = await caller.response(200, 'INVITE');
  expect(ok.toTag).toBe(ringing.toTag);
  caller.ask(edge.udpPort, { method: 'ACK', toTag: ok.toTag as string });
  await next.next('leg.answered');
  expect(served(next)).toEqual([]);
});

test('other numbers and other places are asked to come again; bad offers are refused', async () => {
  await come();
  await go();
  invite({ uri: `sip:999@127.0.0.1:${edge.udpPort}` });
  expect((await caller.response(503)).get('retry-after')).toBe('2');
  const stranger = await Phone.udp('127.0.0.9');
  stranger.ask(edge.udpPort, { method: 'INVITE', body: ear.sdp() });
  await stranger.response(503);
  expect(stranger.count(({ status }) => status === 180)).toBe(0);
  stranger.close();
  const deaf = ear.sdp().replace('RTP/AVP 8', 'RTP/AVP 18');
  const from = caller.got.length;
  caller.ask(edge.udpPort, { method: 'INVITE', callId: 'deaf', body: deaf });
  await caller.response(488, 'INVITE', from);
  const line = logged.find((one) => one.includes('a caller has no stream')) ?? '{}';
  expect(JSON.parse(line)).toMatchObject({
    ...{ callId: 'deaf', refused: 488 },
    reason: `none of theirs (audio RTP/AVP 18) is one of ours (${OURS})`,
  });
  expect(callersOnDisk()).toContain('"no-media"');
});

test('a carrier that asks whether we live is told so while we can answer its callers', async () => {
  caller.ask(edge.udpPort, { method: 'OPTIONS' });
  await caller.response(503, 'OPTIONS');
  await come();
  await go();
  caller.ask(edge.udpPort, { method: 'OPTIONS', cseq: 2 });
  await caller.response(200, 'OPTIONS');
});

test('who gives up while his stream is opened leaves none behind, and is counted', async () => {
  await edge.close();
  let isFirst = true;
  const opened = async () => {
    if (!isFirst) return;
    isFirst = false;
    caller.ask(edge.udpPort, { ...ask, method: 'CANCEL' });
    await caller.response(487);
  };
  edge = await startEdge({ dataDir, waitForAppMs: 100, maxStreams: 1, opened });
  await come();
  await go();
  const ask = { body: ear.sdp(), branch: 'z9hG4bKhasty', callId: 'hasty' };
  caller.ask(edge.udpPort, { method: 'INVITE', ...ask });
  await waitFor('him to be counted', () => callersOnDisk().includes('"left"'));
  // With one stream for all, the next caller is answered only if that one is free again.
  await answered();
});

describe('one stream for all', () => {
  let second: Phone;
  const start = async (longestRingMs: number): Promise<void> => {
    await edge.close();
    edge = await startEdge({ dataDir, waitForAppMs: 100, maxStreams: 1, longestRingMs });
    await come();
    await go();
    second = await Phone.udp();
  };
  afterEach(() => second.close());

  test('the next caller hears that it rings, and has it when it is free', async () => {
    await start(20_000);
    const toTag = await answered();
    second.ask(edge.udpPort, { method: 'INVITE', body: ear.sdp() });
    await second.response(180);
    caller.ask(edge.udpPort, { method: 'BYE', toTag, cseq: 2 });
    await second.response(200, 'INVITE');
    expect(edge.signalling.counters).toMatchObject({ servedAlone: 2, overCapacity: 0 });
  });

  test('then he is refused, so that the carrier takes its next route; he is called back all the same', async () => {
    await start(600);
    await answered();
    second.ask(edge.udpPort, { method: 'INVITE', body: ear.sdp() });
    expect((await second.response(503)).get('retry-after')).toBe('2');
    expect(callersOnDisk()).toContain('"over-capacity"');
    expect(edge.signalling.counters).toMatchObject({ servedAlone: 1, overCapacity: 1 });
    const next = await come();
    expect(await next.next('caller.served')).toMatchObject({
      ...{ from: '+8613800001111', hotline: '400', answeredAt: null, result: 'over-capacity' },
    });
    expect(await next.next('alarm.raised')).toMatchObject({ code: 'OVER_CAPACITY' });
  });

  test('who gives up while he waits for it has left', async () => {
    await start(20_000);
    await answered();
    const ask = { body: ear.sdp(), branch: 'z9hG4bKgivesup' };
    second.ask(edge.udpPort, { method: 'INVITE', ...ask });
    await second.response(180);
    second.ask(edge.udpPort, { method: 'CANCEL', ...ask });
    await second.response(487);
    await waitFor('him to be counted', () => callersOnDisk().includes('"left"'));
  });
});

test('an answered caller who is left alone hears the same, and his call ends as announced', async () => {
  const first = await come();
  invite();
  const { legId, callId } = await first.next('call.arrived');
  first.telephony.note(legId, { callId, legId, role: 'caller' });
  first.telephony.answer(legId);
  const ok = await caller.response(200, 'INVITE');
  caller.ask(edge.udpPort, { method: 'ACK', toTag: ok.toTag as string });
  await first.next('leg.answered');
  await waitFor('the note to stand', () => edge.signalling.dialogs.list('cell:all')[0]?.note);
  ear.talkTo(ok.body);
  await go();
  await hearsItToItsEnd(['no-agents', 'promise-taken']);
  const next = await come();
  expect(await next.next('leg.ended')).toMatchObject({ legId, callId, cause: 'announced' });
}, 40_000);

test('an INFO that came meanwhile is told when the app has its legs again', async () => {
  const first = await come();
  invite();
  const { legId, callId } = await first.next('call.arrived');
  first.telephony.note(legId, { callId, legId, role: 'caller' });
  first.telephony.answer(legId);
  const ok = await caller.response(200, 'INVITE');
  const toTag = ok.toTag as string;
  caller.ask(edge.udpPort, { method: 'ACK', toTag });
  await first.next('leg.answered');
  await go();
  const headers = ['Content-Type: application/dtmf-relay'];
  caller.ask(edge.udpPort, { method: 'INFO', toTag, cseq: 2, headers, body: 'Signal=1\r\n' });
  await caller.response(200, 'INFO');
  const next = await come();
  await waitFor('the INFO', () => next.told.find((line) => line.event === 'dialog.info'));
  expect(next.told).toContainEqual(
    expect.objectContaining({ event: 'dialog.info', body: 'Signal=1\r\n' }),
  );
});
