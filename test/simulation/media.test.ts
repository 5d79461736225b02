import { startMediaEdge, type MediaEdge } from '../support/media-edge';
import { mediaRange } from '../support/product';
import { simulateTalk } from './media';

/**
 * Talks behind bad networks, side by side through one edge with real sockets. One of them alone, or any
 * other seed: `MEDIA_SEED=7 npx jest test/simulation/media`.
 */
const GIVEN = process.env['MEDIA_SEED'];
const SEEDS = GIVEN === undefined ? [1, 2, 3, 4, 5, 6, 7, 8] : [Number(GIVEN)];

let edge: MediaEdge;
let talks: Map<number, Promise<string[]>>;

beforeAll(async () => {
  edge = await startMediaEdge({ workers: 2, ports: mediaRange(400) });
  talks = new Map(SEEDS.map((seed) => [seed, simulateTalk(edge, seed)]));
  await Promise.allSettled(talks.values());
}, 60_000);
afterAll(() => edge.close());

test.each(SEEDS)('seed %i keeps every rule of streams, sound and recording', async (seed) => {
  expect(await talks.get(seed)).toEqual([]);
});
