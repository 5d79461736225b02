import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machineNames } from '../../../src/http/tls/machine-names';
import {
  ownCertificate,
  ownCertificateFile,
  reasonToRenew,
} from '../../../src/http/tls/own-certificate';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 2, 2);
const NAMES = { hostname: 'PBX-1', addresses: ['127.0.0.1', '::1', '10.1.2.3', '2001:db8::5'] };

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'openline-own-')), 'tls');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

const validTo = (cert: string) => Date.parse(new X509Certificate(cert).validTo);

test('is for every name and address by which the machine is reached, and for a year', async () => {
  const { cert, key } = await ownCertificate(folder, NAMES, NOW);
  const made = new X509Certificate(cert);
  for (const name of ['pbx-1', 'localhost']) expect(made.checkHost(name)).toBe(name);
  for (const address of NAMES.addresses) expect(made.checkIP(address)).toBe(address);
  expect([made.checkHost('evil.example'), made.checkIP('10.1.2.4'), made.ca]).toEqual([
    ...[undefined, undefined, false],
  ]);
  expect(made.verify(made.publicKey)).toBe(true);
  expect(made.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect((Date.parse(made.validTo) - NOW) / DAY).toBe(396);
  expect(made.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  expect(made.subject).toContain('CN=pbx-1');
});

test('its key is its owner’s alone; the certificate may be given to anybody', async () => {
  await ownCertificate(folder, NAMES, NOW);
  const mode = (path: string) => statSync(path).mode & 0o777;
  expect([mode(folder), mode(join(folder, 'key.pem')), mode(ownCertificateFile(folder))]).toEqual([
    ...[0o700, 0o600, 0o644],
  ]);
});

test('is the same at every start', async () => {
  const first = await ownCertificate(folder, NAMES, NOW);
  expect(await ownCertificate(folder, NAMES, NOW + 300 * DAY)).toEqual(first);
});

test('is made anew before it ends, for the same key', async () => {
  const first = await ownCertificate(folder, NAMES, NOW);
  const second = await ownCertificate(folder, NAMES, NOW + 367 * DAY);
  expect(second.key).toBe(first.key);
  expect(validTo(second.cert)).toBeGreaterThan(NOW + 700 * DAY);
  expect(readFileSync(ownCertificateFile(folder), 'utf8')).toBe(second.cert);
});

test.each([
  ['an address more', { ...NAMES, addresses: [...NAMES.addresses, '10.9.9.9'] }, 0, '10.9.9.9'],
  ['another name', { ...NAMES, hostname: 'other' }, 0, 'other is not in it'],
  ['an address less', { ...NAMES, addresses: ['127.0.0.1'] }, 0, null],
  ['another IPv6 address', { ...NAMES, addresses: ['127.0.0.1', '2001:db8::9'] }, 0, null],
  ['a name that none can have', { ...NAMES, hostname: 'stra\u00dfe 1' }, 0, null],
  ['its last month', NAMES, 367, 'it ends soon'],
  ['a clock that was wrong', NAMES, -3, 'it begins later'],
])('%s: renewed or not', async (_what, names, days, reason) => {
  const { cert, key } = await ownCertificate(folder, NAMES, NOW);
  const found = reasonToRenew(cert, key, names, NOW + days * DAY);
  if (reason === null) expect(found).toBeNull();
  else expect(found).toContain(reason);
});

test.each([
  ['is not one', 'certificate.pem', 'nonsense'],
  ['is empty', 'certificate.pem', ''],
])('a file that %s is replaced', async (_what, file, text) => {
  const { key } = await ownCertificate(folder, NAMES, NOW);
  writeFileSync(join(folder, file), text);
  const { cert } = await ownCertificate(folder, NAMES, NOW);
  expect(new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))).toBe(true);
});

test('a machine without a usable name has one by its addresses', async () => {
  const { cert } = await ownCertificate(folder, { ...NAMES, hostname: '' }, NOW);
  expect(new X509Certificate(cert).subject).toContain('CN=localhost');
});

test('this machine has a loopback address among its own', () => {
  expect(machineNames().addresses).toContain('127.0.0.1');
});
