import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '../../../sip/settings';
import { makeCertificate } from '../../sip/support/certificate';
import { needs } from '../../support/needs';

const secrets = { DRACHTIO_SECRET: 'a', MEDIA_SECRET: 'b' };

function settings(env: Record<string, string>) {
  const read = readSettings({ ...secrets, ...env });
  if ('problems' in read) throw new Error(read.problems.join(' '));
  return read.settings;
}

test('without SIP_LISTEN it listens everywhere and serves private sources only', () => {
  expect(settings({})).toMatchObject({
    sip: [
      { protocol: 'udp', host: '0.0.0.0', port: 5060 },
      { protocol: 'tcp', host: '0.0.0.0', port: 5060 },
      { protocol: 'ws', host: '127.0.0.1', port: 5066 },
    ],
    privateOnly: true,
    drachtio: { host: '127.0.0.1', port: 9022, secret: 'a' },
    control: { host: '127.0.0.1', port: 9023, secret: 'b' },
    mediaPorts: [20000, 32767],
    graceMs: 60_000,
    orphanLimitMs: 7_200_000,
  });
});

test('what the edge must not forget lies in a folder of its own below the data folder', () => {
  expect(settings({ OPENLINE_DATA: '/srv/openline' }).dataDir).toBe('/srv/openline/edge');
});

test('there is a second folder of recordings only when it is named', () => {
  expect(settings({}).recordingsDir2).toBeUndefined();
  expect(settings({ RECORDINGS_DIR_2: '/srv/more' }).recordingsDir2).toBe('/srv/more');
});

test('with SIP_LISTEN everybody is served, on every kind of listener it names', () => {
  const read = settings({ SIP_LISTEN: 'udp://[::1]:0, ws://127.0.0.1:5066' });
  expect(read.sip).toEqual([
    { protocol: 'udp', host: '::1', port: 0 },
    { protocol: 'ws', host: '127.0.0.1', port: 5066 },
  ]);
  expect(read.privateOnly).toBe(false);
  expect(read.tls).toBeUndefined();
});

test('SIP_LISTEN=off makes a media-only edge, which needs no drachtio secret', () => {
  const read = readSettings({ SIP_LISTEN: 'off', MEDIA_SECRET: 'b' });
  expect(read).toMatchObject({ settings: { sip: [], mediaOnly: true } });
});

test.each([
  ['', undefined],
  ['sip:edge2.example.com', 'sip:edge2.example.com'],
  ['192.0.2.7:5080', 'sip:192.0.2.7:5080'],
  ['[2001:db8::7]:5060;transport=tcp', 'sip:[2001:db8::7]:5060;transport=tcp'],
])('SIP_PEER=%s is the edge %s', (peer, expected) => {
  expect(settings({ SIP_PEER: peer }).peer).toBe(expected);
});

test('how many streams are taken is measured unless MEDIA_MAX_STREAMS says it', () => {
  expect(settings({}).maxStreams).toBeUndefined();
  expect(settings({ MEDIA_MAX_STREAMS: '300' }).maxStreams).toBe(300);
  expect(readSettings({ MEDIA_MAX_STREAMS: '0' })).toMatchObject({
    problems: expect.arrayContaining([expect.stringContaining('MEDIA_MAX_STREAMS')]) as unknown,
  });
});

test('a draining edge ends at three unless SIP_DRAIN_AT says otherwise', () => {
  expect(settings({}).drainAtMs).toBe(3 * 3_600_000);
  expect(settings({ SIP_DRAIN_AT: '22:15' }).drainAtMs).toBe(22.25 * 3_600_000);
});

test('files are served only where MEDIA_FILES_LISTEN says so', () => {
  expect(settings({}).filesListen).toBeUndefined();
  const read = settings({ MEDIA_FILES_LISTEN: 'http://[fd00::5]:9024/' });
  expect(read.filesListen).toEqual({ host: 'fd00::5', port: 9024 });
});

test('networks are read for signalling and for media', () => {
  const read = settings({
    SIP_LISTEN: 'udp://10.0.0.5:5060',
    SIP_NETWORKS: 'wan 10.0.0.5 203.0.113.7 0.0.0.0/0',
    MEDIA_NETWORKS: 'lan 10.0.0.5 10.0.0.5 10.0.0.0/8; wan 10.0.0.5 203.0.113.8 0.0.0.0/0',
  });
  expect(read.sipNetworks).toMatchObject([{ name: 'wan', advertised: '203.0.113.7' }]);
  expect(read.mediaNetworks.map(({ name }) => name)).toEqual(['lan', 'wan']);
});

test('limits of messages are what they were until somebody sets them, within what can be carried', () => {
  const { messageLimits } = settings({});
  expect(messageLimits).toEqual({ messageBytes: 262_144, headerLines: 200, lineBytes: 8192 });
  const env = {
    SIP_MAX_MESSAGE_BYTES: '4096',
    SIP_MAX_HEADERS: '1000',
    SIP_MAX_LINE_BYTES: '65536',
  };
  expect(settings(env).messageLimits).toEqual({
    ...{ messageBytes: 4096, headerLines: 1000, lineBytes: 65_536 },
  });
  const beyond = {
    SIP_MAX_MESSAGE_BYTES: '262145',
    SIP_MAX_HEADERS: '49',
    SIP_MAX_LINE_BYTES: '1e4',
  };
  expect(readSettings({ ...secrets, ...beyond })).toEqual({
    problems: [
      'SIP_MAX_MESSAGE_BYTES: "262145" is not a whole number from 4096 to 262144.',
      'SIP_MAX_HEADERS: "49" is not a whole number from 50 to 1000.',
      'SIP_MAX_LINE_BYTES: "1e4" is not a whole number from 1024 to 65536.',
    ],
  });
});

test('call detail records are made only when they are asked for', () => {
  expect(settings({}).cdrs).toBe(false);
  expect(settings({ SIP_CDRS: 'on' }).cdrs).toBe(true);
  expect(readSettings({ ...secrets, SIP_CDRS: 'true' })).toEqual({
    problems: ['SIP_CDRS: "true" is none of on, off.'],
  });
});

test('every problem is reported at once', () => {
  const read = readSettings({
    SIP_LISTEN: 'udp:5060,gopher://1.2.3.4:70',
    MEDIA_PORTS: '5-4',
    SIP_APP_GRACE_SECONDS: 'long',
    LOG_LEVEL: 'loud',
    MEDIA_LISTEN: 'nowhere',
    MEDIA_FILES_LISTEN: '10.0.0.5:9024',
    SIP_NETWORKS: 'lan 10.0.0.5',
    MEDIA_NETWORKS: 'lan 10.0.0.5 10.0.0.5 10.0.0.0/99',
  });
  if (!('problems' in read)) throw new Error('no problems');
  for (const name of [
    'SIP_LISTEN: "udp:5060"',
    'SIP_LISTEN: "gopher',
    'DRACHTIO_SECRET',
    'MEDIA_SECRET',
    'MEDIA_PORTS',
    'SIP_APP_GRACE_SECONDS',
    'LOG_LEVEL',
    'MEDIA_LISTEN',
    'MEDIA_FILES_LISTEN: "10.0.0.5:9024" is not http://',
    'SIP_NETWORKS "lan 10.0.0.5" is not',
    'MEDIA_NETWORKS "lan 10.0.0.5 10.0.0.5 10.0.0.0/99" has no IPv4 CIDR',
  ]) {
    expect(read.problems.join('\n')).toContain(name);
  }
});

test.each([
  ['no certificate', { SIP_LISTEN: 'tls://127.0.0.1:0' }, ['SIP_TLS_CERT', 'SIP_TLS_KEY']],
  [
    'files that are not there',
    { SIP_LISTEN: 'wss://127.0.0.1:0', SIP_TLS_CERT: '/none.pem', SIP_TLS_KEY: '/none.key' },
    ['/none.pem cannot be read'],
  ],
  [
    'a network without a listener',
    { SIP_LISTEN: 'udp://10.0.0.5:0', SIP_NETWORKS: 'lan 10.0.0.6 10.0.0.6 10.0.0.0/8' },
    ['lan binds to 10.0.0.6'],
  ],
  ['a peer that is nowhere', { SIP_PEER: 'http://b' }, ['SIP_PEER: "http://b" is neither']],
  [
    'a peer that nobody can connect to',
    { SIP_PEER: 'sip:b;transport=ws' },
    ['SIP_PEER: SIP_LISTEN has no listener that connects by ws'],
  ],
  [
    'a peer by a transport that we do not speak',
    { SIP_LISTEN: 'udp://127.0.0.1:0', SIP_PEER: '192.0.2.7;transport=tcp' },
    ['SIP_PEER: SIP_LISTEN has no listener that connects by tcp'],
  ],
  ['a time that is none', { SIP_DRAIN_AT: '24:00' }, ['SIP_DRAIN_AT: "24:00" is no time']],
  [
    'media by two families in one network',
    { MEDIA_NETWORKS: 'v6 ::1 127.0.0.1 ::/0' },
    ['MEDIA_NETWORKS "v6 ::1 127.0.0.1 ::/0" advertises 127.0.0.1'],
  ],
] as const)('%s is a problem', (_what, env, expected) => {
  const read = readSettings({ ...secrets, ...env });
  if (!('problems' in read)) throw new Error('no problems');
  expect(read.problems).toHaveLength(expected.length);
  for (const text of expected) expect(read.problems.join('\n')).toContain(text);
});

describe('where apps are', () => {
  const folder = mkdtempSync(join(tmpdir(), 'edge-settings-'));
  const garbage = join(folder, 'garbage.pem');
  writeFileSync(garbage, 'no certificate');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('they connect in the clear and requests reach only those, unless it is said otherwise', () => {
    const read = settings({ SIP_TLS_CA: '/none.pem' });
    expect(read.drachtioTls).toBeUndefined();
    expect([read.outbound.routes.size, read.outbound.caFile]).toEqual([0, '']);
  });

  test('methods have outbound routes', () => {
    const { outbound } = settings({ DRACHTIO_OUTBOUND: 'invite=tcp://127.0.0.1:9030' });
    expect([...outbound.routes.keys()]).toEqual(['INVITE']);
  });

  test.each([
    [{ DRACHTIO_OUTBOUND: 'invite' }, ['DRACHTIO_OUTBOUND "invite" is not method=URL']],
    [{ DRACHTIO_LISTEN: 'off' }, ['DRACHTIO_LISTEN: off needs DRACHTIO_TLS_LISTEN']],
    [{ DRACHTIO_TLS_LISTEN: '127.0.0.1:0' }, ['DRACHTIO_TLS_LISTEN needs DRACHTIO_TLS_CERT']],
    [
      { DRACHTIO_TLS_LISTEN: '127.0.0.1:0', DRACHTIO_TLS_CERT: '/a.pem' },
      ['DRACHTIO_TLS_LISTEN needs DRACHTIO_TLS_CERT and DRACHTIO_TLS_KEY'],
    ],
    [
      {
        DRACHTIO_TLS_LISTEN: 'here',
        DRACHTIO_TLS_CERT: '/a.pem',
        DRACHTIO_TLS_KEY: '/a.key',
        SIP_TLS_CERT: '/b.pem',
      },
      ['/a.pem cannot be read', 'DRACHTIO_TLS_LISTEN: "here"'],
    ],
    [
      { DRACHTIO_OUTBOUND: '*=tls://a:1', SIP_TLS_CA: '/none.pem' },
      ['SIP_TLS_CA: /none.pem cannot be read'],
    ],
    [
      { DRACHTIO_OUTBOUND: '*=tls://a:1', SIP_TLS_CA: garbage },
      [`SIP_TLS_CA: ${garbage} holds no certificate`],
    ],
  ])('%j is a problem', (env, expected) => {
    const read = readSettings({ ...secrets, ...(env as Record<string, string>) });
    if (!('problems' in read)) throw new Error('no problems');
    expect(read.problems).toHaveLength(expected.length);
    for (const text of expected) expect(read.problems.join('\n')).toContain(text);
  });

  needs('openssl')('with a certificate', () => {
    const made = makeCertificate();
    afterAll(() => made.remove());
    const own = { DRACHTIO_TLS_CERT: made.cert, DRACHTIO_TLS_KEY: made.key };
    const sip = { SIP_TLS_CERT: made.cert, SIP_TLS_KEY: made.key, SIP_TLS_CA: made.cert };

    test('by TLS beside the plain port', () => {
      const read = settings({ DRACHTIO_TLS_LISTEN: '0.0.0.0:9021', ...own });
      expect(read.drachtio).toMatchObject({ host: '127.0.0.1', port: 9022 });
      expect(read.drachtioTls).toEqual({
        host: '0.0.0.0',
        port: 9021,
        files: { cert: made.cert, key: made.key, ca: '' },
        only: false,
      });
    });

    test("by TLS only, with SIP's certificate", () => {
      const env = { DRACHTIO_TLS_LISTEN: '0.0.0.0:9021', DRACHTIO_LISTEN: 'off', ...sip };
      expect(settings(env).drachtioTls).toMatchObject({
        only: true,
        files: { cert: made.cert, key: made.key },
      });
    });

    test('what listening apps are believed by is named', () => {
      const env = { DRACHTIO_OUTBOUND: '*=tls://a:1', ...sip };
      expect(settings(env).outbound.caFile).toBe(made.cert);
    });
  });
});
