import { seeded } from '../simulation/random';
import { fuzzEngine } from './engine';
import { fuzzMedia } from './media';
import { mutate } from './mutate';
import { fuzz } from './run';
import { SIP_SEEDS } from './seeds';
import { targets } from './targets';

/** The smoke of the fuzz run; the millions are `npx tsx test/fuzz/main.ts` and, by sockets, `--engine`. */

test('20,000 mutants crash nothing that reads what strangers send', () => {
  const { inputs, crashes } = fuzz({ count: 20_000, seed: 4475 });
  expect(crashes).toEqual([]);
  expect(inputs).toBe(20_000);
});

test('3,000 mutants through the sockets of a running engine cost no honest request, and leave nothing', async () => {
  const { inputs, answered, delivered, left } = await fuzzEngine({ count: 3000, seed: 4475 });
  expect({ inputs, answered }).toEqual({ inputs: 3000, answered: 30 });
  // Else the mutants would have tried nothing but the doors.
  expect(delivered).toBeGreaterThan(100);
  expect(left).toMatchObject({ apps: 0, dialogs: 0, transactions: 0, incoming: 0, outgoing: 0 });
}, 120_000);

test('500 mutants each of RTP, RTCP, SDP and control lines put nothing into a talk, and leave nothing', async () => {
  const { answered, purestAtLeast, injectedAtMost, ...rest } = await fuzzMedia({
    ...{ count: 500, seed: 4566 },
  });
  expect(rest).toEqual({ inputs: 500, lost: 0, left: 0 });
  // Else the mutants would have tried nothing but the first look at them.
  expect(answered).toBeGreaterThan(50);
  expect(purestAtLeast).toBeGreaterThan(0.9);
  expect(injectedAtMost).toBeLessThan(0.001);
}, 60_000);

test('the good inputs themselves pass through every reader of their kind', () => {
  for (const target of targets()) {
    for (const seed of target.seeds) expect(() => target.feed(seed)).not.toThrow();
    target.rest?.();
  }
});

test('the same seed makes the same mutants, another one others', () => {
  const mutants = (seed: number) => {
    const random = seeded(seed);
    return SIP_SEEDS.map((input) => mutate(input, SIP_SEEDS[0] as string, random));
  };
  expect(mutants(1)).toEqual(mutants(1));
  expect(mutants(1)).not.toEqual(mutants(2));
});

/** White space, quotes and brackets without end once cost the square of their number. */
test.each([
  ['a fold after much white space', `Subject: ${`x${' '.repeat(7000)}`}y\r\n z`],
  ['a Via with much white space', `Via: SIP/2.0/UDP h${' '.repeat(7900)}x;branch=1`],
  ['quotes that never close', `Contact: ${'"\\"'.repeat(2600)};;`],
  ['brackets that never close', `Contact: ${'<'.repeat(7900)};;`],
])('%s is read in linear time', (_what, line) => {
  const text = `OPTIONS sip:a@b SIP/2.0\r\n${`${line}\r\n`.repeat(20)}\r\n`;
  const parser = targets()[0];
  const before = performance.now();
  for (let i = 0; i < 20; i++) parser?.feed(text);
  // About 10 ms on a quiet machine; the square of these lengths took seconds.
  expect(performance.now() - before).toBeLessThan(1000);
});
