import { createSocket } from 'node:dgram';
import { AgentLoad } from './agent-load';
import { CallerLoad, type CallOutcome } from './caller-load';
import { cpuMs, parseStat } from './cpu';
import { quantile } from './quantile';
import { RtpLoad } from './rtp-load';
import { compose, readSip, repeated } from './sip-text';

/**
 * The load generator against itself: callers wired straight to the agents. What it reports here without
 * a product is the floor of every figure it takes.
 */
let rtp: RtpLoad;
let agents: AgentLoad;
let callers: CallerLoad;

beforeAll(async () => {
  rtp = await RtpLoad.start('127.0.0.1');
  agents = await AgentLoad.start('127.0.0.1', rtp.agentPort);
  callers = await CallerLoad.start('127.0.0.1', { host: '127.0.0.1', port: agents.port });
});

afterAll(async () => {
  callers.close();
  agents.close();
  await rtp.close();
});

test('every call is talked, has its INVITE timed, and brings its audio back', async () => {
  const numbers = Array.from({ length: 20 }, (_, index) => String(13_800_000_000 + index));
  const outcomes = await Promise.all(
    numbers.map((number, index) =>
      callers.call({
        number,
        mediaPort: rtp.callerPort,
        talk: 300,
        onAnswer: (audio) => rtp.add(index, audio),
      }),
    ),
  );
  numbers.forEach((_number, index) => rtp.remove(index));
  expect(outcomes.map(({ result }) => result)).toEqual(numbers.map(() => 'talked'));
  for (const { number, calledAt } of outcomes) {
    expect(agents.invitedAt.get(number)).toBeGreaterThanOrEqual(calledAt);
  }
  expect(agents.ended).toBe(20);
  const counts = await rtp.counts();
  expect(counts.sent).toBeGreaterThan(100);
  expect(counts.returned).toBeGreaterThan(0.9 * counts.sent);
});

test('a refusal is told with its status', async () => {
  const refusing = await refuser();
  const alone = await CallerLoad.start('127.0.0.1', refusing);
  const outcome: CallOutcome = await alone.call({ number: '13800000099', mediaPort: 9, talk: 10 });
  expect(outcome).toMatchObject({ result: 'refused', status: 486 });
  alone.close();
  refusing.close();
});

test('CPU of a process counts its user and system time and that of ended children', () => {
  const line =
    '42 (a name) with) S 7 42 42 0 -1 4194304 100 0 0 0 11 5 3 1 20 0 9 0 100 1000 10 184467';
  expect(parseStat(line)).toEqual({ pid: 42, parent: 7, ticks: 20 });
  const before = cpuMs(process.pid);
  for (let n = 0, until = performance.now() + 60; performance.now() < until; n += 1) Math.sqrt(n);
  expect(cpuMs(process.pid)).toBeGreaterThan(before);
});

test.each([
  [[5], 0.5, 5],
  [[3, 1, 2], 0.5, 2],
  [[1, 2, 3, 4], 0.99, 4],
])('the quantile of %j at %d is %d', (values, q, expected) => {
  expect(quantile(values, q)).toBe(expected);
});

async function refuser(): Promise<{ host: string; port: number; close: () => void }> {
  const socket = createSocket('udp4');
  socket.on('message', (bytes, remote) => {
    const message = readSip(bytes);
    if (message?.method !== 'INVITE') return;
    const refusal = compose('SIP/2.0 486 Busy Here', repeated(message.text, 'busy'));
    socket.send(refusal, remote.port, remote.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return { host: '127.0.0.1', port: socket.address().port, close: () => socket.close() };
}
