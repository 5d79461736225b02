/**
 * Test calls of hotlines: a real INVITE of ours over the edge's listener, real sound, and what is found when something
 * is wrong. The engine is the test itself.
 */
import type { Worker } from 'node:worker_threads';
import type { DomainEvent } from '../../../src/domain/events';
import type { PromptKey } from '../../../src/domain/spoken';
import { fell } from '../../support/worker-fall';
import { Phone, SDP } from '../support/phone';
import { planWith, startEdge, startTestApp, type Edge, type TestApp } from './support';

type Of<T extends DomainEvent['type']> = Extract<DomainEvent, { type: T }>;
type Arrived = Of<'test.arrived'>;

let edge: Edge;
let app: TestApp;

beforeAll(async () => {
  edge = await startEdge();
  app = await startTestApp(edge, { plan: planWith(5190) });
});
afterAll(async () => {
  app.close();
  await edge.close();
});

/** What was found when the engine did that to the call. */
async function found(acts: (call: Arrived) => unknown): Promise<Of<'hotline.tested'>['result']> {
  const from = app.events.length;
  app.telephony.test('400');
  await acts(await app.next('test.arrived', from));
  const tested = await app.events.next('a finding', ({ type }) => type === 'hotline.tested', {
    ...{ from, deadlineMs: 30_000 },
  });
  return (tested as Of<'hotline.tested'>).result;
}

/** The next fact of that kind about the call's leg. */
const next = ({ legId }: Arrived, type: DomainEvent['type']) =>
  app.events.next(
    type,
    (event) => event.type === type && 'legId' in event && event.legId === legId,
  );

async function answers(call: Arrived): Promise<void> {
  app.telephony.answer(call.legId);
  await next(call, 'leg.answered');
}

const says = ({ callId, legId }: Arrived, prompt: PromptKey) =>
  app.calls.play({
    type: 'media.play',
    callId,
    legId,
    playId: prompt,
    prompts: [prompt],
    then: 'silence',
  });

const hangsUp = ({ legId }: Arrived) => app.telephony.hangup(legId, 'announced');

test('greeted and heard: nothing is wrong', async () => {
  const result = await found(async (call) => {
    await answers(call);
    app.calls.keys(call.callId, call.legId, false);
    says(call, 'greeting');
    await next(call, 'key.pressed');
    says(call, 'beep');
    expect(await next(call, 'leg.ended')).toMatchObject({ cause: 'hangup' });
  });
  expect(result).toMatchObject({ fault: null, detail: '' });
  expect(result.answeredMs).toBeLessThan(5000);
  expect(result.mos).toBeGreaterThan(3.5);
}, 40_000);

test.each<[string, string, (call: Arrived) => unknown]>([
  ['no stream for it', 'refused 503', ({ legId }) => app.telephony.refuse(legId, 'over-capacity')],
  [
    'no sound',
    'silence ',
    async (call) => {
      await answers(call);
      hangsUp(call);
    },
  ],
  [
    'another prompt',
    'wrong-sound',
    async (call) => {
      await answers(call);
      says(call, 'no-agents');
      await next(call, 'play.ended');
      hangsUp(call);
    },
  ],
  [
    'who does not hear him',
    'unheard ',
    async (call) => {
      await answers(call);
      says(call, 'greeting');
    },
  ],
  [
    'a media worker that falls while he is greeted',
    'wrong-sound',
    async (call) => {
      await answers(call);
      says(call, 'greeting');
      const session = edge.media.find('cell:all', call.callId);
      await fell(Reflect.get(session?.link as object, 'worker') as Worker);
      await next(call, 'leg.ended');
    },
  ],
])(
  '%s is found: %s',
  async (_what, fault, acts) => {
    const result = await found(acts);
    const said = `${result.fault} ${result.detail}`;
    expect(said === 'silence ' && fault === 'wrong-sound' ? fault : said).toContain(fault);
  },
  40_000,
);

test('nobody else may call by what marks them', async () => {
  const stranger = await Phone.udp('127.0.0.9');
  const from = app.events.length;
  const headers = ['X-Openline-Test: 00000000000000000000000000000000'];
  stranger.ask(edge.udpPort, { method: 'INVITE', headers, body: SDP });
  await stranger.response(403, 'INVITE');
  expect(app.events.all.slice(from).map(({ type }) => type)).not.toContain('test.arrived');
  stranger.close();
});
