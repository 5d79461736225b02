/**
 * Phones that registered by a connection, and the end of it: nobody waits for their registration to expire.
 * Real engine, control and app. Only our engine tells of it: with a drachtio-server OPTIONS and the expiry find out.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DialCommand } from '../../../src/engine/ports';
import type { Registrar } from '../../../src/telephony/registrar';
import { needs, onlyOurs } from '../../support/needs';
import { makeCertificate, type TestCertificate } from '../support/certificate';
import { Phone } from '../support/phone';
import { waitFor } from '../../support/wait';
import { registered } from './register';
import { planWith, startEdge, startTestApp, type Edge, type TestApp } from './support';

needs('openssl')('the connection of a phone', () => {
  const KINDS = ['tcp', 'tls', 'ws', 'wss'] as const;
  const folder = mkdtempSync(join(tmpdir(), 'openline-flows-'));
  let certificate: TestCertificate;
  let edge: Edge;
  let app: TestApp;

  beforeAll(async () => {
    certificate = makeCertificate();
    edge = await startEdge({ certificate: { ...certificate, ca: '' }, also: ['tcp', 'ws', 'wss'] });
  });
  beforeEach(async () => {
    app = await startTestApp(edge, { plan: planWith(5061), folder });
  });
  afterEach(() => app.close());
  afterAll(async () => {
    await edge.close();
    certificate.remove();
    rmSync(folder, { recursive: true });
  });

  const portOf = (kind: (typeof KINDS)[number]) =>
    Number(
      edge.signalling.sip
        .find((url) => url.startsWith(`${kind}:`))
        ?.split(':')
        .at(-1),
    );

  async function registeredBy(
    kind: (typeof KINDS)[number],
    headers: string[] = [],
  ): Promise<Phone> {
    const port = portOf(kind);
    const phone =
      kind === 'tcp'
        ? await Phone.tcp(port)
        : kind === 'tls'
          ? await Phone.tls(port, readFileSync(certificate.cert, 'utf8'))
          : kind === 'ws'
            ? await Phone.webSocket(`ws://127.0.0.1:${port}`)
            : await Phone.webSocket(
                `wss://127.0.0.1:${port}`,
                readFileSync(certificate.cert, 'utf8'),
              );
    expect((await registered(port, phone, { headers })).status).toBe(200);
    return phone;
  }

  const next8001 = (type: 'phone.reachable' | 'phone.unreachable', from: number) =>
    app.events.next(type, (e) => e.type === type && e.phoneId === '8001', { from });

  onlyOurs.each(KINDS)(
    'of %s broke: it is lost at once, until it registers again',
    async (kind) => {
      const phone = await registeredBy(kind);
      await next8001('phone.reachable', 0);
      const from = app.events.length;
      phone.close();
      expect(await next8001('phone.unreachable', from)).toMatchObject({ reason: 'disconnected' });
      const again = await registeredBy(kind);
      await next8001('phone.reachable', from);
      again.close();
      await next8001('phone.unreachable', app.events.length - 1);
    },
  );

  onlyOurs.each([
    ['tcp', false],
    ['tls', true],
    ['ws', false],
    ['wss', true],
  ] as const)('of %s is encrypted, and so is the sound: %s', async (kind, secure) => {
    const phone = await registeredBy(kind);
    await next8001('phone.reachable', 0);
    app.telephony.dial({
      ...{ type: 'leg.dial', legId: `to-${kind}`, callId: `by-${kind}`, from: '', displayName: '' },
      ...{ to: { kind: 'phone', agentId: 'wang', phoneId: '8001' }, towards: null },
    } as DialCommand);
    const invite = await phone.request('INVITE');
    expect(/RTP\/SAVP[\s\S]*a=crypto/.test(invite.body)).toBe(secure);
    phone.answer(invite, 486);
    await app.next('leg.ended');
    const from = app.events.length;
    phone.close();
    await next8001('phone.unreachable', from);
  });

  onlyOurs('that broke after the phone had come by another takes nothing away', async () => {
    const first = await registeredBy('tcp');
    await next8001('phone.reachable', 0);
    const second = await registeredBy('tls');
    const from = app.events.length;
    first.close();
    second.close();
    await next8001('phone.unreachable', from);
    const lost = app.events.all.slice(from).filter(({ type }) => type === 'phone.unreachable');
    expect(lost).toHaveLength(1);
  });

  onlyOurs('that breaks under the next app is told to that one', async () => {
    const phone = await registeredBy('tcp');
    await next8001('phone.reachable', 0);
    app.close();
    app = await startTestApp(edge, { plan: planWith(5061), folder });
    await next8001('phone.reachable', 0);
    phone.close();
    expect(await next8001('phone.unreachable', 0)).toMatchObject({ reason: 'disconnected' });
  });

  onlyOurs('that broke while the app was away is found out when it is back', async () => {
    const phone = await registeredBy('tcp');
    const stays = await Phone.udp();
    app.close();
    phone.close();
    app = await startTestApp(edge, { plan: planWith(stays.port), folder });
    expect(await next8001('phone.unreachable', 0)).toMatchObject({ reason: 'disconnected' });
    stays.close();
  });

  onlyOurs(
    'stands, and its registration ran out while the app was away: it is called by it, and no other is',
    async () => {
      const phones: Phone[] = [];
      for (const kind of KINDS) phones.push(await registeredBy(kind, ['Expires: 10']));
      const broken = await registeredBy('tcp', ['Expires: 10']);
      const until = Date.now() + 10_000;
      app.close();
      broken.close();
      await waitFor('them to run out', () => Date.now() > until, 15_000);
      for (const phone of phones)
        phone.got.each((message) => {
          if (message.method === 'OPTIONS') phone.answer(message, 200);
        });
      app = await startTestApp(edge, { plan: planWith(5061), folder });
      const registrar = Reflect.get(app.telephony, 'registrar') as Registrar;
      await waitFor(
        'all of them to answer',
        () => registrar.ways(['8001']).length === KINDS.length,
      );
      app.telephony.dial({
        ...{ type: 'leg.dial', legId: 'to-all', callId: 'by-all', from: '', displayName: '' },
        ...{ to: { kind: 'phone', agentId: 'wang', phoneId: '8001' }, towards: null },
      } as DialCommand);
      for (const phone of phones) phone.answer(await phone.request('INVITE'), 486);
      await app.next('leg.ended');
      for (const phone of phones) phone.close();
    },
    40_000,
  );
});
