/**
 * Starts the product's processes, keeps them up, ends them together. Decides the order, what each
 * child is told, and when the launcher itself gives up. Must not know what the children do.
 *
 *   lock ─> postgres ┐
 *           edge     ┴─> app ─> "listening"      stop: edge (SIGINT), app (SIGTERM), postgres
 */
import { loadSecret } from '../secrets';
import { reachableHost, type Config } from '../config';
import { lockFolder } from './folder-lock';
import { hostOf, keepListenPorts, keepPort, portOf } from './keep-ports';
import { KeptPostgres } from './kept-postgres';
import { ManagedChild, type Report } from './managed-child';
import { refuseUnfinished } from './unfinished-restore';
import { forgetRunning, tellRunning } from './running-file';
import type { LogName, Logs } from './logs/logs';

export interface LaunchOptions {
  config: Config;
  /** The environment with the `.env` file beneath; children get it with our additions. */
  env: NodeJS.ProcessEnv;
  /** Scripts of the children. */
  entries: { edge: string; app: string };
  /** Takes the `listening` line. */
  say: (line: object) => void;
  /** A child fell or came back. */
  log: (details: object, message: string) => void;
  /** Where the children's logs go. */
  logs: Logs;
}

/** What the edge says when it is up. */
interface EdgeReport extends Report {
  sip: string[];
  /** Null when the edge is media only (`SIP_LISTEN=off`). */
  drachtio: string | null;
  control: string;
  /** Streams that it takes at a time. */
  maxStreams?: number;
}

/** A recording whose disk does not answer at all holds one for as long; Node's own four would be few. */
const EDGE_FILE_THREADS = '16';
const STOP_APP_MS = 5000;
const STOP_EDGE_MS = 8000;

export class Launch {
  private env: NodeJS.ProcessEnv;
  private readonly postgres: KeptPostgres | null;
  private readonly edge: ManagedChild;
  private readonly app: ManagedChild;
  private edgeReport: EdgeReport | null = null;
  private appReport: Report | null = null;
  private unlock: (() => void) | null = null;
  private ending = false;

  constructor(private readonly options: LaunchOptions) {
    const { config, entries, log } = options;
    this.env = {
      ...options.env,
      OPENLINE_DATA: config.dataDir,
      RECORDINGS_DIR: config.recordingsDir,
      RECORDINGS_DIR_2: config.recordingsDir2 ?? '',
      BACKUP_DIR: config.backups?.dir ?? '',
      HTTP_TLS_CERT: config.httpTls?.cert ?? '',
      HTTP_TLS_KEY: config.httpTls?.key ?? '',
      DRACHTIO_SECRET: config.secrets.drachtio,
      MEDIA_SECRET: config.secrets.media,
      OPENLINE_LAUNCHED: '1',
    };
    this.edge = new ManagedChild(
      {
        name: 'edge',
        entry: entries.edge,
        env: () => ({ UV_THREADPOOL_SIZE: EDGE_FILE_THREADS, ...this.env }),
        upEvent: 'edge-listening',
        ...this.logOf('edge'),
        stopSignal: 'SIGINT',
        stopLimitMs: STOP_EDGE_MS,
      },
      {
        restarted: (report) => this.edgeUp(report as EdgeReport),
        fell: (details) => log({ child: 'edge', ...details }, 'The edge fell; starting it again.'),
      },
    );
    this.app = new ManagedChild(
      {
        name: 'app',
        entry: entries.app,
        env: () => this.env,
        upEvent: 'app-listening',
        ...this.logOf('app'),
        waitsEvent: 'app-standing-by',
        stopSignal: 'SIGTERM',
        stopLimitMs: STOP_APP_MS,
      },
      {
        restarted: (report) => this.appUp(report),
        fell: (details) => {
          // Its addresses are nobody's until another is up.
          this.appReport = null;
          log({ child: 'app', ...details }, 'The app fell; starting it again.');
        },
      },
    );
    this.postgres = config.databaseUrl === null ? this.embedded() : null;
  }

  /**
   * Resolves when all are up, or when `stop` came meanwhile. Throws why something did not start,
   * after ending what did.
   */
  async start(): Promise<void> {
    this.unlock = lockFolder(this.options.config.dataDir);
    try {
      refuseUnfinished(this.options.config.dataDir);
      await this.options.logs.open();
      // Both are awaited whatever becomes of the other, so that the end finds nothing half started.
      const [database, edge] = await Promise.allSettled([this.startDatabase(), this.edge.start()]);
      if (edge.status === 'rejected') throw edge.reason;
      if (database.status === 'rejected') throw database.reason;
      if (this.ending) return;
      this.env = { ...this.env, DATABASE_URL: database.value };
      this.edgeUp(edge.value as EdgeReport);
      this.appUp(await this.app.start());
      this.options.logs.up();
    } catch (error) {
      if (this.ending) return;
      await this.stop();
      throw error;
    }
  }

  /**
   * Ends everything within some seconds. The edge first: the ends of its calls and the recordings
   * that it finishes are told to the app, and nobody else would write them down.
   */
  async stop(): Promise<void> {
    this.ending = true;
    await this.edge.stop();
    await this.app.stop();
    await this.postgres?.stop();
    if (this.unlock !== null) forgetRunning(this.options.config.dataDir);
    this.unlock?.();
    this.unlock = null;
  }

  /** Ends everything at once; for the second Ctrl-C. */
  kill(): void {
    this.app.kill();
    this.edge.kill();
    this.postgres?.kill();
    this.unlock?.();
    this.unlock = null;
  }

  /** Nothing when they write to our standard error by themselves. */
  private logOf(name: LogName) {
    const { logs } = this.options;
    if (!logs.takes) return {};
    const log = (chunk: Buffer | null): void =>
      chunk === null ? logs.ended(name) : logs.take(name, chunk);
    return { log };
  }

  private embedded(): KeptPostgres {
    const { config, log } = this.options;
    const password = loadSecret(config.dataDir, 'postgres');
    return new KeptPostgres(
      { folder: config.dataDir, password, ...this.logOf('postgres') },
      {
        restarted: () => this.sayListening(),
        fell: (details) =>
          log({ child: 'postgres', ...details }, 'PostgreSQL fell; starting it again.'),
      },
    );
  }

  private startDatabase(): Promise<string> {
    return this.postgres?.start() ?? Promise.resolve(this.options.config.databaseUrl ?? '');
  }

  /**
   * From now on the edge's ports are fixed, and the app is told where they are. An edge that comes back need not measure
   * the machine once more, while callers wait for it.
   */
  private edgeUp(report: EdgeReport): void {
    this.edgeReport = report;
    const { env } = this;
    this.env = {
      ...env,
      ...(report.maxStreams !== undefined && { MEDIA_MAX_STREAMS: String(report.maxStreams) }),
      ...(env['SIP_LISTEN'] && { SIP_LISTEN: keepListenPorts(env['SIP_LISTEN'], report.sip) }),
      ...(env['MEDIA_LISTEN'] && { MEDIA_LISTEN: keepPort(env['MEDIA_LISTEN'], report.control) }),
      MEDIA_URL: `tcp://${reachableHost(hostOf(report.control))}:${portOf(report.control)}`,
    };
    if (report.drachtio) {
      const listen = env['DRACHTIO_LISTEN'];
      this.env = {
        ...this.env,
        ...(listen && { DRACHTIO_LISTEN: keepPort(listen, report.drachtio) }),
        DRACHTIO_HOST: reachableHost(hostOf(report.drachtio)).replace(/^\[|\]$/g, ''),
        DRACHTIO_PORT: portOf(report.drachtio),
      };
    }
    tellRunning(this.options.config.dataDir, this.env);
    this.sayListening();
  }

  private appUp(report: Report): void {
    this.appReport = report;
    if (report.event === 'app-standing-by') return this.sayListening();
    const listen = this.env['HTTP_LISTEN'];
    if (listen) {
      const http = keepListenPorts(listen, report['http'] as string[]);
      this.env = { ...this.env, HTTP_LISTEN: http };
    }
    tellRunning(this.options.config.dataDir, this.env);
    this.sayListening();
  }

  /** Only when all are up: whoever reads the line may use everything in it. */
  private sayListening(): void {
    const { edgeReport, appReport } = this;
    const pids = { edge: this.edge.pid, app: this.app.pid, postgres: this.postgres?.pid ?? null };
    const missing = pids.edge === undefined || pids.app === undefined;
    if (edgeReport === null || appReport === null || missing) return;
    const standsBy = appReport.event === 'app-standing-by';
    this.options.say({
      // Where HTTP is the active app says, which is none of ours then.
      ...(standsBy ? { event: 'standing-by' } : { event: 'listening', http: appReport['http'] }),
      sip: edgeReport.sip,
      drachtio: edgeReport.drachtio,
      control: edgeReport.control,
      pids,
    });
  }
}
