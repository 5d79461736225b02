import type { EdgeSettings } from './settings';
import { readAuthorities, readCertificate } from './transport/certificate';

/** The TLS port of apps with its certificate, as the files have it now; throws when they are wrong. */
export function drachtioTls({ drachtioTls: listen }: EdgeSettings) {
  return listen && { ...listen, certificate: readCertificate(listen.files) };
}

/** The ways out to apps with the authorities believed there, as the file has them now. */
export function outbound({ outbound: { routes, caFile } }: EdgeSettings) {
  return { routes, ca: readAuthorities(caFile) };
}
