/**
 * The app process: settings, log, start, and its end. SIGTERM does not drain: live calls stay on
 * the edge, what was written is flushed, and the process is gone within two seconds, so that the
 * next one can take over (architecture, "Processes").
 */
import pino from 'pino';
import { startApp, type App } from './app';
import { ConfigError, loadConfig } from './config';
import { firstPasswordText } from './domain/sign-in/first-administrator';
import { loggedError } from './logged-error';

/** After this the process goes, flushed or not: the journal keeps what PostgreSQL did not get. */
const STOP_LIMIT_MS = 2000;

/** Whoever keeps it up starts it again: as a standby. */
const TAKEN_OVER = 3;

async function main(): Promise<void> {
  // drachtio-srf looks for a setting of its own at every header that it reads: a copy answers a hundred times faster.
  process.env = { ...process.env };
  const config = loadConfig();
  const serializers = { err: loggedError };
  const log = pino({ level: config.logLevel, name: 'app', serializers }, pino.destination(2));
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'unhandled rejection'));
  const say = (line: object): void => {
    process.stdout.write(`${JSON.stringify({ ...line, pid: process.pid })}\n`);
  };
  const started = startApp(config, log, {
    standsBy: () => say({ event: 'app-standing-by' }),
    lost: () => {
      // Nothing is flushed: what this one knows is old, and it must not be written behind the next one.
      log.fatal('another app has taken over');
      process.exit(TAKEN_OVER);
    },
  });
  let app: App | null = null;
  endWith(() => app, log);
  app = await started;
  // First: whoever waits for the line looks for it then.
  if (app.firstPassword !== null)
    tellFirst(firstPasswordText(app.firstPassword, app.http[0] ?? ''));
  say({ event: 'app-listening', http: app.http });
}

/** To the terminal, not into a log: the launcher shows what it does not know of our standard output, and keeps none of it. */
function tellFirst(text: string): void {
  const isLaunched = process.env['OPENLINE_LAUNCHED'] === '1';
  (isLaunched ? process.stdout : process.stderr).write(text);
}

/** Ends on SIGTERM and SIGINT, and when the launcher that started us is gone. One that stands by has nothing to flush. */
function endWith(running: () => App | null, log: pino.Logger): void {
  let ending = false;
  const end = (why: string): void => {
    if (ending) return;
    ending = true;
    log.info({ why }, 'stopping');
    const app = running();
    if (app === null) process.exit(0);
    setTimeout(() => process.exit(0), STOP_LIMIT_MS).unref();
    app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => end('SIGTERM'));
  process.on('SIGINT', () => end('SIGINT'));
  if (process.env['OPENLINE_LAUNCHED'] === '1') {
    process.stdin.resume();
    process.stdin.on('end', () => end('the launcher is gone'));
  }
}

/** Its message says what to do; where it was thrown helps nobody. */
const isToldWhole = (error: unknown): error is Error =>
  error instanceof Error &&
  ['MigrationFailed', 'DatabaseNewer', 'JournalLocked'].includes(error.name);

/** One clear message for what an administrator can mend, a stack for what only we can. */
function whyNot(error: unknown): string {
  if (error instanceof ConfigError || isToldWhole(error)) return error.message;
  const { code, address, port, stack } = error as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
  };
  if (code === 'EADDRINUSE') {
    return `HTTP_LISTEN: ${address}:${port} is taken. Stop the program that has it, or set another port.`;
  }
  if (code === 'EADDRNOTAVAIL' && address !== undefined)
    return `HTTP_LISTEN: this machine has no address ${address}. Set one that it has, or 0.0.0.0 for all.`;
  if (code === 'EACCES' && port !== undefined)
    return `HTTP_LISTEN: port ${port} is kept for root. Set one above 1023, or allow it: sysctl net.ipv4.ip_unprivileged_port_start=${port}.`;
  return stack ?? String(error);
}

main().catch((error: unknown) => {
  process.stderr.write(`${whyNot(error)}\n`);
  process.exit(1);
});
