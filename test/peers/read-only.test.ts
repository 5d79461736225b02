/**
 * Read-only on the started product: by order, over a restart of the app as another version, while somebody talks and somebody
 * calls; and by itself when PostgreSQL takes no changes, of which nothing is lost.
 */
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openline } from '../support/command';
import { FullHouse, hearEachOther } from '../support/full-house';
import type { PushClient } from '../support/push-client';
import { waitFor } from '../support/wait';

const root = join(__dirname, '../..');

let house: FullHouse;
let desk: PushClient;
/** Versions side by side, and `openline`, a link to the one that is started (docs/operations.md, "Upgrade"). */
let versions: string;
beforeAll(async () => {
  versions = mkdtempSync(join(tmpdir(), 'openline-versions-'));
  symlinkSync(root, join(versions, 'openline'));
  house = await FullHouse.open(2, (plan) => plan, { program: join(versions, 'openline') });
  desk = await house.desk('zhao');
}, 120_000);
afterAll(async () => {
  desk?.close();
  await house?.close();
  rmSync(versions, { recursive: true });
}, 30_000);

/** Another version beside the first, and the link to it; answers the file by which its app tells that it was started. */
function switchVersion(): string {
  const next = join(versions, 'openline-next');
  mkdirSync(next);
  cpSync(join(root, 'dist'), join(next, 'dist'), { recursive: true });
  for (const name of ['node_modules', 'media', 'package.json'])
    symlinkSync(join(root, name), join(next, name));
  const sign = join(versions, 'started');
  appendFileSync(
    join(next, 'dist/src/main.js'),
    `\nrequire('node:fs').writeFileSync(${JSON.stringify(sign)}, '');\n`,
  );
  symlinkSync(next, join(versions, 'openline.new'));
  renameSync(join(versions, 'openline.new'), join(versions, 'openline'));
  return sign;
}

const block = (): Promise<Response> =>
  desk.post('/api/blocked-callers', { number: '13900000009', reason: '骚扰' });
const ready = async (): Promise<unknown> => (await fetch(`${house.product.http}/ready`)).json();

test('by order changes are refused, also after a restart as another version, and calls go on', async () => {
  const talk = await house.talk('13800100001');
  const told = await openline(house.product, 'read-only', 'on');
  expect(told).toMatchObject({ code: 0, out: expect.stringContaining('it was ordered') });
  await desk.next('alarm.raised', ({ data }) => data.code === 'READ_ONLY');
  await desk.next('read-only.updated', ({ data }) => data.readOnly?.why === 'ordered');
  const refused = await block();
  expect([refused.status, await refused.json()]).toMatchObject([503, { code: 'READ_ONLY' }]);

  const sign = switchVersion();
  const { app, edge } = house.product.listening.pids;
  process.kill(app, 'SIGTERM');
  await house.product.restarted('app', app);
  expect([existsSync(sign), house.product.listening.pids.edge]).toEqual([true, edge]);
  desk.close();
  desk = await house.desk('zhao');
  const { data } = await desk.next('snapshot');
  expect(data.readOnly).toMatchObject({ why: 'ordered' });
  expect((await block()).status).toBe(503);
  expect(await ready()).toMatchObject({ status: 'ready', readOnly: { why: 'ordered' } });
  const doctor = await openline(house.product, 'doctor');
  expect(doctor.out).toContain('[ WARN ] read-only');
  await hearEachOther(talk.guest, talk.seat);
  const second = await house.talk('13800100002');
  for (const { guest, seat } of [talk, second]) {
    await house.hangsUp(guest);
    await house.isHungUp(seat);
  }
  await waitFor('both recordings', async () => {
    const rows = await house.rows(`select id from recording where state = 'stored'`);
    return rows.length === 2;
  });

  expect(await openline(house.product, 'read-only', 'off')).toMatchObject({ code: 0 });
  await desk.next('read-only.updated', (frame) => frame.data.readOnly === null);
  expect((await block()).status).toBeLessThan(300);
  expect(await ready()).toEqual({ status: 'ready' });
}, 90_000);

test('a database that takes no changes makes it so by itself, and gets everything when it does again', async () => {
  const from = desk.frames.length;
  await house.rows(`alter database openline set default_transaction_read_only = on`);
  await house.rows(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'openline %'`,
  );
  await desk.next('read-only.updated', ({ data }) => data.readOnly?.why === 'database', {
    ...{ from, deadlineMs: 20_000 },
  });
  expect((await block()).status).toBe(503);
  const talk = await house.talk('13800100003');
  await house.hangsUp(talk.guest);
  await house.isHungUp(talk.seat);
  await house.rows(`set default_transaction_read_only = off`);
  await house.rows(`alter database openline set default_transaction_read_only = off`);
  await house.rows(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'openline %'`,
  );
  await desk.next('read-only.updated', (frame) => frame.data.readOnly === null, {
    ...{ from, deadlineMs: 20_000 },
  });
  await waitFor('the talk to be in the database', async () => {
    const rows = await house.rows(
      `select id from call where outcome = 'talk' and state = 'closed'`,
    );
    return rows.length === 3;
  });
  await house.nothingIsLeft();
}, 90_000);
