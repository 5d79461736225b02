import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pino from 'pino';
import { connectControl, type ControlClient } from '../../../../sip/control/client';
import type { DomainEvent } from '../../../../src/domain/events';
import { embeddedMedia, type EmbeddedMedia } from '../../../../src/media/embedded/media';
import { SECRET, startMediaEdge, type MediaEdge } from '../../../support/media-edge';
import { likeness } from '../../../support/prompt-heard';
import { readWav, toneShare } from '../../../support/tone';
import { TonePhone } from '../../../support/tone-phone';
import { waitFor } from '../../../support/wait';

const log = pino({ level: 'silent' });
let edge: MediaEdge;
let apps = 0;
const clients: ControlClient[] = [];
const phones: TonePhone[] = [];

beforeAll(async () => {
  edge = await startMediaEdge();
});
afterEach(() => {
  for (const phone of phones.splice(0)) phone.close();
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => edge.close());

const play = { type: 'media.play', legId: 'c', playId: 'p', then: 'silence' } as const;

interface App {
  embedded: EmbeddedMedia;
  control: ControlClient;
  submitted: DomainEvent[];
  scores: number[];
  heard: string[];
  recorded: string[];
  ended: string[];
  /** Calls whose media are gone. */
  lost: string[];
}

async function app(name = `app-${++apps}`, written = Promise.resolve()): Promise<App> {
  const control = connectControl({ ...edge.server.address, secret: SECRET, app: name, log });
  clients.push(control);
  const submitted: DomainEvent[] = [];
  const scores: number[] = [];
  const heard: string[] = [];
  const recorded: string[] = [];
  const ended: string[] = [];
  const lost: string[] = [];
  const embedded = embeddedMedia({
    ...{ control, language: 'en', now: () => 42, log },
    submit: (event) => submitted.push(event),
    onDialogEnded: ({ dialogId }) => ended.push(dialogId),
    onFlowEnded: () => undefined,
    onCallerServed: () => Promise.resolve(),
    onLegQuality: (mos) => scores.push(mos),
    onLegHeard: (legId) => heard.push(legId),
    onMediaLost: (callId) => lost.push(callId),
    onRecorded: ({ recording }) => recorded.push(recording),
    written: () => written,
  });
  await once(control, 'connected');
  return { embedded, control, submitted, scores, heard, recorded, ended, lost };
}

async function phone(tone: number, events?: number): Promise<TonePhone> {
  const opened = await TonePhone.open({ tone, ...(events === undefined ? {} : { events }) });
  phones.push(opened);
  return opened;
}

test('a call is answered, bridged, recorded and closed through the ports', async () => {
  const { embedded, submitted } = await app();
  embedded.begin();
  const { media, legs } = embedded;
  const [customer, agent] = [await phone(1000), await phone(600)];
  customer.talkTo(await legs.answerOffer('call', 'c', customer.sdp()));
  agent.talkTo(await legs.makeOffer('call', 'a', { like: 'c' }));
  await legs.acceptAnswer('call', 'a', agent.sdp());
  media.startRecording({
    ...{ type: 'record.start', callId: 'call', recordingId: 'r', path: 'x/r.wav' },
    ...{ left: 'c', right: 'a' },
  });
  media.bridge('call', 'c', 'a');
  await customer.hears(600);
  await agent.hears(1000);
  await customer.until(() => customer.heard.length > 40);
  media.stopRecording('call', 'r');
  const event = await waitFor('the recording', () => submitted[0]);
  expect(event).toMatchObject({ type: 'recording.finished', callId: 'call', recordingId: 'r' });
  expect(event).toMatchObject({ file: { result: 'stored', path: 'x/r.wav' } });
  const { channels } = readWav(await readFile(join(edge.recordingsDir, 'x/r.wav')));
  // 200 ms in its middle: what belongs to whom. That nothing jumps or is missing is the recorder's own test.
  const middle = (channels[0]?.length ?? 0) >> 1;
  const heard = channels[0]?.slice(middle, middle + 1600) ?? new Int16Array(1);
  expect(toneShare(heard, 1000)).toBeGreaterThan(0.9);

  media.unbridge('call', 'c', 'a');
  legs.release('call', 'a');
  media.play({ ...play, callId: 'call', prompts: ['store-call'], then: 'music' });
  await waitFor('the end of the play', () => submitted.length === 2);
  expect(submitted[1]).toMatchObject({
    ...{ type: 'play.ended', callId: 'call', legId: 'c', playId: 'p', reason: 'finished' },
  });
  media.music('call', 'c');
  media.close('call');
  await waitFor('the session to close', () => edge.media.find(`app-${apps}`, 'call') === null);
});

test('a sentence is said in the language of the caller, until he presses a key that ends it', async () => {
  const { embedded, submitted } = await app();
  embedded.begin();
  const { media, legs } = embedded;
  const customer = await phone(1000, 96);
  customer.talkTo(await legs.answerOffer('said', 'c', customer.sdp()));
  media.keys('said', 'c', true);
  media.play({
    ...{ ...play, callId: 'said', language: 'zh-CN', interrupt: '1', then: 'music' },
    prompts: [{ position: 2 }, { minutesRange: [2, 4] }, { prompt: 'hold-over' }, 'callback-offer'],
  });
  const likenessOf = (prompt: string) => likeness(customer.heard, { language: 'zh-CN', prompt });
  await customer.until(() => customer.heard.length > 330, 10_000);
  for (const prompt of ['position-before', 'number-2-measure', 'to', 'hold-over'])
    expect([prompt, likenessOf(prompt) > 0.95]).toEqual([prompt, true]);
  await customer.sendKey('7', 120);
  await customer.sendKey('1', 120);
  await waitFor('both keys and the end', () => submitted.length === 3);
  expect(submitted).toMatchObject([
    { type: 'key.pressed', callId: 'said', legId: 'c', key: '7' },
    { type: 'play.ended', callId: 'said', legId: 'c', playId: 'p', reason: 'key' },
    { type: 'key.pressed', callId: 'said', legId: 'c', key: '1' },
  ]);
  media.close('said');
});

test('a store that has no prompt of its own is heard with the built-in one', async () => {
  const { embedded, control } = await app();
  embedded.begin();
  const orders = jest.spyOn(control, 'command');
  const customer = await phone(1000);
  customer.talkTo(await embedded.legs.answerOffer('owned', 'c', customer.sdp()));
  embedded.media.play({
    ...{ ...play, callId: 'owned', language: 'en', owners: ['+864001', 'BJ_01'] },
    prompts: ['goodbye', { position: 1 }, { prompt: 'hold-over' }],
  });
  expect(orders.mock.calls.at(-1)?.[1]).toMatchObject({
    prompts: [
      { firstOf: ['goodbye-864001', 'goodbye-bj-01', 'goodbye'] },
      ...[{ position: 1 }, 'hold-over'],
    ],
  });
  await customer.until(() => customer.heard.length > 150, 10_000);
  const heard = likeness(customer.heard, { language: 'en', prompt: 'goodbye' });
  expect(heard).toBeGreaterThan(0.95);
  embedded.media.close('owned');
});

test('a leg is held and a recording paused through the ports', async () => {
  const { embedded, submitted } = await app();
  embedded.begin();
  const { media, legs } = embedded;
  const customer = await phone(1000);
  customer.talkTo(await legs.answerOffer('held', 'c', customer.sdp()));
  media.startRecording({
    ...{ type: 'record.start', callId: 'held', recordingId: 'h', path: 'h.wav' },
    ...{ left: 'c', right: 'c' },
  });
  const hearMore = () => {
    customer.forget();
    return customer.until(() => customer.heard.length > 15);
  };
  media.hold('held', 'c', false);
  await hearMore();
  media.music('held', 'c');
  media.pauseRecording('held', 'h');
  await hearMore();
  media.resumeRecording('held', 'h');
  await hearMore();
  media.stopRecording('held', 'h');
  const event = await waitFor('the recording', () => submitted[0]);
  if (event.type !== 'recording.finished' || event.file.result !== 'stored')
    throw new Error('none');
  // Both sides were held, and paused together.
  const { hold = 0, paused = 0 } = event.file.gapsMs ?? {};
  expect(hold).toBeGreaterThan(400);
  expect(hold).toBeLessThan(2000);
  expect(paused).toBeGreaterThan(200);
  expect(paused).toBeLessThan(1000);
  media.close('held');
});

test('a disk that does not take a recording, and counts that contradict each other, are alarms', async () => {
  const { embedded, control, submitted } = await app();
  embedded.begin();
  const about = { session: 'call', recording: 'r', seq: 1, at: 7 };
  const trouble = { event: 'record.disk', ...about, folder: 2, reason: 'ENOSPC' } as const;
  control.emit('event', { ...trouble, state: 'moved' });
  control.emit('event', { ...trouble, state: 'taken' });
  control.emit('event', { ...trouble, state: 'refused' });
  const stored = {
    result: 'stored',
    path: 'r.wav',
    startedAt: 1,
    durationMs: 1,
    bytes: 58,
  } as const;
  const file = { ...stored, sha256: '', gapsMs: {}, reconciles: false };
  control.emit('event', { event: 'record.finished', ...about, file });
  expect(submitted).toEqual([
    {
      ...{ type: 'alarm.raised', at: 7, code: 'RECORDING_DISK' },
      detail: 'recording r: moved to folder 2: ENOSPC',
    },
    {
      ...{ type: 'alarm.raised', at: 7, code: 'RECORDING_DISK' },
      detail: 'recording r: taken by no folder: ENOSPC',
    },
    {
      ...{ type: 'alarm.raised', at: 7, code: 'RECORDING_COUNTS' },
      detail: 'recording r: the counts of its manifest contradict each other',
    },
    { type: 'recording.finished', at: 7, callId: 'call', recordingId: 'r', file },
  ]);
});

test('a leg that media cannot carry is refused with the reason', async () => {
  const { embedded } = await app();
  await expect(embedded.legs.answerOffer('deaf', 'c', 'nonsense')).rejects.toMatchObject({
    code: 'bad-sdp',
  });
});

test('what fails is told as the event that lets the call go on', async () => {
  const { embedded, submitted } = await app();
  embedded.begin();
  const { media } = embedded;
  media.play({ ...play, callId: 'gone', prompts: ['greeting'] });
  media.startRecording({
    ...{ type: 'record.start', callId: 'gone', recordingId: 'r', path: 'r.wav' },
    ...{ left: 'c', right: 'a' },
  });
  media.bridge('gone', 'a', 'b');
  media.close('gone');
  embedded.legs.release('gone', 'c');
  await waitFor('both events', () => submitted.length === 2);
  expect(submitted).toEqual([
    {
      ...{ type: 'play.ended', at: 42, callId: 'gone', legId: 'c', playId: 'p' },
      reason: 'finished',
    },
    {
      ...{ type: 'recording.finished', at: 42, callId: 'gone', recordingId: 'r' },
      file: { result: 'failed', reason: 'gone' },
    },
  ]);
});

test('what is not on disk yet is not acknowledged: the next app is told it as well', async () => {
  const name = `app-${++apps}`;
  const first = await app(name, new Promise<void>(() => undefined));
  first.embedded.begin();
  edge.server.tellApp(name, {
    ...{ event: 'dialog.ended', dialogId: 'd1', note: '', cause: 'bye', endedAt: 1 },
  });
  const file = { result: 'failed', reason: 'for this test' } as const;
  edge.server.tellApp(name, { event: 'record.finished', session: 's', recording: 'r', file });
  await waitFor('the recording', () => first.submitted.length === 1);
  expect(first.ended).toEqual(['d1']);
  await first.control.command('session.list', {});
  first.control.close();

  const second = await app(name);
  second.embedded.begin();
  await waitFor('both again', () => second.ended.length === 1 && second.submitted.length === 1);
  // A file that was fetched is told of no more, so none is before it is in the journal.
  expect(first.recorded).toEqual([]);
  await waitFor('its file to be wanted', () => second.recorded[0] === 'r');
});

test('events are held until recovery is done, then told in order and acknowledged', async () => {
  const name = `app-${++apps}`;
  const ending = (dialogId: string) =>
    edge.server.tellApp(name, {
      ...{ event: 'dialog.ended', dialogId, note: '', cause: 'bye', endedAt: 1 },
    });
  ending('d1');
  edge.server.tellApp(name, { event: 'session.lost', session: 's', reason: 'x' });
  const first = await app(name);
  ending('d2');
  await first.control.command('session.list', {});
  expect(first.ended).toEqual([]);
  first.embedded.begin();
  expect(first.ended).toEqual(['d1', 'd2']);
  expect(first.lost).toEqual(['s']);
  ending('d3');
  await waitFor('the third', () => first.ended.length === 3);
  await first.control.command('session.list', {});
  first.control.close();

  const second = await app(name);
  ending('d4');
  second.embedded.begin();
  await waitFor('the fourth alone', () => second.ended.length > 0);
  expect(second.ended).toEqual(['d4']);
  second.embedded.stop();
  ending('d5');
  await second.control.command('session.list', {});
  expect(second.ended).toEqual(['d4']);
});

test('how a leg was received is told at its end, once', async () => {
  const { embedded, scores } = await app();
  embedded.begin();
  const { media, legs } = embedded;
  const customer = await phone(1000);
  customer.talkTo(await legs.answerOffer('judged', 'c', customer.sdp(), { from: ['127.0.0.1'] }));
  media.music('judged', 'c');
  await customer.until(() => customer.heard.length > 20);
  media.close('judged');
  await waitFor('the score', () => scores.length > 0);
  expect(scores).toEqual([expect.any(Number)]);
  expect(scores[0]).toBeGreaterThan(4);
});

test('a leg of which something was received is named, each time', async () => {
  const name = `app-${++apps}`;
  const { embedded, heard, scores } = await app(name);
  embedded.begin();
  const quality = { expected: 250, lost: 0, jitterMs: 1, roundTripMs: null, mos: 4.3 };
  for (const endpoint of ['a', 'b'])
    edge.server.tellApp(name, {
      ...{ event: 'endpoint.quality', session: 's', endpoint, final: false, quality },
    });
  await waitFor('both legs', () => heard.length === 2);
  expect([heard, scores]).toEqual([['a', 'b'], []]);
});

test('a key is told once: acknowledged, and told to no later app', async () => {
  const name = `app-${++apps}`;
  const first = await app(name);
  first.embedded.begin();
  await first.embedded.legs.answerOffer('keyed', 'c', (await phone(1000)).sdp());
  const told = once(first.control, 'event');
  first.embedded.legs.pressed('keyed', 'c', { key: '5', durationMs: 100 });
  expect(await told).toMatchObject([{ event: 'endpoint.key', endpoint: 'c', key: '5' }]);
  // Answered after the acknowledgement, which was sent before.
  await new Promise(setImmediate);
  await first.control.command('session.list', {});
  expect(first.submitted).toMatchObject([
    { type: 'key.pressed', callId: 'keyed', legId: 'c', key: '5' },
  ]);
  first.control.close();

  const second = await app(name);
  const lines: unknown[] = [];
  second.control.on('event', (line) => lines.push(line));
  await second.control.command('session.list', {});
  expect(lines).toEqual([]);
});
