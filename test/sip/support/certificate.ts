import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A self-signed certificate for 127.0.0.1 and localhost in a folder of its own. */
export interface TestCertificate {
  cert: string;
  key: string;
  remove(): void;
}

/** Made by openssl: `needs` asks for it. */
export function makeCertificate(name = 'edge.test'): TestCertificate {
  const folder = mkdtempSync(join(tmpdir(), 'openline-cert-'));
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=IP:127.0.0.1,DNS:${name}`];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync(
    'openssl',
    ['req', '-x509', ...curve, '-days', '2', ...subject, '-keyout', key, '-out', cert],
    { stdio: 'ignore' },
  );
  return { cert, key, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
