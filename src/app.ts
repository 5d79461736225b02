/**
 * Starts the app and stops it. The order is that of a take-over: what was promised first (journal into
 * the database), then what lives (edge), and only then new calls.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { connectControl } from '../sip/index';
import type { Config } from './config';
import { uuidv7Maker } from './engine/id';
import { FileJournal } from './engine/journal';
import { Sweeping } from './jobs/sweeping';
import { openDatabase } from './store/database';
import { migrate } from './store/migrating';
import { rehearseLookup } from './store/lookup';
import { sweepWaits } from './store/waits';
import { keptEdge } from './telephony/kept-edge';
import { APP_NAME, buildCentre } from './app/centre';
import { openHttp } from './app/open-http';
import { takeOver } from './app/take-over';

export interface App {
  /** Addresses that HTTP and push listen on, with their real ports. */
  http: string[];
  /** The one-time password of a first start; else null. */
  firstPassword: string | null;
  /** Flushes, lets go of the edge and of the database; live calls stay on the edge. */
  close(): Promise<void>;
}

export async function startApp(config: Config, log: Logger): Promise<App> {
  mkdirSync(config.dataDir, { recursive: true });
  const makeId = uuidv7Maker();
  const db = openDatabase(config.databaseUrl ?? '');
  await migrate(db);
  await rehearseLookup(db);
  const journal = await FileJournal.open({ folder: join(config.dataDir, 'journal'), makeId, log });
  const control = connectControl({
    host: config.media.host,
    port: config.media.port,
    secret: config.secrets.media,
    app: APP_NAME,
    log: log.child({ part: 'control' }),
  });
  const kept = keptEdge(join(config.dataDir, 'edge-id'), log);
  const parts = { config, log, db, journal, control, kept, makeId };
  const centre = buildCentre(parts);
  await takeOver(parts, centre);
  const sweeping = new Sweeping({
    sweep: (most) => sweepWaits(db, most),
    onError: (err) => log.warn({ err }, 'old rows are swept another time'),
  });
  sweeping.start();
  const http = await openHttp(parts, centre);
  return {
    http: http.addresses,
    firstPassword: http.firstPassword,
    close: async () => {
      centre.telephony.close();
      await http.close();
      centre.clock.close();
      await centre.fetch.stop();
      await journal.flush();
      await centre.replayer.stop();
      await centre.unlinked.stop();
      await sweeping.stop();
      await journal.close();
      control.close();
      await db.destroy();
    },
  };
}
