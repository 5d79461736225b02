import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Certificate } from '../../sip/transport/flow';
import { needs } from '../support/needs';
import { within } from '../support/wait';
import { startApp, type App } from './support/app';
import { makeCertificate, type TestCertificate } from './support/certificate';
import { SECRET, startEngine, type Engine } from './support/engine';
import { Phone } from './support/phone';

/** Apps that connect to us by TLS. */

needs('openssl')('the TLS port of apps', () => {
  let made: TestCertificate[];
  let engine: Engine;
  let apps: App[];

  beforeEach(() => {
    made = [makeCertificate(), makeCertificate()];
    apps = [];
  });

  afterEach(async () => {
    for (const app of apps) app.disconnect();
    for (const certificate of made) certificate.remove();
    await engine.close();
  });

  function certificate(index: number): Certificate {
    const { cert, key } = made[index] as TestCertificate;
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8'), ca: '' };
  }

  async function start(only: boolean): Promise<void> {
    const tls = { host: '127.0.0.1', port: 0, certificate: certificate(0), only };
    engine = await startEngine({
      drachtio: { host: '127.0.0.1', port: 0, secret: SECRET, tls },
    });
  }

  async function secureApp(index = 0, routes?: (app: App) => void): Promise<App> {
    const drachtio = engine.drachtioTls as { host: string; port: number };
    const tls = { ca: certificate(index).cert };
    const app = await startApp({ drachtio }, { tls, ...(routes && { routes }) });
    apps.push(app);
    return app;
  }

  const takesMessages = (status: number) => (app: App) =>
    app.message((_req, res) => res.send(status));

  async function ask(cseq: number, status: number): Promise<void> {
    const phone = await Phone.udp();
    phone.ask(engine.udpPort, { method: 'MESSAGE', cseq });
    await phone.response(status);
    phone.close();
  }

  test('beside the plain one, both are apps like any other', async () => {
    await start(false);
    await secureApp(0, takesMessages(202));
    await ask(1, 202);
    apps.push(await startApp(engine, { routes: takesMessages(200) }));
    await ask(2, 200);
    await ask(3, 202);
    expect(engine.load().apps).toBe(2);
  });

  test('alone, there is no other way in', async () => {
    await start(true);
    expect(engine.drachtio.port).toBe(0);
    await secureApp(0, takesMessages(200));
    await ask(1, 200);
  });

  test('whoever speaks in the clear there is cut off', async () => {
    await start(true);
    const socket = connect(engine.drachtioTls?.port ?? 0, '127.0.0.1');
    socket.on('error', () => undefined).resume();
    socket.write(`${17 + SECRET.length}#0|authenticate|${SECRET}|`);
    await within('the end', once(socket, 'close'));
    expect(engine.load().apps).toBe(0);
  });

  test('a new certificate is shown to whoever connects later; apps that are connected stay', async () => {
    await start(true);
    await secureApp(0, takesMessages(200));
    engine.certifyForApps({ certificate: certificate(1), ca: '' });
    await secureApp(1);
    await ask(1, 200);
    expect(engine.load().apps).toBe(2);
  });
});
