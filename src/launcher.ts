/**
 * `npm start`: the process that starts and keeps the others. Decides only what signals and refusals
 * mean for the person at the terminal; the work is in launcher/.
 */
import { extname, join, resolve } from 'node:path';
import pino from 'pino';
import { ConfigError, loadConfig } from './config';
import { withEnvFile } from './env-file';
import { Launch } from './launcher/launch';
import { Logs } from './launcher/logs/logs';
import { ChildRefused } from './launcher/managed-child';
import { ownFolder } from './launcher/own-folder';

/** npm passes Ctrl-C on to us although the terminal has sent it already: that is one, not two. */
const SAME_SIGNAL_MS = 1000;

async function main(): Promise<void> {
  const env = withEnvFile(process.env, resolve('.env'));
  const config = loadConfig(env, process.cwd(), { tryFiles: true });
  const logs = new Logs({
    folder: join(config.dataDir, 'logs'),
    to: config.logTo,
    limits: config.logFiles,
    now: Date.now,
    terminal: process.stderr,
  });
  const log = pino(
    { level: config.logLevel, name: 'launcher' },
    { write: (line: string) => logs.take('launcher', Buffer.from(line)) },
  );
  // Beside us in dist and in the sources alike.
  const folder = ownFolder(process.argv[1], __dirname);
  const script = (name: string): string => resolve(folder, `${name}${extname(__filename)}`);
  const launch = new Launch({
    config,
    env,
    entries: { edge: script('../sip/edge'), app: script('main') },
    say: (line) => process.stdout.write(`${JSON.stringify(line)}\n`),
    log: (details, message) => log.warn(details, message),
    logs,
  });
  // Whoever read our first line, or our log, may have closed the pipe; the product goes on.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  endOnSignals(launch, logs);
  await launch.start().catch((error: unknown) => logs.close().then(() => fail(error)));
}

function endOnSignals(launch: Launch, logs: Logs): void {
  let firstAt: number | null = null;
  const end = (): void => {
    const now = performance.now();
    if (firstAt === null) {
      firstAt = now;
      void launch
        .stop()
        .then(() => logs.close())
        .then(() => process.exit(0), fail);
    } else if (now - firstAt > SAME_SIGNAL_MS) {
      launch.kill();
      process.exit(130);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
}

/** A child that refused to start has told its reason itself; everything else is told here. */
function fail(error: unknown): never {
  if (!(error instanceof ChildRefused)) {
    const expected = error instanceof ConfigError || process.env['LOG_LEVEL'] !== 'debug';
    const text = error instanceof Error ? (expected ? error.message : error.stack) : String(error);
    process.stderr.write(`${text}\n`);
  }
  process.exit(1);
}

main().catch(fail);
