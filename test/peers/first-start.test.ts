import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openline } from '../support/command';
import { startProduct, type Product } from '../support/product';

/** A customer starts the product for the first time, and nobody else has told it who he is. */
const dataDir = mkdtempSync(join(tmpdir(), 'openline-first-'));
let product: Product;

const start = async () => (product = await startProduct({ env: { OPENLINE_DATA: dataDir } }));

beforeAll(start, 90_000);
afterAll(async () => {
  await product.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const PASSWORDS = /[a-z2-9]{4}(?:-[a-z2-9]{4}){3}/g;
const told = (text: string): string[] => text.match(PASSWORDS) ?? [];

async function signIn(password: string): Promise<{ status: number; token: string }> {
  const { status, headers } = await fetch(`${product.http}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: 'admin', password }),
  });
  return {
    status,
    token: /openline_session=([^;]+)/.exec(headers.get('set-cookie') ?? '')?.[1] ?? '',
  };
}

const post = async (token: string, path: string, body: object): Promise<number> =>
  (
    await fetch(`${product.http}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    })
  ).status;

const OWN = 'three blind mice';
const PLAN = {
  stores: [{ id: 'bj01', name: '北京一店' }],
  people: [
    { id: 'wang', name: '王芳', post: 'telemarketer', store: 'bj01', password: 'change-me' },
  ],
};

test('the first start tells an administrator where to go and how; no start after it does', async () => {
  const [first = '', ...more] = told(product.stderr());
  expect(more).toEqual([]);
  expect(product.stderr()).toContain(`Openline: ${product.http}`);
  // Programs read the standard output, and secrets are not for them.
  expect(told(JSON.stringify(product.events.all))).toEqual([]);

  const { status, token } = await signIn(first);
  expect(status).toBe(200);
  expect(await post(token, '/api/plan', PLAN)).toBe(403);
  expect(await post(token, '/api/me/password', { current: first, password: OWN })).toBe(204);
  expect(await post(token, '/api/plan', PLAN)).toBe(200);
  expect((await signIn(first)).status).toBe(401);

  await product.stop();
  await start();
  expect(told(product.stderr())).toEqual([]);
  // His session outlives it, and so does his password; a plan without an administrator left him there.
  expect(await post(token, '/api/plan', PLAN)).toBe(200);
  expect((await signIn(OWN)).status).toBe(200);

  const at = { ...product, http: product.http, dataDir };
  const { code, out } = await openline(at, 'reset-password', 'admin');
  expect(code).toBe(0);
  expect(await post(token, '/api/plan', PLAN)).toBe(401);
  expect((await signIn(OWN)).status).toBe(401);
  expect((await signIn(told(out)[0] ?? '')).status).toBe(200);
  expect((await openline(at, 'reset-password', 'nobody')).code).toBe(1);
}, 120_000);

test('a plan that names an administrator ends him', async () => {
  const { out } = await openline(
    { ...product, http: product.http, dataDir },
    'reset-password',
    'admin',
  );
  const [once = ''] = told(out);
  const { token } = await signIn(once);
  await post(token, '/api/me/password', { current: once, password: OWN });
  const zhao = { ...PLAN.people[0], id: 'zhao', post: 'administrator' };
  expect(await post(token, '/api/plan', { ...PLAN, people: [...PLAN.people, zhao] })).toBe(200);
  expect(await post(token, '/api/plan', PLAN)).toBe(401);
  expect((await signIn(OWN)).status).toBe(401);
}, 60_000);
