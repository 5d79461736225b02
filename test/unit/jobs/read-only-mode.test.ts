import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReadOnlyMode } from '../../../src/jobs/read-only-mode';

test('a database that hangs holds up neither the start nor an order, and is asked once', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'openline-read-only-'));
  let asked = 0;
  const told: string[] = [];
  const mode = new ReadOnlyMode({
    ...{ dataDir, reserveBytes: 0, answersWithinMs: 5, now: () => 7 },
    database: () => {
      asked += 1;
      return new Promise(() => undefined);
    },
    onChange: (state) => told.push(state?.why ?? 'not'),
  });
  await mode.start();
  expect(await mode.order(true)).toEqual({ why: 'ordered', since: 7 });
  expect(await mode.order(false)).toEqual({ why: 'database', since: 7 });
  mode.stop();
  expect(asked).toBe(1);
  // That it has not answered once does not say that all is well.
  expect(told).toEqual(['ordered', 'database']);
  rmSync(dataDir, { recursive: true });
});
