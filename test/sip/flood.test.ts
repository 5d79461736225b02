import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { ANSWER_ALLOWANCE, type SourceRate } from '../../sip/guard/source-limits';
import { startEngine, type Engine } from './support/engine';
import { Phone, type Ask } from './support/phone';
import { waitFor } from '../support/wait';

/**
 * What a flood brings to the address that it names, which may be somebody else's: one answer a request
 * at most, and no more bytes than came, a small allowance left aside.
 */

const FLOOD = 300;
const GENEROUS = { perSecond: 1e6, burst: 1e6 };
/** Beyond what was sent; the time of a test brings a part of the allowance again. */
const ALLOWED_BYTES = ANSWER_ALLOWANCE.bytes + 5 * ANSWER_ALLOWANCE.perSecond;

let engine: Engine;
let phone: Phone;

beforeEach(async () => {
  phone = await Phone.udp('127.0.0.2');
});
afterEach(async () => {
  phone.close();
  await engine.close();
});

interface Flooded {
  /** Bytes. */
  sent: number;
  got: number;
  /** Answers to the request that had the most. */
  most: number;
}

/** All that came and went, when nothing is on its way any more. */
async function flooded(rate: SourceRate, ask: (i: number) => Ask): Promise<Flooded> {
  engine = await startEngine({ sourceRate: rate });
  let sent = 0;
  for (let i = 0; i < FLOOD; i++) sent += phone.ask(engine.udpPort, ask(i)).length;
  await waitFor('every request to be answered or not', () => {
    const { withheld, flood } = engine.counters;
    return withheld + flood + phone.got.length >= FLOOD && engine.load().transactions === 0;
  });
  const got = phone.got.all.reduce((sum, { text }) => sum + text.length, 0);
  const answers = new Map<string, number>();
  for (const { callId } of phone.got.all) answers.set(callId, (answers.get(callId) ?? 0) + 1);
  return { sent, got, most: Math.max(0, ...answers.values()) };
}

test.each(['INVITE', 'OPTIONS', 'REGISTER', 'BYE', 'CANCEL', 'MESSAGE'])(
  '%s brings one answer each',
  async (method) => {
    const { sent, got, most } = await flooded(GENEROUS, (i) => ({ method, callId: `${i}` }));
    expect(most).toBe(1);
    expect(got).toBeLessThanOrEqual(sent + ALLOWED_BYTES);
  },
);

test('requests that are refused as malformed bring one answer each', async () => {
  const ask = (i: number) => ({ method: 'OPTIONS', callId: `${i}`, uri: 'sip:<' });
  const { sent, got, most } = await flooded(GENEROUS, ask);
  expect(most).toBe(1);
  expect(got).toBeLessThanOrEqual(sent + ALLOWED_BYTES);
});

test('beyond the limit nothing comes, the address is listed, and somebody can release it', async () => {
  const ask = (i: number) => ({ method: 'OPTIONS', callId: `${i}` });
  await flooded({ perSecond: 1, burst: 5 }, ask);
  expect(phone.got.length).toBeLessThanOrEqual(6);
  const { sources, counters, more } = engine.guard.status();
  expect(sources).toMatchObject([
    { address: '127.0.0.2', why: 'flood', dropped: counters['flood'] },
  ]);
  expect(more).toBe(0);
  const [source] = sources;
  const now = Date.now();
  expect(source?.since).toBeLessThanOrEqual(now);
  expect(source?.until).toBeGreaterThan(now);
  const before = phone.got.length;
  expect(engine.guard.unblock('127.0.0.9')).toBe(false);
  expect(engine.guard.unblock('127.0.0.2')).toBe(true);
  expect(engine.guard.status().sources).toEqual([]);
  phone.ask(engine.udpPort, { method: 'OPTIONS', callId: 'again' });
  await phone.response(503, 'OPTIONS', before);
});

test.each([
  ['served', 'sip:a'],
  ['malformed', 'sip:<'],
])('%s requests that say less than an answer must repeat pay for it', async (_what, uri) => {
  engine = await startEngine();
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.2');
  await once(socket, 'listening');
  let [sent, got, answers] = [0, 0, 0];
  socket.on('message', (data) => {
    got += data.length;
    answers++;
  });
  const { port } = socket.address();
  const terse = (i: number) =>
    `OPTIONS ${uri} SIP/2.0\r\nv:SIP/2.0/UDP a:${port};rport;branch=z9hG4bK${i}\r\n` +
    `f:<sip:a@b>;tag=1\r\nt:<sip:a@b>\r\ni:${i}\r\nCSeq:1 OPTIONS\r\n\r\n`;
  for (let i = 0; i < 500; i++) {
    sent += terse(i).length;
    socket.send(terse(i), engine.udpPort, '127.0.0.1');
  }
  await waitFor('all to be answered or not', () => answers + engine.counters.withheld === 500);
  socket.close();
  expect(answers).toBeGreaterThan(100);
  expect(engine.counters.withheld).toBeGreaterThan(0);
  expect(got).toBeLessThanOrEqual(sent + ALLOWED_BYTES);
});
