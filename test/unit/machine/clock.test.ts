import { once } from 'node:events';
import { createSocket, type Socket } from 'node:dgram';
import { clockFact } from '../../../src/machine/clock';
import { ClockWatch } from '../../../src/machine/clock-watch';
import { askSntp } from '../../../src/machine/sntp';
import { Seen } from '../../support/wait';

const ERA = 2_208_988_800;
const servers: Socket[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

/** A time server on loopback that is so far ahead of us; `spoil` makes something else of its answer. */
async function timeServer(
  aheadMs: number,
  spoil: (answer: Buffer) => Buffer | null = (one) => one,
) {
  const server = createSocket('udp4');
  servers.push(server);
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  server.on('message', (asked, { port, address }) => {
    const answer = Buffer.alloc(48);
    answer[0] = 0x24;
    answer[1] = 2;
    asked.copy(answer, 24, 40, 48);
    for (const offset of [32, 40]) writeTime(answer, offset, Date.now() + aheadMs);
    const said = spoil(answer);
    if (said !== null) server.send(said, port, address);
  });
  return { host: '127.0.0.1', port: server.address().port };
}

function writeTime(packet: Buffer, offset: number, at: number): void {
  packet.writeUInt32BE((Math.floor(at / 1000) + ERA) % 2 ** 32, offset);
  packet.writeUInt32BE(Math.floor(((at % 1000) / 1000) * 2 ** 32), offset + 4);
}

test.each([0, 700, -90_000])('a server %i ms ahead is heard so', async (aheadMs) => {
  const answer = await askSntp(await timeServer(aheadMs), { now: Date.now });
  if ('why' in answer) throw new Error(answer.why);
  expect(Math.abs(answer.offsetMs - aheadMs)).toBeLessThan(60);
  expect(answer.delayMs).toBeLessThan(1000);
});

test('times after 2036 are no times of 1900', async () => {
  const at = Date.UTC(2040, 0, 1);
  const ahead = at - Date.now();
  const answer = await askSntp(await timeServer(ahead), { now: () => Date.now() + ahead });
  expect(answer).toMatchObject({ offsetMs: expect.any(Number) });
  if ('offsetMs' in answer) expect(Math.abs(answer.offsetMs)).toBeLessThan(60);
});

const set = (at: number, value: number) => (answer: Buffer) => {
  answer[at] = value;
  return answer;
};
test.each<[string, (answer: Buffer) => Buffer | null, string]>([
  ['says nothing', () => null, 'no answer'],
  ['says too little', (answer) => answer.subarray(0, 47), 'no answer'],
  ['answers another question', set(25, 0xff), 'no answer'],
  ['is a client itself', set(0, 0x23), 'no answer'],
  ['is not set', set(0, 0xe4), 'has no time'],
  ['wants no questions', set(1, 0), 'has no time'],
])('one that %s is not believed', async (_what, spoil, why) => {
  const answer = await askSntp(await timeServer(700, spoil), { now: Date.now, patienceMs: 60 });
  expect(answer).toEqual({ why: expect.stringContaining(why) });
});

test('of several the one in the middle counts', async () => {
  const all = await Promise.all([0, 10, 60_000].map((ms) => timeServer(ms)));
  const clock = await clockFact(all);
  expect(clock.is === 'measured' && Math.abs(clock.offsetMs) < 100).toBe(true);
});

test('the watch tells what it finds first, once that the clock is off, and once that it is right again', async () => {
  const offsets = [3, 501, 900, null, 20, 10, 700, 'synchronised'] as const;
  const told = new Seen<string>();
  const asked = new Seen<number>();
  const watch = new ClockWatch({
    everyMs: 5,
    tell: (code, detail) => told.add(`${code} ${detail}`),
    ask: async () => {
      asked.add(1);
      const said = offsets[asked.all.length - 1] ?? null;
      if (said === null) return { is: 'unknown', why: '' };
      return said === 'synchronised' ? { is: said } : { is: 'measured', offsetMs: said };
    },
  });
  await asked.next('all of them', () => true, { from: 8 });
  watch.close();
  expect(told.all).toEqual([
    ...['CLOCK_RIGHT 3 ms', 'CLOCK_OFF 501 ms', 'CLOCK_RIGHT 20 ms'],
    ...['CLOCK_OFF 700 ms', 'CLOCK_RIGHT synchronised'],
  ]);
});
