import { randomInt } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { fuzz } from './run';

/**
 * `npx tsx test/fuzz/main.ts [--count N] [--seed N]` feeds mutants to everything that reads what
 * strangers send. Prints one JSON object; exit code 1 when something crashed or memory grew.
 * An input that crashed becomes a case of fuzz.test.ts before it is mended.
 */

/** Heap after collection may differ by this much between the first tenth and the end. */
const GROWTH_BYTES = 16 * 1024 * 1024;

function option(name: string, fallback: number): number {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
}

setFlagsFromString('--expose-gc');
globalThis.gc = runInNewContext('gc') as NonNullable<typeof globalThis.gc>;

const count = option('count', 1_000_000);
const seed = option('seed', randomInt(2 ** 31));
const heaps: number[] = [];
const startedAt = performance.now();
const { inputs, crashes, slowestMs, slowest } = fuzz({
  count,
  seed,
  onRest: (_done, heap) => heaps.push(heap),
});
const early = heaps[Math.floor(heaps.length / 10)] ?? 0;
const late = heaps[heaps.length - 1] ?? 0;
const grew = late - early;
const result = {
  seed,
  inputs,
  crashes: crashes.map(({ target, input, error }) => ({ target, input, error: error.stack })),
  slowestMs: Math.round(slowestMs * 10) / 10,
  slowest,
  heapGrowthBytes: grew,
  seconds: Math.round((performance.now() - startedAt) / 1000),
};
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
process.exitCode = crashes.length > 0 || grew > GROWTH_BYTES ? 1 : 0;
