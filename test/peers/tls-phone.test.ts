/**
 * baresip over TLS registers with digest and takes a call by the connection it registered on, through
 * an app of forty lines of drachtio-srf.
 */
import { createHash } from 'node:crypto';
import { readCertificate } from '../../sip/transport/certificate';
import { startApp, type App, type Dlg, type Req, type Res } from '../sip/support/app';
import { makeCertificate, type TestCertificate } from '../sip/support/certificate';
import { startEngine, type Engine } from '../sip/support/engine';
import { startBaresip, type Baresip } from '../support/baresip';
import { needs } from '../support/needs';
import { TonePhone } from '../support/tone-phone';
import { within } from '../support/wait';

const REALM = 'openline';
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** A registrar for one phone: where it is, once it knew the password. */
class Registrar {
  route: string | undefined;

  take(req: Req, res: Res): void {
    if (!this.knows(req.get('Authorization') ?? '')) {
      const challenge = `Digest realm="${REALM}", nonce="tls-phone", algorithm=MD5`;
      return res.send(401, { headers: { 'WWW-Authenticate': challenge } });
    }
    this.route = `sip:${req.source_address}:${req.source_port};transport=${req.protocol}`;
    res.send(200, { headers: { Contact: `${req.get('Contact')};expires=60` } });
  }

  private knows(credentials: string): boolean {
    const of = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(credentials)?.[1] ?? '';
    const ha1 = md5(`8001:${REALM}:secret`);
    return of('response') === md5(`${ha1}:tls-phone:${md5(`REGISTER:${of('uri')}`)}`);
  }
}

needs('baresip', 'openssl')('a phone over TLS', () => {
  let certificate: TestCertificate;
  let engine: Engine;
  let app: App;
  let phone: Baresip;
  let ear: TonePhone;
  const registrar = new Registrar();

  beforeAll(async () => {
    certificate = makeCertificate();
    engine = await startEngine({
      sip: [{ protocol: 'tls', host: '127.0.0.1', port: 0 }],
      certificate: readCertificate({ ...certificate, ca: '' }),
    });
    ear = await TonePhone.open({ tone: 1000 });
    app = await startApp(engine, {
      routes: (a) => a.register((req, res) => registrar.take(req, res)),
    });
    phone = await startBaresip({
      user: '8001',
      realm: REALM,
      password: 'secret',
      server: { host: '127.0.0.1', port: Number((engine.sip[0] as string).split(':').pop()) },
      transport: 'tls',
      caFile: certificate.cert,
      toneHz: 600,
    });
  }, 30_000);

  afterAll(async () => {
    await phone?.stop();
    ear?.close();
    app?.disconnect();
    await engine?.close();
    certificate?.remove();
  });

  test('it registered by TLS, from a port of its own', () => {
    expect(registrar.route).toMatch(/^sip:127\.0\.0\.1:\d+;transport=tls$/);
    expect(registrar.route).not.toContain(`:${phone.port};`);
  });

  test('a call to it rings, is answered, and ended by it', async () => {
    const call: Promise<Dlg> = app.createUAC(`sip:8001@${REALM}`, {
      localSdp: ear.sdp(),
      proxy: registrar.route as string,
    });
    await phone.events.next('the phone to ring', ({ type }) => type === 'CALL_INCOMING');
    await phone.accept();
    const dialog = await within('the answer', call);
    const ended = new Promise((resolve) => dialog.once('destroy', resolve));
    await phone.hangUp();
    await within('the end', ended);
  });
});
