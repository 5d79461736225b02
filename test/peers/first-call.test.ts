/**
 * From an empty data folder to the first call, by nothing but what README.md and docs/operations.md say: with the one-time
 * password of the first start, part by part over HTTP; a real phone registers, a caller comes by the trunk,
 * they hear each other, and both are in the recording. Then the README's own file is applied in its place, and the next call comes.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startBaresip, type Baresip } from '../support/baresip';
import { openline } from '../support/command';
import { needs } from '../support/needs';
import { startProduct, type Product } from '../support/product';
import { runSipp } from '../support/sipp';
import { readWav, toneShare } from '../support/tone';
import { TonePhone } from '../support/tone-phone';
import { waitFor } from '../support/wait';

const CALLER_HZ = 1000;
const AGENT_HZ = 600;
const OWN = 'three blind mice';

/** In the order in which one thing names another. */
const PARTS: [path: string, body: object][] = [
  ['groups/north', { id: 'north', name: '北方集团' }],
  ['entities/bj', { id: 'bj', name: '北京汽车销售有限公司', group: 'north' }],
  ['stores/bj01', { id: 'bj01', name: '北京一店', timezone: 'Asia/Shanghai', entity: 'bj' }],
  [
    'queues/sales',
    {
      ...{ id: 'sales', store: 'bj01', strategy: 'longest-idle' },
      ...{ ringSeconds: 20, wrapUpSeconds: 30 },
    },
  ],
  [
    'people/wang',
    {
      ...{ id: 'wang', name: '王芳', post: 'telemarketer', store: 'bj01' },
      ...{ password: 'change-me', queues: ['sales'] },
    },
  ],
  [
    'people/chen',
    { id: 'chen', name: '陈静', post: 'supervisor', store: 'bj01', password: 'change-me' },
  ],
  ['phones/8001', { id: '8001', kind: 'register', person: 'wang', password: 'secret' }],
  ['trunks/carrier', { id: 'carrier', from: ['127.0.0.1', '127.0.0.2'], channels: 60 }],
  ['hotlines/400', { number: '400', store: 'bj01', queue: 'sales' }],
];

needs('sipp', 'baresip')('from an empty folder to the first call', () => {
  let product: Product;
  let phone: Baresip | undefined;

  beforeAll(async () => void (product = await startProduct({ fresh: true })), 90_000);
  afterAll(async () => {
    await phone?.stop();
    await product?.stop();
  }, 30_000);

  /** Throws what was said when it is refused. */
  async function ask(session: string, method: string, path: string, body?: object) {
    const response = await fetch(`${product.http}${path}`, {
      method,
      headers: {
        ...{ cookie: session, origin: product.http },
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    return response;
  }

  async function signIn(user: string, password: string): Promise<string> {
    const response = await ask('', 'POST', '/api/session', { user, password });
    return /openline_session=[^;]+/.exec(response.headers.get('set-cookie') ?? '')?.[0] ?? '';
  }

  const get = async <T>(session: string, path: string): Promise<T> =>
    (await (await ask(session, 'GET', path)).json()) as T;

  /** Wang says ready, the phone rings, they talk, chen finds and hears it, and wang is done with it before its limit. */
  async function takesACall(number: string): Promise<void> {
    phone ??= await startBaresip({
      ...{ user: '8001', realm: 'openline', password: 'secret', toneHz: AGENT_HZ },
      server: product.sip(),
    });
    const from = phone.events.length;
    const wang = await signIn('wang', 'change-me');
    await ask(wang, 'POST', '/api/agents/me/ready');
    const ear = await TonePhone.open({ tone: CALLER_HZ });
    const caller = await runSipp({
      ...{ scenario: 'caller-hangs-up', target: product.sip() },
      values: { from: number, mediaPort: ear.port, talkMs: 4000 },
    });
    await phone.events.next('the ring', ({ type }) => type === 'CALL_INCOMING', { from });
    await phone.accept();
    ear.talkTo(await caller.heardSdp());
    await ear.hears(AGENT_HZ);
    expect(await caller.done).toMatchObject({ code: 0 });
    ear.close();

    const chen = await signIn('chen', 'change-me');
    const call = await waitFor('the call and its lead', async () => {
      type Calls = { items: { id: string; from: string; leadId: string | null; state: string }[] };
      const { items } = await get<Calls>(chen, '/api/calls');
      return items.find((one) => one.from === `+86${number}` && one.state === 'closed');
    });
    expect(call.leadId).not.toBeNull();
    const recording = await waitFor('the recording', async () => {
      type Recordings = { items: { id: string; path: string; state: string }[] };
      const { items } = await get<Recordings>(chen, `/api/recordings?callId=${call.id}`);
      return items.find(({ state }) => state === 'stored');
    });
    const audio = await ask(chen, 'GET', `/api/recordings/${recording.id}/audio`);
    const { channels } = readWav(Buffer.from(await audio.arrayBuffer()));
    const [customer, agent] = channels.map((one) => one.subarray(-2 * 8000));
    expect(toneShare(customer!, CALLER_HZ)).toBeGreaterThan(0.9);
    expect(toneShare(agent!, AGENT_HZ)).toBeGreaterThan(0.9);
    await ask(wang, 'POST', `/api/calls/${call.id}/form`, {
      ...{ kind: 'pre-sale', level: 'H', source: 'web', disposition: 'invited' },
    });
    await ask(wang, 'POST', '/api/agents/me/wrap-up');
  }

  test('over HTTP alone: who signs in by the one-time password sets everything up', async () => {
    const once = /One-time password .*?\s([a-z2-9-]{19})$/m.exec(product.stderr())?.[1] ?? '';
    const admin = await signIn('admin', once);
    await ask(admin, 'POST', '/api/me/password', { current: once, password: OWN });
    for (const [path, body] of PARTS) await ask(admin, 'PUT', `/api/plan/${path}`, body);
    await takesACall('13800000001');
  }, 90_000);

  test('by file: the plan of the README as it stands there, and a second time nothing is left to change', async () => {
    const text = readFileSync(join(__dirname, '../../README.md'), 'utf8');
    const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(text) ?? [];
    // As the README says: nothing answers at the address of that phone.
    const plan = yaml.replace(/^.*id: "8002".*\n/m, '');
    expect(plan).not.toBe(yaml);
    writeFileSync(join(product.dataDir, 'plan.yaml'), plan);
    const { code, out } = await openline(product, 'apply', 'plan.yaml');
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('entities: 1 removed') });
    expect((await openline(product, 'apply', 'plan.yaml')).out).toContain('Nothing changed.');
    await takesACall('13800000002');
  }, 90_000);
});
