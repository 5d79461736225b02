import { randomInt } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { fuzzEngine } from './engine';
import { fuzzMedia } from './media';
import { fuzz } from './run';

/**
 * `npx tsx test/fuzz/main.ts [--engine | --media] [--count N] [--seed N]` feeds mutants to everything that
 * reads what strangers send, or with `--engine` to a whole running engine through its sockets, or with
 * `--media` N of each kind to a media edge in which a talk is recorded. Prints one JSON
 * object; exit code 1 when something crashed, memory grew, or the engine kept anything.
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

void chosen()().then(({ result, failed }) => {
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  process.stdout.write(`${JSON.stringify({ seed, ...result, seconds }, null, 2)}\n`);
  process.exitCode = failed ? 1 : 0;
});

function chosen(): () => Promise<Outcome> {
  if (process.argv.includes('--media')) return throughMedia;
  return process.argv.includes('--engine') ? throughSockets : readers;
}

interface Outcome {
  result: object;
  failed: boolean;
}

function readers(): Promise<Outcome> {
  const { inputs, crashes, slowestMs, slowest } = fuzz({
    count,
    seed,
    onRest: (_done, heap) => heaps.push(heap),
  });
  const heapGrowthBytes = growth(heaps);
  const result = {
    inputs,
    crashes: crashes.map(({ target, input, error }) => ({ target, input, error: error.stack })),
    slowestMs: Math.round(slowestMs * 10) / 10,
    slowest,
    heapGrowthBytes,
  };
  return Promise.resolve({ result, failed: crashes.length > 0 || heapGrowthBytes > GROWTH_BYTES });
}

/** A crash of the engine is a crash of this process. */
async function throughSockets(): Promise<Outcome> {
  const resident: number[] = [];
  const onRest = ({ heapUsed, rss }: NodeJS.MemoryUsage): void => {
    heaps.push(heapUsed);
    resident.push(rss);
  };
  const fuzzed = await fuzzEngine({ count, seed, onRest });
  const heapGrowthBytes = growth(heaps);
  const megabytes = (bytes = 0) => Math.round(bytes / 2 ** 20);
  const rssMb = [0.1, 0.5, 1].map((part) =>
    megabytes(resident[Math.ceil(part * resident.length) - 1]),
  );
  const kept = Object.values(fuzzed.left).some((n) => n > 0);
  const result = { ...fuzzed, heapGrowthBytes, rssMbAtTenthHalfEnd: rssMb };
  return { result, failed: kept || heapGrowthBytes > GROWTH_BYTES };
}

/** A crash of a worker is told as lost sessions. */
async function throughMedia(): Promise<Outcome> {
  const resident: number[] = [];
  const onRest = ({ heapUsed, rss }: NodeJS.MemoryUsage): void => {
    heaps.push(heapUsed);
    resident.push(rss);
  };
  const fuzzed = await fuzzMedia({ count, seed, onRest });
  const heapGrowthBytes = growth(heaps);
  const rssGrowthMb = Math.round(growth(resident) / 2 ** 20);
  const isHurt = fuzzed.lost > 0 || fuzzed.left > 0 || fuzzed.injectedAtMost > 0.001;
  const result = { ...fuzzed, heapGrowthBytes, rssGrowthMb };
  return { result, failed: isHurt || heapGrowthBytes > GROWTH_BYTES };
}

/** Between the first tenth and the end. */
function growth(figures: number[]): number {
  const early = figures[Math.floor(figures.length / 10)] ?? 0;
  return (figures[figures.length - 1] ?? 0) - early;
}
