import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate, type TestCertificate } from '../sip/support/certificate';
import { buildNow } from './build-now';
import { waitFor } from './wait';

/**
 * The edge as a process with every kind of listener, and behind it the example app of forty lines as
 * another: what a newcomer would try first.
 */
export interface Exchange {
  certificate: TestCertificate;
  /** `password` of every phone; the realm is `openline`. */
  password: string;
  port(protocol: 'udp' | 'tcp' | 'tls' | 'ws' | 'wss'): number;
  /** Between app and edge. */
  mediaSecret: string;
  stop(): Promise<void>;
}

const root = join(__dirname, '../..');
const SECRETS = { DRACHTIO_SECRET: 'cymru', MEDIA_SECRET: 'm' };
const PASSWORD = 'secret';

/** Needs openssl. */
export async function startExchange(): Promise<Exchange> {
  const certificate = makeCertificate();
  const folder = mkdtempSync(join(tmpdir(), 'openline-exchange-'));
  const listeners = ['udp', 'tcp', 'tls', 'ws', 'wss'].map((one) => `${one}://127.0.0.1:0`);
  buildNow(root);
  const edge = start([join(root, 'dist/sip/edge.js')], {
    ...SECRETS,
    OPENLINE_DATA: folder,
    SIP_LISTEN: listeners.join(','),
    SIP_TLS_CERT: certificate.cert,
    SIP_TLS_KEY: certificate.key,
    DRACHTIO_LISTEN: '127.0.0.1:0',
    MEDIA_LISTEN: '127.0.0.1:0',
    MEDIA_PORTS: '0',
    RECORDINGS_DIR: folder,
    LOG_LEVEL: 'warn',
  });
  const line = await edge.says(/^{"event":"edge-listening".*$/m);
  const { sip, drachtio } = JSON.parse(line) as { sip: string[]; drachtio: string };
  const app = start([join(root, 'docs/examples/registrar-b2bua.js')], {
    ...SECRETS,
    DRACHTIO_PORT: drachtio.split(':').pop() ?? '',
    PASSWORD,
  });
  await app.says(/^ready: /m);
  return {
    certificate,
    password: PASSWORD,
    mediaSecret: SECRETS.MEDIA_SECRET,
    port: (protocol) => {
      const url = sip.find((one) => one.startsWith(`${protocol}:`)) ?? '';
      return Number(url.slice(url.lastIndexOf(':') + 1));
    },
    stop: async () => {
      await app.end();
      await edge.end();
      certificate.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The page's script: JsSIP as one file that a browser takes. */
export function bundledJsSip(): string {
  const folder = mkdtempSync(join(tmpdir(), 'openline-jssip-'));
  const outfile = join(folder, 'jssip.js');
  const how = ['--bundle', '--format=iife', '--global-name=JsSIP', '--platform=browser'];
  const what = [require.resolve('jssip'), `--outfile=${outfile}`, '--log-level=error'];
  execFileSync(join(root, 'node_modules/.bin/esbuild'), [...what, ...how]);
  const text = readFileSync(outfile, 'utf8');
  rmSync(folder, { recursive: true, force: true });
  return text;
}

function start(args: string[], env: Record<string, string>) {
  const child: ChildProcess = spawn(process.execPath, args, {
    cwd: root,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (printed += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const gone = once(child, 'exit');
  return {
    says: (pattern: RegExp) =>
      waitFor(
        `${args.at(-1)} to say ${String(pattern)}`,
        () => {
          if (child.exitCode !== null) throw new Error(printed);
          return pattern.exec(printed)?.[0];
        },
        20_000,
      ),
    end: async () => {
      child.kill('SIGINT');
      await gone;
    },
  };
}
