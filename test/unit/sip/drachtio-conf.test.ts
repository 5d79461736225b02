import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LONGEST_DATAGRAM } from '../../../sip/gateway/next-hop';
import { isScanner } from '../../../sip/guard/scanners';
import { readSettings } from '../../../sip/settings';
import { giveUpMs, RFC_TIMING } from '../../../sip/transaction/timing';

/** The file for a real drachtio-server says what our own engine does without any setting. */

const root = join(__dirname, '../../..');
const conf = readFileSync(join(root, 'sip/drachtio.conf.xml'), 'utf8').replace(
  /<!--[\s\S]*?-->/g,
  '',
);
const all = (name: string) =>
  [...conf.matchAll(new RegExp(`<${name}[^>]*>([^<]*)</${name}>`, 'g'))].map(([, text]) => text);

const read = readSettings({ DRACHTIO_SECRET: 's', MEDIA_SECRET: 's' });
if ('problems' in read) throw new Error(read.problems.join('\n'));
const { settings } = read;

test('it listens where we do', () => {
  const contacts = all('contact').flatMap((contact = '') => {
    const [, host, port, transports = ''] =
      /^sip:([^:]+):(\d+);transport=(.*)$/.exec(contact) ?? [];
    return transports
      .split(',')
      .map((protocol) => ({ protocol, host: host === '*' ? '0.0.0.0' : host, port: Number(port) }));
  });
  expect(contacts).toEqual(settings.sip);
});

test('apps find it where they find us', () => {
  const [, port, host] = /<admin port="(\d+)">([^<]*)</.exec(conf) ?? [];
  expect({ host, port: Number(port) }).toMatchObject({
    host: settings.drachtio.host,
    port: settings.drachtio.port,
  });
});

test('its timers are ours', () => {
  const [t1, t2, t4, longest] = ['t1', 't2', 't4', 't1x64'].map((name) => Number(all(name)[0]));
  expect({ t1, t2, t4 }).toEqual(RFC_TIMING);
  expect(longest).toBe(giveUpMs(RFC_TIMING));
});

test('its requests leave by UDP up to the length that ours do', () => {
  expect(Number(all('udp-mtu')[0])).toBe(LONGEST_DATAGRAM);
});

test('the scanners it drops are those that we drop, in silence', () => {
  expect(conf).toContain('<spammers action="discard" tcp-action="discard">');
  const names = all('value');
  expect(names.length).toBeGreaterThan(5);
  for (const name of names) expect(isScanner(`OPTIONS\r\nUser-Agent: ${name}\r\n\r\n`)).toBe(true);
});

test('it makes call detail records when we do', () => {
  expect(all('cdrs')).toEqual([String(settings.cdrs)]);
});
