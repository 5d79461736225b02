/** The doctor while the app does not answer: what can be seen without it. Gathered here, judged in domain/doctor. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { triedCertificate } from '../certificate-files';
import { ConfigError, parseSettings, SETTINGS, type Settings } from '../config';
import { machineFindings } from '../domain/doctor/machine';
import type { Finding } from '../domain/doctor/findings';
import { outsideFindings, type OutsideFacts } from '../domain/doctor/outside';
import { machineFacts } from '../machine/facts';
import { answers, portState, takenIn } from '../machine/ports';

export interface Outside {
  env: NodeJS.ProcessEnv;
  cwd: string;
}

export async function doctorOutside({ env, cwd }: Outside): Promise<Finding[]> {
  const { settings, problems } = settingsOf(env, cwd);
  const { dataDir, http, httpTls, recordingsDir, recordingsDir2, ntpServers } = settings;
  const runs = runningIn(dataDir);
  const [listen] = http;
  // Of one that runs they are taken by itself.
  const areOthers = runs === null && problems.length === 0;
  const facts: OutsideFacts = {
    address: listen ? hostPortOf(listen.host, listen.port) : '',
    runs,
    problems: [...problems, ...certificateProblems(settings)],
    ports: areOthers ? await portsOf(settings, env) : [],
    media: areOthers ? await mediaPorts(env['MEDIA_PORTS'] || SETTINGS.MEDIA_PORTS) : null,
    databaseAway: await awayDatabase(settings),
  };
  const own = join(dataDir, 'tls', 'certificate.pem');
  const file = httpTls?.cert ?? own;
  const secure = http.some((one) => one.secure) && existsSync(file);
  const machine = await machineFacts({
    ...{ ntpServers, hasMediaNetworks: settings.hasMediaNetworks, now: Date.now },
    listening: http.map(
      ({ secure: tls, host, port }) => `${tls ? 'https' : 'http'}://${host}:${port}`,
    ),
    certificate:
      secure && facts.problems.length === 0
        ? { cert: readFileSync(file, 'utf8'), given: httpTls !== null }
        : null,
    folders: [dataDir, recordingsDir, recordingsDir2].filter(
      (one): one is string => one !== null && existsSync(one),
    ),
    ...{ zones: [], publicTrunks: [] },
  });
  return [...outsideFindings(facts), ...machineFindings(machine)];
}

/** With defaults in place of what cannot be read. */
function settingsOf(env: NodeJS.ProcessEnv, cwd: string) {
  try {
    return { settings: parseSettings(env, cwd), problems: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { OPENLINE_DATA } = env;
    return { settings: parseSettings({ OPENLINE_DATA }, cwd), problems: error.problems };
  }
}

function certificateProblems({ http, httpTls }: Settings): string[] {
  if (httpTls === null || !http.some(({ secure }) => secure)) return [];
  const given = triedCertificate(httpTls, Date.now());
  return 'problem' in given ? [`HTTP_TLS_CERT, HTTP_TLS_KEY: ${given.problem}.`] : [];
}

/** The launcher of the data folder (launcher/folder-lock.ts), if it lives. */
function runningIn(dataDir: string): number | null {
  try {
    const { pid } = JSON.parse(readFileSync(join(dataDir, 'launcher.lock'), 'utf8')) as {
      pid: number;
    };
    process.kill(pid, 0);
    return pid;
  } catch {
    return null;
  }
}

async function portsOf({ http }: Settings, env: NodeJS.ProcessEnv): Promise<OutsideFacts['ports']> {
  const value = (name: 'SIP_LISTEN' | 'DRACHTIO_LISTEN' | 'MEDIA_LISTEN') =>
    env[name] || SETTINGS[name];
  const places = [
    ...http.map(({ host, port }) => ({
      setting: 'HTTP_LISTEN',
      address: hostPortOf(host, port),
      udp: false,
    })),
    ...value('SIP_LISTEN')
      .split(',')
      .map((one) => ({
        ...{ setting: 'SIP_LISTEN', address: one.trim().replace(/^\w+:\/\//, '') },
        udp: one.trim().startsWith('udp:'),
      })),
    ...(['DRACHTIO_LISTEN', 'MEDIA_LISTEN'] as const).map((setting) => ({
      ...{ setting, address: value(setting), udp: false },
    })),
  ];
  const found = places.map(async ({ setting, address, udp }) => {
    const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
    if (host === '' || port === '0') return [];
    return [{ setting, address, state: await portState(host, Number(port), udp) }];
  });
  return (await Promise.all(found)).flat();
}

/** What is no range the edge refuses by itself; 0 is any port. */
async function mediaPorts(text: string): Promise<OutsideFacts['media']> {
  const [, low = 0, high = 0] = /^(\d{1,5})-(\d{1,5})$/.exec(text)?.map(Number) ?? [];
  if (low < 1 || high > 65_535 || high < low) return null;
  return { low, high, taken: await takenIn([low, high]) };
}

const hostPortOf = (host: string, port: number) =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

async function awayDatabase({ databaseUrl }: Settings): Promise<string | null> {
  if (databaseUrl === null) return null;
  const { hostname, port } = new URL(databaseUrl);
  const place = {
    host: hostname.replace(/^\[|\]$/g, '') || '127.0.0.1',
    port: Number(port || 5432),
  };
  return (await answers(place.host, place.port)) ? null : hostPortOf(place.host, place.port);
}
