import { readSettings } from '../../../sip/settings';

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
    ],
    privateOnly: true,
    drachtio: { host: '127.0.0.1', port: 9022, secret: 'a' },
    control: { host: '127.0.0.1', port: 9023, secret: 'b' },
    mediaPorts: [20000, 32767],
    graceMs: 60_000,
    orphanLimitMs: 7_200_000,
  });
});

test('with SIP_LISTEN everybody is served; kinds that are not spoken yet are named', () => {
  const read = settings({ SIP_LISTEN: 'udp://[::1]:0, ws://127.0.0.1:5066' });
  expect(read.sip).toEqual([{ protocol: 'udp', host: '::1', port: 0 }]);
  expect(read.privateOnly).toBe(false);
  expect(read.notServed).toEqual(['ws://127.0.0.1:5066']);
});

test('SIP_LISTEN=off makes a media-only edge, which needs no drachtio secret', () => {
  const read = readSettings({ SIP_LISTEN: 'off', MEDIA_SECRET: 'b' });
  expect(read).toMatchObject({ settings: { sip: [], mediaOnly: true } });
});

test('a listener of a kind that is not spoken yet is not enough', () => {
  const read = readSettings({ ...secrets, SIP_LISTEN: 'ws://127.0.0.1:5066' });
  expect(read).toMatchObject({ problems: [expect.stringContaining('at least one udp://')] });
});

test('every problem is reported at once', () => {
  const read = readSettings({
    SIP_LISTEN: 'udp:5060,gopher://1.2.3.4:70',
    MEDIA_PORTS: '5-4',
    SIP_APP_GRACE_SECONDS: 'long',
    LOG_LEVEL: 'loud',
    MEDIA_LISTEN: 'nowhere',
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
  ]) {
    expect(read.problems.join('\n')).toContain(name);
  }
});
