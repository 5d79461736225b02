/**
 * Starts the app and stops it. The order is that of a take-over: the claim, so that no other app is active; what was
 * promised (journal into the database), then what lives (edge), and only then new calls.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from './config';
import { seconds } from './domain/time';
import { uuidv7Maker } from './engine/id';
import { Sweeping } from './jobs/sweeping';
import { deleteErasedFiles } from './store/customers/erased-files';
import { LOOKUPS, openDatabase } from './store/database';
import { sweepRows } from './store/sweep-rows';
import { keptEdge } from './telephony/kept-edge';
import { backupsOf } from './app/backups';
import { APP_NAME, buildCentre } from './app/centre';
import { customerCare } from './app/cleaning';
import { claimCell, openJournal, type ClaimHooks } from './app/claim';
import { customerLinking } from './app/customers';
import { DatabaseThere } from './app/database-there';
import { mailWorld } from './app/alarm-mail';
import { importWorld } from './app/imports';
import { incomingLeads } from './app/incoming';
import { webFormDesk } from './app/web-forms';
import { openHttp } from './app/open-http';
import { outsideWorld } from './app/outside';
import { textWorld } from './app/texts';
import { takeOver } from './app/take-over';
import { endUnwatched } from './app/unwatched';

export interface App {
  /** Addresses that HTTP and push listen on, with their real ports. */
  http: string[];
  /** The one-time password of a first start; else null. */
  firstPassword: string | null;
  /** Flushes, lets go of the edge and of the database; live calls stay on the edge. */
  close(): Promise<void>;
}

/** Resolves when it is active, which with another active app in its cell it is not before that is gone. */
export async function startApp(config: Config, log: Logger, hooks: ClaimHooks): Promise<App> {
  mkdirSync(config.dataDir, { recursive: true });
  const makeId = uuidv7Maker();
  const { control, epoch } = await claimCell(APP_NAME, { config, log, hooks });
  const folder = join(config.dataDir, 'journal');
  const journal = await openJournal({ folder, makeId, log, epoch, keepsAll: true }, log);
  const lease = { cell: APP_NAME, epoch, holder: makeId() };
  const db = openDatabase(config.databaseUrl ?? '', undefined, lease);
  const lookups = openDatabase(config.databaseUrl ?? '', LOOKUPS, lease);
  const there = new DatabaseThere(db, lease, lookups);
  const kept = keptEdge(join(config.dataDir, 'edge-id'), log);
  const { lost } = hooks;
  const parts = { config, log, db, lookups, there, journal, control, lease, lost, kept, makeId };
  const centre = buildCentre(parts);
  const outside = outsideWorld(parts, centre);
  const mail = mailWorld(parts, centre, outside);
  const texts = textWorld(parts, centre, outside);
  const linking = customerLinking(parts, centre);
  const imports = importWorld({
    ...{ db, makeId, folder: join(config.dataDir, 'imports'), plan: () => centre.engine.plan() },
    ...{ now: () => centre.clock.now(), ready: () => there.ready() },
    log: log.child({ part: 'imports' }),
  });
  const care = customerCare(parts, centre);
  const ofDatabase = { db, makeId, now: () => centre.clock.now() };
  const { signIn } = await takeOver(parts, centre);
  endUnwatched(config, centre);
  outside.start();
  const sweeping = new Sweeping({
    sweep: (most) => sweepRows(db, most),
    onError: (err) => log.warn({ err }, 'old rows are swept another time'),
  });
  sweeping.start();
  const erasing = new Sweeping({
    sweep: (most) =>
      deleteErasedFiles(
        {
          ...{ db, now: () => centre.clock.now() },
          folders: { 1: config.recordingsDir, 2: config.recordingsDir2 },
          isArriving: (recordingId) => centre.fetch.isArriving(recordingId),
        },
        most,
      ),
    onError: (err) => log.warn({ err }, 'files of people who were deleted go another time'),
    everyMs: seconds(15),
  });
  erasing.start();
  linking.wake();
  const backups = backupsOf(parts, centre);
  const http = await openHttp(parts, centre, {
    known: signIn,
    webhooks: outside.webhooks,
    backups,
    testMail: mail.test,
    texts,
    imports: imports.desk,
    webForms: webFormDesk({ ...ofDatabase, key: Buffer.from(config.secrets.seal, 'hex') }),
    incoming: incomingLeads({ ...ofDatabase, plan: () => centre.engine.plan() }),
    merging: care.merging,
    cleaning: care.cleaning,
  });
  imports.start(http.mayChange);
  const repeats = new Sweeping({
    sweep: () => http.sweep().then(() => 0),
    onError: (err) => log.warn({ err }, 'old answers are thrown away another time'),
  });
  repeats.start();
  backups.start();
  care.start(http.mayChange);
  return {
    http: http.addresses,
    firstPassword: http.firstPassword,
    close: async () => {
      centre.telephony.close();
      backups.stop();
      await repeats.stop();
      await http.close();
      await imports.stop();
      centre.clock.close();
      // What is on its way to others may take until we are ended by force: what was promised is on disk before.
      await journal.flush();
      await mail.stop();
      await outside.stop();
      await centre.fetch.stop();
      await journal.flush();
      await centre.replayer.stop();
      await centre.unlinked.stop();
      await linking.stop();
      await care.stop();
      await sweeping.stop();
      await erasing.stop();
      await centre.memory.close();
      await journal.close();
      control.close();
      await lookups.destroy();
      await db.destroy();
    },
  };
}
