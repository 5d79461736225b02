import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { WebSocket } from 'ws';
import { readCertificate } from '../../sip/transport/certificate';
import { needs } from '../support/needs';
import { waitFor, within } from '../support/wait';
import { startApp, type App, type Dlg, type Req } from './support/app';
import { makeCertificate, type TestCertificate } from './support/certificate';
import { startEngine, type Engine } from './support/engine';
import { Phone, SDP } from './support/phone';

/**
 * TLS, WebSocket and secure WebSocket with an unmodified drachtio-srf behind: a phone registers, takes
 * a call by the connection it registered on, makes one, and is gone when its connection is.
 */

needs('openssl')('SIP over connections', () => {
  let own: TestCertificate;
  let other: TestCertificate;
  let engine: Engine;
  let app: App;
  /** The last REGISTER and INVITE as the app saw them, and the dialogs that it took part in. */
  let registered: Req;
  let invited: Req;
  const taken: Dlg[] = [];

  const pem = (certificate: TestCertificate) => readCertificate({ ...certificate, ca: '' });
  const ca = (certificate: TestCertificate) => readFileSync(certificate.cert, 'utf8');

  function portOf(protocol: string): number {
    const url = engine.sip.find((listener) => listener.startsWith(`${protocol}:`)) ?? '';
    return Number(url.slice(url.lastIndexOf(':') + 1));
  }

  beforeAll(async () => {
    [own, other] = [makeCertificate(), makeCertificate('other.test')];
    engine = await startEngine({
      sip: (['udp', 'tcp', 'tls', 'ws', 'wss'] as const).map((protocol) => ({
        protocol,
        host: '127.0.0.1',
        port: 0,
      })),
      certificate: { ...pem(own), ca: ca(other) },
    });
    app = await startApp(engine, {
      routes: (a) => {
        a.register((req, res) => {
          registered = req;
          res.send(200, { headers: { Contact: `${req.get('Contact')};expires=60` } });
        });
        a.invite((req, res) => {
          invited = req;
          void a.createUAS(req, res, { localSdp: SDP }).then((dialog) => taken.push(dialog));
        });
      },
    });
  });

  afterAll(async () => {
    app.disconnect();
    await engine.close();
    own.remove();
    other.remove();
  });

  const KINDS = ['tcp', 'tls', 'ws', 'wss'] as const;
  type Kind = (typeof KINDS)[number];

  function phoneOn(kind: Kind, trusted = own): Promise<Phone> {
    const port = portOf(kind);
    if (kind === 'tcp') return Phone.tcp(port);
    if (kind === 'tls') return Phone.tls(port, ca(trusted));
    const url = `${kind}://127.0.0.1:${port}`;
    return Phone.webSocket(url, kind === 'wss' ? ca(trusted) : undefined);
  }

  /** What the app's registrar gives as next hop: the source as the app was told it. */
  function routeOf(req: Req): string {
    return `sip:${req.source_address}:${req.source_port};transport=${req.protocol}`;
  }

  describe.each(KINDS)('over %s', (kind) => {
    let phone: Phone;

    beforeAll(async () => {
      phone = await phoneOn(kind);
      phone.ask(portOf(kind), { method: 'REGISTER' });
      await phone.response(200, 'REGISTER');
    });

    afterAll(() => phone.close());

    test('a phone registers, and the app is told where it is', () => {
      expect(registered.protocol).toBe(kind === 'tls' ? 'tls' : 'tcp');
      expect(registered.source_port).toBe(phone.port);
      expect(registered.get('Via')).toContain(`received=127.0.0.1;rport=${phone.port}`);
    });

    test('its calls are answered, and the app hangs up by the connection', async () => {
      const from = phone.got.length;
      const count = taken.length;
      phone.ask(portOf(kind), { method: 'INVITE', body: SDP });
      const ok = await phone.response(200, 'INVITE', from);
      const uri = kind === 'wss' ? 'ws' : kind;
      expect(ok.get('contact')).toBe(`<sip:127.0.0.1:${portOf(kind)};transport=${uri}>`);
      expect(invited.source_port).toBe(phone.port);
      phone.ask(portOf(kind), { method: 'ACK', toTag: ok.toTag as string });
      const dialog = await waitFor('the dialog', () => taken[count]);
      const gone = dialog.destroy();
      const bye = await phone.request('BYE', from);
      expect(bye.get('via')).toContain(`SIP/2.0/${kind.toUpperCase()} 127.0.0.1:${portOf(kind)}`);
      phone.answer(bye, 200);
      await gone;
    });

    test('calls to it and all within them go by the connection that it registered on', async () => {
      const from = phone.got.length;
      const proxy = routeOf(registered);
      const call = app.createUAC('sip:phone@openline', { localSdp: SDP, proxy });
      const invite = await phone.request('INVITE', from);
      expect(invite.uri).toBe('sip:phone@openline');
      phone.answer(invite, 200, { body: SDP });
      await phone.request('ACK', from);
      const ended = once(await call, 'destroy');
      const { callId } = invite;
      phone.ask(portOf(kind), { method: 'BYE', callId, to: invite.get('from') as string });
      await phone.response(200, 'BYE', from);
      await within('the end', ended);
    });

    test('a double CRLF is answered with a single one', async () => {
      const line = await rawLine(kind);
      const pong = line.next();
      line.say('\r\n\r\n');
      expect(await within('the pong', pong)).toBe('\r\n');
      line.close();
    });

    test('its flow dies with its connection', async () => {
      const call = { localSdp: SDP, proxy: routeOf(registered) };
      phone.close();
      // TCP and TLS would connect anew, and nobody listens there; a browser cannot be connected to.
      const tries = () => app.createUAC('sip:phone@openline', call).catch((e: unknown) => e);
      const failed = (error: unknown) => /503|transport not available/.test(String(error));
      await waitFor('a refusal', async () => failed(await tries()));
    });
  });

  test.each(['ws', 'wss'] as const)(
    'a browser that goes while its %s phone rings is not waited for',
    async (kind) => {
      const phone = await phoneOn(kind);
      phone.ask(portOf(kind), { method: 'REGISTER' });
      await phone.response(200, 'REGISTER');
      const proxy = routeOf(registered);
      const call = app.createUAC('sip:phone@openline', { localSdp: SDP, proxy });
      phone.answer(await phone.request('INVITE'), 180);
      await waitFor('the early dialog', () => engine.load().dialogs === 1);
      phone.close();
      await expect(within('the refusal', call)).rejects.toMatchObject({ status: 503 });
      expect(engine.load()).toMatchObject({ dialogs: 0, outgoing: 0 });
    },
  );

  /** A connection on which anything can be said. */
  async function rawLine(kind: Kind) {
    const port = portOf(kind);
    if (kind === 'ws' || kind === 'wss') {
      const client = new WebSocket(`${kind}://127.0.0.1:${port}`, 'sip', { ca: ca(own) });
      await once(client, 'open');
      return {
        say: (text: string) => client.send(text),
        next: () => once(client, 'message').then(([data]) => String(data)),
        close: () => client.terminate(),
      };
    }
    const socket =
      kind === 'tcp' ? connect(port) : connectSecurely({ port, host: '127.0.0.1', ca: ca(own) });
    await once(socket, kind === 'tcp' ? 'connect' : 'secureConnect');
    return {
      say: (text: string) => void socket.write(text),
      next: () => once(socket, 'data').then(([data]) => String(data)),
      close: () => void socket.destroy(),
    };
  }

  test('a WebSocket without the subprotocol sip is refused, and so is a web browser', async () => {
    const url = `127.0.0.1:${portOf('ws')}`;
    const client = new WebSocket(`ws://${url}`, 'chat');
    const [error] = (await once(client, 'error')) as [Error];
    expect(error.message).toContain('400');
    expect((await fetch(`http://${url}/`)).status).toBe(426);
  });

  test('bytes that are no UTF-8 go as a binary frame, others as text', async () => {
    const client = new WebSocket(`ws://127.0.0.1:${portOf('ws')}`, 'sip');
    await once(client, 'open');
    const options = (name: Buffer) =>
      Buffer.concat([
        Buffer.from(
          'OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/WS a.invalid;branch=z9hG4bK1\r\nFrom: "',
        ),
        name,
        Buffer.from('" <sip:a>;tag=1\r\nTo: <sip:b>\r\nCall-ID: u\r\nCSeq: 1 BYE\r\n\r\n'),
      ]);
    const answerTo = async (name: Buffer): Promise<{ data: Buffer; isBinary: boolean }> => {
      const answer = once(client, 'message');
      client.send(options(name));
      const [data, isBinary] = (await within('the refusal', answer)) as [Buffer, boolean];
      return { data, isBinary };
    };
    const chinese = await answerTo(Buffer.from('张伟'));
    expect(chinese.isBinary).toBe(false);
    expect(chinese.data.toString()).toContain('张伟');
    const latin = await answerTo(Buffer.from([0xe9]));
    expect(latin.isBinary).toBe(true);
    expect(latin.data.includes(0xe9)).toBe(true);
    client.terminate();
  });

  test('a message in fragments is one message, a binary one as good, and one too large ends it', async () => {
    const client = new WebSocket(`ws://127.0.0.1:${portOf('ws')}`, 'sip');
    await once(client, 'open');
    const request = (serial: number) =>
      'REGISTER sip:x SIP/2.0\r\nVia: SIP/2.0/WS a.invalid;branch=z9hG4bKf' +
      `${serial}\r\nFrom: <sip:a>;tag=1\r\nTo: <sip:b>\r\nCall-ID: f\r\nCSeq: ${serial} REGISTER\r\n` +
      'Contact: <sip:f@a.invalid>\r\n\r\n';
    let answer = once(client, 'message');
    client.send(request(1).slice(0, 20), { fin: false });
    client.ping();
    client.send(request(1).slice(20, 60), { fin: false });
    client.send(request(1).slice(60), { fin: true });
    expect(String((await within('the answer', answer))[0])).toMatch(/^SIP\/2.0 200 /);
    answer = once(client, 'message');
    client.send(Buffer.from(request(2)), { binary: true });
    expect(String((await within('the answer', answer))[0])).toMatch(/^SIP\/2.0 200 /);
    const closed = once(client, 'close');
    client.send(Buffer.alloc(300_000, 'x'));
    expect((await within('the end', closed))[0]).toBe(1009);
  });

  test('a new certificate serves new handshakes; what is connected goes on', async () => {
    const before = { tls: await phoneOn('tls'), wss: await phoneOn('wss') };
    engine.certify({ ...pem(other), ca: ca(other) });
    for (const kind of ['tls', 'wss'] as const) {
      const after = await phoneOn(kind, other);
      await expect(phoneOn(kind, own)).rejects.toThrow(/self-signed|certificate/);
      for (const phone of [before[kind], after]) {
        phone.ask(portOf(kind), { method: 'REGISTER', cseq: 7 });
        await phone.response(200, 'REGISTER');
        phone.close();
      }
    }
    engine.certify({ ...pem(own), ca: ca(other) });
  });

  describe('TLS connections of ours', () => {
    /** Another edge, which has a certificate for `other.test` and 127.0.0.1. */
    let far: Engine;
    let farApp: App;

    beforeAll(async () => {
      far = await startEngine({
        sip: [{ protocol: 'tls', host: '127.0.0.1', port: 0 }],
        certificate: pem(other),
      });
      farApp = await startApp(far, {
        routes: (a) => a.invite((req, res) => void a.createUAS(req, res, { localSdp: SDP })),
      });
    });

    afterAll(async () => {
      farApp.disconnect();
      await far.close();
    });

    const port = () => Number((far.sip[0] as string).split(':').pop());

    test('a call to a peer with a certificate we believe', async () => {
      const uri = `sip:400@127.0.0.1:${port()};transport=tls`;
      const dialog = await app.createUAC(uri, { localSdp: SDP });
      await dialog.destroy();
    });

    test('sips means TLS', async () => {
      const dialog = await app.createUAC(`sips:400@127.0.0.1:${port()}`, { localSdp: SDP });
      await dialog.destroy();
    });

    test('a certificate for another name ends it with 503', async () => {
      const uri = `sip:400@localhost:${port()};transport=tls`;
      // The connection by address stands, but nobody has looked for this name in its certificate.
      const call = app.createUAC(uri, { localSdp: SDP });
      await expect(call).rejects.toMatchObject({ status: 503 });
    });
  });
});
