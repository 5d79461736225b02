/** What the machine under us is like, for `npx openline doctor`. Gathered here, judged in domain/doctor. Never rejects. */
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { CertificateFact, MachineFacts, PageFact } from '../domain/doctor/machine';
import { clockFact } from './clock';
import type { SntpServer } from './sntp';

export interface MachineOptions {
  ntpServers: readonly SntpServer[];
  /** Where HTTP listens: `http://host:port`, wildcards too. */
  listening: readonly string[];
  /** The certificate that https shows, PEM; null for none. */
  certificate: { cert: string; given: boolean } | null;
  /** MEDIA_NETWORKS is set. */
  hasMediaNetworks: boolean;
  /** Folders whose disk is tried. */
  folders: readonly string[];
  zones: readonly string[];
  /** Trunks of the plan at addresses of the Internet. */
  publicTrunks: readonly string[];
  now: () => number;
}

export async function machineFacts(options: MachineOptions): Promise<MachineFacts> {
  const { ntpServers, listening, certificate, hasMediaNetworks, folders, zones, now } = options;
  const { publicTrunks } = options;
  return {
    node: process.versions.node,
    openFiles: openFiles(),
    unknownZones: zones.filter((zone) => !isZone(zone)),
    clock: await clockFact(ntpServers, now),
    certificate: certificate && certificateFact(certificate, now()),
    pages: listening.map(pageFact),
    addresses: outerAddresses(),
    hasMediaNetworks,
    publicTrunks,
    disks: await Promise.all(
      folders.map(async (path) => ({ path, writeMs: await writeMs(path, now) })),
    ),
  };
}

/** The soft limit of this process; null where the system does not say. */
function openFiles(): number | null {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    const soft = /^Max open files\s+(\S+)/m.exec(limits)?.[1];
    return soft === 'unlimited' ? Infinity : Number(soft);
  } catch {
    return null;
  }
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).format(0) !== '';
  } catch {
    return false;
  }
}

function certificateFact(
  { cert, given }: NonNullable<MachineOptions['certificate']>,
  now: number,
): CertificateFact {
  const { validTo, fingerprint256: fingerprint } = new X509Certificate(cert);
  return { given, fingerprint, daysLeft: (Date.parse(validTo) - now) / 86_400_000 };
}

/** One address on which HTTP listens, and what is to be typed elsewhere to reach it. */
function pageFact(url: string): PageFact {
  const [, scheme = '', host = '', port = ''] = /^(https?):\/\/\[?(.*?)\]?:(\d+)$/.exec(url) ?? [];
  const isAll = host === '0.0.0.0' || host === '::';
  const hosts = isAll
    ? outerAddresses().filter((one) => host === '::' || !one.includes(':'))
    : [host].filter((one) => !/^(127\.|::1$|localhost$)/.test(one));
  const named = hosts.map((one) => (one.includes(':') ? `[${one}]` : one));
  return {
    secure: scheme === 'https',
    port: Number(port),
    urls: named.map((one) => `${scheme}://${one}:${port}/`),
  };
}

/** Addresses by which others reach this machine; none that only its own link knows. */
function outerAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((some = []) => some);
  return all
    .filter(({ internal, address }) => !internal && !/^(fe80:|169\.254\.)/i.test(address))
    .map(({ address }) => address);
}

/** How long a page takes to the disk and through it; null when it cannot be written. */
async function writeMs(folder: string, now: () => number): Promise<number | null> {
  let own = '';
  try {
    own = mkdtempSync(join(folder, '.openline-doctor-'));
    const file = await open(join(own, 'page'), 'w');
    const since = now();
    await file.write(Buffer.alloc(4096));
    await file.sync();
    const took = now() - since;
    await file.close();
    return took;
  } catch {
    return null;
  } finally {
    if (own !== '') rmSync(own, { recursive: true, force: true });
  }
}
