/** Whether two PEM files are a certificate with its key, such that a TLS handshake can be made with them now. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

/** Paths. */
export interface CertificateFiles {
  cert: string;
  key: string;
}

/** PEM. */
export interface CertificateText {
  cert: string;
  key: string;
}

/** What is in the files, or one sentence on what is wrong with them. A certificate that is over is wrong. */
export function triedCertificate(
  files: CertificateFiles,
  now: number,
): CertificateText | { problem: string } {
  try {
    const [cert, key] = [readFileSync(files.cert, 'utf8'), readFileSync(files.key, 'utf8')];
    createSecureContext({ cert, key });
    const { validTo } = new X509Certificate(cert);
    if (Date.parse(validTo) > now) return { cert, key };
    return { problem: `${files.cert} ended on ${validTo}` };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { problem: `${files.cert} and ${files.key} are no certificate with its key: ${why}` };
  }
}
