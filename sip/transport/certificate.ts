import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import type { Certificate } from './flow';

/** PEM files; `ca` is empty when there is none. */
export interface CertificateFiles {
  cert: string;
  key: string;
  ca: string;
}

/** Reads and tries the files. Throws an error that says which file is wrong, or that they differ. */
export function readCertificate(files: CertificateFiles): Certificate {
  const certificate = {
    cert: read(files.cert),
    key: read(files.key),
    ca: readAuthorities(files.ca),
  };
  try {
    contextOf(certificate);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${files.cert} and ${files.key} are no certificate with its key: ${why}`, {
      cause: error,
    });
  }
  return certificate;
}

/** What a handshake is made with, on either side. */
export function contextOf({ cert, key, ca }: Certificate): SecureContext {
  return createSecureContext({ cert, key, ca: authorities(ca) });
}

/** What we connect with where we show no certificate: whom we believe. `ca` is PEM or empty. */
export function trustOf(ca: string): SecureContext {
  return createSecureContext({ ca: authorities(ca) });
}

/** The authorities of SIP_TLS_CA, PEM; empty without a file. Throws an error that names the file. */
export function readAuthorities(file: string): string {
  if (file === '') return '';
  const ca = read(file);
  try {
    // Node.js would ignore whatever it cannot read, and believe nobody.
    new X509Certificate(ca);
  } catch (error) {
    throw new Error(`${file} holds no certificate`, { cause: error });
  }
  return ca;
}

function authorities(ca: string): string[] | undefined {
  return ca === '' ? undefined : [...rootCertificates, ca];
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${file} cannot be read: ${why}`, { cause: error });
  }
}
