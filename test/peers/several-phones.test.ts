/**
 * One person and two phones, baresip both: who picks up has the talk and the other stops ringing; a phone
 * that is a seat rings for who sits there, whatever was killed meanwhile; a phone whose connection broke is
 * known to be gone. The started product, tones on every side and in the file.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { startBaresip, type Baresip } from '../support/baresip';
import { closedCall, recordingOf } from '../support/facts';
import { needs, onlyOurs } from '../support/needs';
import { emptyPlan, PASSWORD, withoutNotice, withRegisteredAgent } from '../support/plan';
import { startProduct, type Product } from '../support/product';
import { startPushClient, type PushClient } from '../support/push-client';
import { runSipp } from '../support/sipp';
import { readWav, toneShare } from '../support/tone';
import { TonePhone } from '../support/tone-phone';

const CALLER_HZ = 1000;
const DESK_HZ = 600;
const CORDLESS_HZ = 700;

needs('sipp', 'baresip')('two phones of one person', () => {
  let product: Product;
  let db: Client;
  let desk: Baresip;
  let cordless: Baresip;
  let desktop: PushClient;

  /** 8001 is 王芳's desk phone; 8002 is hers too, or a seat. */
  const planWith = (second: { person?: string }) => {
    const plan = withoutNotice(withRegisteredAgent(emptyPlan()));
    const secret = { password: 'secret', digest: 'md5' as const };
    plan.phones.push({ id: '8002', kind: 'register', ...secret, ...second });
    return plan;
  };

  const phoneOf = (user: string, toneHz: number, transport: 'udp' | 'tcp') => {
    const account = { user, realm: 'openline', password: 'secret', toneHz, transport };
    return startBaresip({ ...account, server: product.sip(transport) });
  };

  const signIn = async () => {
    const client = await startPushClient({ http: product.http, user: 'wang', password: PASSWORD });
    expect((await client.post('/api/agents/me/ready')).status).toBe(200);
    return client;
  };

  beforeAll(async () => {
    product = await startProduct();
    await product.apply(planWith({ person: 'wang' }));
    db = await product.db();
    desk = await phoneOf('8001', DESK_HZ, 'udp');
    cordless = await phoneOf('8002', CORDLESS_HZ, 'tcp');
    desktop = await signIn();
  }, 120_000);

  afterAll(async () => {
    desktop?.close();
    await desk?.stop();
    await cordless?.stop();
    await product?.stop();
  }, 30_000);

  async function calls(number: string) {
    const ear = await TonePhone.open({ tone: CALLER_HZ });
    const values = { from: number, mediaPort: ear.port, talkMs: 3000 };
    const target = product.sip();
    const sipp = await runSipp({ scenario: 'caller-hangs-up', target, values });
    return { ear, sipp };
  }

  const next = (phone: Baresip, type: string, from: number) =>
    phone.events.next(type, (event) => event.type === type, { from, deadlineMs: 20_000 });

  /** The cordless phone picks up, is talked to, and the caller hangs up. */
  async function talksAtCordless(number: string) {
    const from = cordless.events.length;
    const { ear, sipp } = await calls(number);
    await next(cordless, 'CALL_INCOMING', from);
    await cordless.accept();
    ear.talkTo(await sipp.heardSdp());
    await ear.hears(CORDLESS_HZ);
    expect((await sipp.done).code).toBe(0);
    ear.close();
    await next(cordless, 'CALL_CLOSED', from);
    const heard = readWav(cordless.heard()).channels[0] as Int16Array;
    expect(toneShare(heard.subarray(-8000), CALLER_HZ)).toBeGreaterThan(0.9);
    return closedCall(db, `+86${number}`);
  }

  test('both ring; one is picked up, and the other stops and has missed nothing', async () => {
    const from = desk.events.length;
    const rings = next(desk, 'CALL_INCOMING', from);
    const call = await talksAtCordless('13800000041');
    await rings;
    await next(desk, 'CALL_CLOSED', from);
    expect(desk.events.all.slice(from).some(({ type }) => type === 'CALL_ESTABLISHED')).toBe(false);
    expect(call).toMatchObject({ outcome: 'talk', agent_id: 'wang' });
    const recording = await recordingOf(db, call['id']);
    const wav = readWav(readFileSync(join(product.recordingsDir, recording['path'] as string)));
    const [customer, agent] = wav.channels.map((channel) => channel.subarray(-16_000));
    expect(toneShare(customer as Int16Array, CALLER_HZ)).toBeGreaterThan(0.9);
    expect(toneShare(agent as Int16Array, CORDLESS_HZ)).toBeGreaterThan(0.9);
    const { rows } = await db.query("select role from leg where call_id = $1 and role = 'agent'", [
      call['id'],
    ]);
    expect(rows).toHaveLength(1);
    const ended = desktop.frames.all.filter(({ type }) => type === 'offer.withdrawn');
    expect(ended.map(({ data }) => data)).toMatchObject([{ reason: 'answered' }]);
  }, 60_000);

  test('who signs in at a seat is called there and not at her own phone, also after the app was killed', async () => {
    await product.apply(planWith({}));
    const sat = await desktop.post('/api/phones/8002/sign-in');
    expect([sat.status, await sat.json()]).toMatchObject([200, { seat: '8002', reachable: true }]);
    const from = desk.events.length;
    await talksAtCordless('13800000042');
    const killed = product.listening.pids.app;
    process.kill(killed, 'SIGKILL');
    await product.restarted('app', killed);
    desktop.close();
    desktop = await signIn();
    // No phone has registered anew: what was answered 200 is on disk.
    await talksAtCordless('13800000043');
    const rang = desk.events.all.slice(from).filter(({ type }) => type === 'CALL_INCOMING');
    expect(rang).toEqual([]);
  }, 90_000);

  // Of a broken connection only our edge tells.
  onlyOurs(
    'a phone that is killed is known to be gone, and she sees why',
    async () => {
      const from = desktop.frames.length;
      process.kill(cordless.pid, 'SIGKILL');
      const told = await desktop.next('agent.updated', ({ data }) => !data.reachable, { from });
      expect(told.data.unreachable).toMatchObject({ reason: 'disconnected' });
      expect((await desktop.post('/api/phones/8002/sign-out')).status).toBe(204);
      await desktop.next('agent.updated', ({ data }) => data.reachable && data.seat === null, {
        from,
      });
    },
    30_000,
  );
});
