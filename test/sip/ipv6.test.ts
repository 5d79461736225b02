import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { startApp, type App, type Dlg, type Req } from './support/app';
import { startEngine, type Engine } from './support/engine';
import { Phone, SDP } from './support/phone';
import { needsIpv6 } from '../support/needs';
import { within } from '../support/wait';

/** Calls over IPv6, end to end: literals in URIs, Via and Contact; beside IPv4 on the same port. */

let engine: Engine;
let app: App;
let invited: Promise<{ req: Req; dialog: Dlg }>;

async function start(host: string): Promise<void> {
  const sip = (['udp', 'tcp'] as const).map((protocol) => ({ protocol, host, port: 0 }));
  engine = await startEngine({ sip });
  let taken: (call: { req: Req; dialog: Dlg }) => void;
  invited = new Promise((resolve) => (taken = resolve));
  app = await startApp(engine, {
    routes: (a) =>
      a.invite((req, res) => {
        void a.createUAS(req, res, { localSdp: SDP }).then((dialog) => taken({ req, dialog }));
      }),
  });
}

needsIpv6('over IPv6', () => {
  afterEach(async () => {
    app.disconnect();
    await engine.close();
  });

  test.each([
    ['udp', '::1'],
    ['tcp', '::1'],
    ['udp', '::'],
    ['tcp', '::'],
  ] as const)('a call comes in over %s at %s, and the app hangs up', async (protocol, host) => {
    await start(host);
    const port = protocol === 'udp' ? engine.udpPort : engine.tcpPort;
    const phone = protocol === 'udp' ? await Phone.udp('::1') : await Phone.tcp(port, '::1');
    phone.ask(port, { method: 'INVITE', body: SDP });
    const ok = await phone.response(200);
    const transport = protocol === 'udp' ? '' : ';transport=tcp';
    expect(ok.get('contact')).toBe(`<sip:[::1]:${port}${transport}>`);
    phone.ask(port, { method: 'ACK', toTag: ok.toTag as string });
    const { req, dialog } = await within('the call', invited);
    expect([req.source_address, req.source_port]).toEqual(['::1', phone.port]);
    expect(req.get('Via')).toContain(`;received=::1;rport=${phone.port}`);
    const done = dialog.destroy();
    const bye = await phone.request('BYE');
    expect(bye.uri).toBe(`sip:phone@[::1]:${phone.port}${transport}`);
    expect(bye.get('via')).toContain(`${protocol.toUpperCase()} [::1]:${port}`);
    phone.answer(bye, 200);
    await within('the BYE', done);
    phone.close();
  });

  test('a call goes out to a literal, and localhost becomes our address in brackets', async () => {
    await start('::1');
    const phone = await Phone.udp('::1');
    const uri = `sip:8001@[::1]:${phone.port}`;
    const call = app.createUAC(uri, { localSdp: SDP, callingNumber: '138' });
    const invite = await phone.request('INVITE');
    expect(invite.uri).toBe(uri);
    expect(invite.get('from')).toContain(`<sip:138@[::1]:${engine.udpPort}>`);
    phone.answer(invite, 200, { body: SDP });
    await phone.request('ACK');
    const dialog = await within('the dialog', call);
    const done = dialog.destroy();
    phone.answer(await phone.request('BYE'), 200);
    await within('the BYE', done);
    phone.close();
  });

  test('a listener on every IPv6 address leaves the port to one on every IPv4 address', async () => {
    await start('::');
    const [error] = (await once(connect(engine.tcpPort, '127.0.0.1'), 'error')) as [
      NodeJS.ErrnoException,
    ];
    expect(error.code).toBe('ECONNREFUSED');
    const socket = createSocket('udp4').bind(engine.udpPort, '0.0.0.0');
    await within('the port', once(socket, 'listening'));
    socket.close();
  });
});
