import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, stepAt } from '../../src/engine/sign-in/totp';
import { openline } from '../support/command';
import { startProduct, type Product } from '../support/product';

/** Everything that signs somebody in, over HTTP, on the started product: what outlives a fall, and what nobody finds. */
let product: Product;

beforeAll(async () => (product = await startProduct({ env: { LOG_LEVEL: 'trace' } })), 90_000);
afterAll(() => product.stop());

/** Marked, so that they are found wherever they are. */
const PLANNED = 'planned-zq81-password';
const OWN = 'chosen-zq82-password';
const PHONE = 'phone-zq83-password';
const CARRIER = 'carrier-zq84-password';
const PIN = '81726354';
const WRONG = 'wrong-zq85-password';

const PLAN = {
  stores: [{ id: 'bj01', name: '北京一店' }],
  trunks: [
    {
      ...{ id: 'carrier', from: ['127.0.0.1'], channels: 2 },
      register: {
        ...{ registrar: 'sip:127.0.0.1:9', user: '010', realm: 'ims', password: CARRIER },
      },
    },
  ],
  people: ['zhao', 'wang'].map((id) => ({
    ...{
      id,
      name: id,
      store: 'bj01',
      password: PLANNED,
      pin: PIN,
      extension: id === 'zhao' ? '11' : '22',
    },
    post: id === 'zhao' ? 'administrator' : 'telemarketer',
  })),
  phones: [{ id: '8001', kind: 'register', person: 'wang', password: PHONE }],
};

async function ask(
  token: string | null,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; body: Record<string, unknown>; token: string }> {
  const response = await fetch(`${product.http}${path}`, {
    method,
    headers: {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const cookie = /openline_session=([^;]+)/.exec(response.headers.get('set-cookie') ?? '');
  return {
    status: response.status,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    token: cookie?.[1] ?? '',
  };
}

const signIn = async (user: string, password: string, code?: string) =>
  ask(null, 'POST', '/api/session', { user, password, ...(code !== undefined && { code }) });

const statusOf = async (token: string): Promise<number> =>
  (await ask(token, 'GET', '/api/calls')).status;

function fromBase32(text: string): Buffer {
  const bits = [...text]
    .map((sign) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
}

test('what was ended is so after the app was killed at once, and the rest goes on', async () => {
  await product.apply(PLAN as never);
  const [kept, ended] = [await signIn('wang', PLANNED), await signIn('wang', PLANNED)];
  const token = async () =>
    (
      await ask(kept.token, 'POST', '/api/tokens', {
        ...{ name: 'wallboard', rights: ['store.read'], expiresAt: Date.now() + 600_000 },
      })
    ).body as { id: string; value: string };
  const [stands, revoked] = [await token(), await token()];
  expect((await ask(kept.token, 'DELETE', `/api/tokens/${revoked.id}`)).status).toBe(204);
  expect((await ask(ended.token, 'DELETE', '/api/session')).status).toBe(204);

  const { app } = product.listening.pids;
  process.kill(app, 'SIGKILL');
  await product.restarted('app', app);
  expect(await Promise.all([kept.token, stands.value].map(statusOf))).toEqual([200, 200]);
  expect(await Promise.all([ended.token, revoked.value].map(statusOf))).toEqual([401, 401]);
}, 60_000);

test('no secret is in a log, in the database or in the data folder', async () => {
  const told = [PLANNED, OWN, PHONE, CARRIER, PIN, WRONG];
  await signIn('wang', WRONG);
  const first = await signIn('wang', PLANNED);
  await ask(first.token, 'POST', '/api/me/password', { current: PLANNED, password: OWN });
  const shown = await ask(first.token, 'POST', '/api/me/second-factor', { password: OWN });
  const { secret, uri } = shown.body as { secret: string; uri: string };
  const code = codeOf(fromBase32(secret), stepAt(Date.now()));
  const { body } = await ask(first.token, 'POST', '/api/me/second-factor/confirm', { code });
  const { recoveryCodes } = body as { recoveryCodes: string[] };
  expect((await signIn('wang', OWN, recoveryCodes[0])).status).toBe(200);
  const made = await ask(first.token, 'POST', '/api/tokens', {
    ...{ name: 'wallboard', rights: ['store.read'], expiresAt: Date.now() + 600_000 },
  });
  const { value } = made.body as { value: string };
  expect(await statusOf(value)).toBe(200);
  const { out } = await openline(product, 'reset-password', 'wang');
  const once = /[a-z2-9]{4}(-[a-z2-9]{4}){3}/.exec(out)?.[0] ?? '';
  expect((await signIn('wang', once, recoveryCodes[1])).status).toBe(200);
  told.push(first.token, secret, uri, ...recoveryCodes, value, value.slice(4), once);
  expect(told.every((one) => one.length > 7)).toBe(true);

  const wherever = [
    ['the log', Buffer.from(product.stderr() + JSON.stringify(product.events.all))],
    ['the database', Buffer.from(await dump())],
    ...filesOf(product.dataDir).map((path) => [path, readFileSync(path)] as const),
  ] as const;
  const raw = [...told.map((one) => Buffer.from(one)), fromBase32(secret)];
  const found = wherever.flatMap(([where, bytes]) =>
    raw.flatMap((one, index) => (bytes.includes(one) ? `${where}: ${told[index] ?? 'TOTP'}` : [])),
  );
  expect(found).toEqual([]);
  // The search finds what is there.
  expect(wherever[1][1].includes('$argon2id$')).toBe(true);
  expect(
    wherever.some(([where, bytes]) => where.includes('journal') && bytes.includes('wallboard')),
  ).toBe(true);
}, 90_000);

/** Every row of every table, as text. */
async function dump(): Promise<string> {
  const db = await product.db();
  const { rows: tables } = await db.query<{ tablename: string }>(
    "select tablename from pg_tables where schemaname = 'public'",
  );
  let text = '';
  for (const { tablename } of tables) {
    const { rows } = await db.query<{ row: string }>(
      `select t::text as row from public."${tablename}" t`,
    );
    text += rows.map(({ row }) => row).join('\n');
  }
  return text;
}

/** The data folder, embedded database and all, but the keys themselves. */
function filesOf(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (name === 'secrets') return [];
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory()) return filesOf(path);
    return stats?.isFile() ? [path] : [];
  });
}
