/** What goes out to other systems: jobs, the outbox, and who listens to it. */
import { Jobs } from '../jobs/boss';
import { Outside, type OutsideListener } from '../jobs/outside';
import { Sweeping } from '../jobs/sweeping';
import { sqlOf, sweepOutside, takeOutside, writeDue } from '../store/outside-events';
import type { Centre, Parts } from './centre';

/** Runs when `start` was called and the database is there; `listeners` are complete before. */
export interface OutsideWorld {
  jobs: Jobs;
  listeners: OutsideListener[];
  start(): void;
  /** Something else than the journal has written events, or somebody wants them. */
  wake(): void;
  stop(): Promise<void>;
}

/** Nothing runs yet. */
export function outsideWorld({ config, db, there, log }: Parts, centre: Centre): OutsideWorld {
  const part = log.child({ part: 'jobs' });
  const ready = () => there.ready();
  const jobs = new Jobs({ url: config.databaseUrl ?? '', ready, log: part });
  const listeners: OutsideListener[] = [];
  const outside = new Outside({
    take: (most, hand) =>
      takeOutside(db, most, async (events, trx) => hand(events, await sqlOf(trx))),
    writeDue: (now) => writeDue(db, now),
    now: () => centre.clock.now(),
    ...{ ready, listeners, log: part },
  });
  centre.onApplied.push(() => outside.wake());
  const sweeping = new Sweeping({
    sweep: (most) => sweepOutside(db, most),
    onError: (err) => log.warn({ err }, 'old events are swept another time'),
  });
  return {
    jobs,
    listeners,
    start: () => {
      jobs.start();
      jobs.onStarted(() => outside.start());
      sweeping.start();
    },
    wake: () => outside.wake(),
    stop: async () => {
      await outside.stop();
      await jobs.stop();
      await sweeping.stop();
    },
  };
}
