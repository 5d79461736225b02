import { spawnSync } from 'node:child_process';
import { networkInterfaces } from 'node:os';

/**
 * Tests with outside programs. Where a program is missing its tests are left out and say so; in CI
 * (`CI=true`) they fail instead, because there nothing may be missing.
 */
const DEBIAN_PACKAGES = {
  sipp: 'sip-tester',
  baresip: 'baresip-core',
  openssl: 'openssl',
  ffmpeg: 'ffmpeg',
  sipsak: 'sipsak',
  tshark: 'tshark',
  chromium: 'chromium',
  'systemd-analyze': 'systemd',
  ip: 'iproute2',
  certutil: 'libnss3-tools',
  ps: 'procps',
} as const;

export type Program = keyof typeof DEBIAN_PACKAGES;

/** `needs('sipp')('a hotline call', () => { test(…) })`: a `describe` that asks for programs first. */
export function needs(...programs: Program[]): (name: string, body: () => void) => void {
  return (name, body) => {
    const missing = programs.filter((program) => !isInstalled(program));
    if (missing.length === 0) {
      describe(name, body);
      return;
    }
    leaveOut(name, whatToInstall(missing), body);
  };
}

/** `needsIpv6('a call', () => { test(…) })`: a `describe` for machines that have `::1`. */
export function needsIpv6(name: string, body: () => void): void {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  if (addresses.some(({ address }) => address === '::1')) describe(name, body);
  else leaveOut(name, 'this machine has no IPv6', body);
}

/** `needsTmpfs('a full disk', () => { test(…) })`: a `describe` for who may mount one (root). */
export function needsTmpfs(name: string, body: () => void): void {
  const tried = spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']);
  if (tried.status === 0) describe(name, body);
  else leaveOut(name, 'no tmpfs may be mounted here; run as root', body);
}

/** `needsNetworks('another PC', …)`: a `describe` for who may make network namespaces and cables between them (root). */
export function needsNetworks(name: string, body: () => void): void {
  const cable = ['link', 'add', 'name', 'veth-a', 'type', 'veth', 'peer', 'name', 'veth-b'];
  const tried = spawnSync('unshare', ['--net', 'ip', ...cable]);
  if (tried.status === 0) describe(name, body);
  else leaveOut(name, 'no network namespace may be made here; run as root', body);
}

/** `test` of what only our signalling does: left out where DRACHTIO_HOST names a server (test/support/outside.ts). */
export const onlyOurs = process.env['DRACHTIO_HOST'] ? test.skip : test;

function leaveOut(name: string, reason: string, body: () => void): void {
  if (process.env['CI'] === 'true') {
    describe(name, () => {
      test('has what it needs', () => {
        throw new Error(reason);
      });
    });
    return;
  }
  process.stderr.write(`left out: "${name}": ${reason}\n`);
  describe.skip(`${name} (left out: ${reason})`, body);
}

/** What is missing and the one command that brings it. */
export function whatToInstall(missing: readonly Program[]): string {
  const packages = missing.map((program) => DEBIAN_PACKAGES[program]).join(' ');
  return `${missing.join(', ')} not found; apt-get install -y --no-install-recommends ${packages}`;
}

/** True when the program is on the PATH. */
export function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v -- "${program}"`]).status === 0;
}
