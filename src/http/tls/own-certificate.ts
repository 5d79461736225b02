/**
 * The certificate that we make ourselves where nobody gave us one: a browser gives its microphone to https only.
 * Decides what it says, and when another is due. The key is made once and stays; whoever has accepted the
 * certificate, or installed it, has to do so again only when it had to change.
 */
import { createPrivateKey, createPublicKey, webcrypto, X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { CertificateText } from '../../certificate-files';
import type { MachineNames } from './machine-names';

const DAY_MS = 86_400_000;
/** The longest that browsers take of anybody. */
const VALID_MS = 397 * DAY_MS;
/** Another is made so long before it ends. */
const RENEW_MS = 30 * DAY_MS;
/** A PC whose clock is behind takes it all the same. */
const BEHIND_MS = DAY_MS;
const CURVE = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const ALWAYS = ['localhost', '127.0.0.1', '::1'];

/** Files of the folder. The certificate may be given to anybody; the key is its owner's. */
const FILES = { cert: 'certificate.pem', key: 'key.pem' };

/** Where the certificate lies that PCs may install. */
export const ownCertificateFile = (folder: string): string => join(folder, FILES.cert);

/** The one of the folder, or a new one there when that is none, ends soon, or lacks a name. */
export async function ownCertificate(
  folder: string,
  names: MachineNames,
  now: number,
): Promise<CertificateText> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const key = read(folder, FILES.key) ?? (await makeKey(folder));
  const cert = read(folder, FILES.cert);
  if (cert !== null && reasonToRenew(cert, key, names, now) === null) return { cert, key };
  const made = await makeCertificate(key, names, now);
  write(folder, FILES.cert, made, 0o644);
  return { cert: made, key };
}

/**
 * Why the certificate is no longer good; null while it is. An IPv6 address that is new is no reason: PCs and
 * servers take another one every day (RFC 8981), and each new certificate is asked about in every browser.
 */
export function reasonToRenew(
  cert: string,
  key: string,
  { hostname, addresses }: MachineNames,
  now: number,
): string | null {
  const found = readable(cert);
  if (found === null || !found.checkPrivateKey(createPrivateKey(key)))
    return 'it is not of our key';
  if (Date.parse(found.validTo) - now < RENEW_MS) return 'it ends soon';
  if (Date.parse(found.validFrom) > now) return 'it begins later';
  const missing = addresses.filter(isIPv4).find((one) => found.checkIP(one) === undefined);
  if (missing !== undefined) return `${missing} is not in it`;
  const name = dnsName(hostname);
  if (name !== null && found.checkHost(name) === undefined) return `${name} is not in it`;
  return null;
}

async function makeKey(folder: string): Promise<string> {
  const { privateKey } = await webcrypto.subtle.generateKey(CURVE, true, ['sign', 'verify']);
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', privateKey));
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const pem = key.export({ format: 'pem', type: 'pkcs8' }).toString();
  write(folder, FILES.key, pem, 0o600);
  return pem;
}

async function makeCertificate(
  keyText: string,
  { hostname, addresses }: MachineNames,
  now: number,
): Promise<string> {
  const keys = await keyPair(keyText);
  const name = dnsName(hostname);
  const all = new Set([...(name === null ? [] : [name]), ...ALWAYS, ...addresses]);
  const made = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [name ?? 'localhost'] }, { O: ['Openline'] }],
    notBefore: new Date(now - BEHIND_MS),
    notAfter: new Date(now - BEHIND_MS + VALID_MS),
    signingAlgorithm: CURVE,
    keys,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(
        [...all].map((value) => ({ type: isName(value) ? 'dns' : 'ip', value })),
      ),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return made.toString('pem');
}

async function keyPair(keyText: string): Promise<webcrypto.CryptoKeyPair> {
  const { subtle } = webcrypto;
  const key = createPrivateKey(keyText);
  const pkcs8 = key.export({ format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return {
    privateKey: await subtle.importKey('pkcs8', pkcs8, CURVE, false, ['sign']),
    publicKey: await subtle.importKey('spki', spki, CURVE, true, ['verify']),
  };
}

const isName = (value: string): boolean => /[a-z]/i.test(value) && !value.includes(':');

/** The machine's name as a certificate can have it (RFC 1123 §2.1, and 64 characters of a CN); null when it cannot. */
function dnsName(hostname: string): string | null {
  const name = hostname.toLowerCase();
  const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
  const isOne = name.length <= 64 && new RegExp(`^${label}(\\.${label})*$`).test(name);
  return isOne && isName(name) ? name : null;
}

function readable(cert: string): X509Certificate | null {
  try {
    return new X509Certificate(cert);
  } catch {
    return null;
  }
}

function read(folder: string, file: string): string | null {
  try {
    return readFileSync(join(folder, file), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Written beside and renamed, so that nobody reads half of it. */
function write(folder: string, file: string, text: string, mode: number): void {
  const path = join(folder, file);
  writeFileSync(`${path}.new`, text, { mode });
  chmodSync(`${path}.new`, mode);
  renameSync(`${path}.new`, path);
}
