/** What goes out to other systems: jobs, the outbox, and who listens to it. */
import { Jobs } from '../jobs/boss';
import { Outside, type OutsideListener } from '../jobs/outside';
import { Subscriptions } from '../jobs/webhooks/subscriptions';
import { Sweeping } from '../jobs/sweeping';
import { seal, unseal } from '../engine/sign-in/sealed';
import { connectionName } from '../store/lease';
import { sqlOf, sweepOutside, takeOutside, writeDue } from '../store/outside-events';
import { addDeliveries, giveJobs, webhookStore } from '../store/webhooks';
import type { Centre, Parts } from './centre';

/** Runs when `start` was called and the database is there; `listeners` are complete before. */
export interface OutsideWorld {
  jobs: Jobs;
  listeners: OutsideListener[];
  webhooks: Subscriptions;
  start(): void;
  /** Something else than the journal has written events, or somebody wants them. */
  wake(): void;
  stop(): Promise<void>;
}

/** Nothing runs yet. */
export function outsideWorld(parts: Parts, centre: Centre): OutsideWorld {
  const { config, db, there, log, lease } = parts;
  const part = log.child({ part: 'jobs' });
  const ready = () => there.ready();
  const jobs = new Jobs({
    ...{ url: config.databaseUrl ?? '', connectionName: connectionName(lease), ready },
    log: part,
  });
  const webhooks = webhooksOf(parts, centre, jobs);
  const listeners: OutsideListener[] = [webhooks.delivering.listen];
  // Nothing is taken out before who wants it is known.
  const begun = once(() => webhooks.begin());
  const outside = new Outside({
    take: (most, hand) =>
      takeOutside(db, most, async (events, trx) => hand(events, await sqlOf(trx))),
    writeDue: (now) => writeDue(db, now),
    now: () => centre.clock.now(),
    ready: () => ready().then(begun),
    ...{ listeners, log: part },
  });
  centre.onApplied.push(() => outside.wake());
  const sweeping = new Sweeping({
    sweep: (most) => sweepOutside(db, most),
    onError: (err) => log.warn({ err }, 'old events are swept another time'),
  });
  return {
    ...{ jobs, listeners, webhooks },
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

function webhooksOf(
  { config, db, log, makeId }: Parts,
  { engine, clock }: Centre,
  jobs: Jobs,
): Subscriptions {
  const key = Buffer.from(config.secrets.seal, 'hex');
  const owner = (webhookId: string) => `webhook ${webhookId}`;
  const now = () => clock.now();
  return new Subscriptions({
    ...{ jobs, makeId, now, log: log.child({ part: 'webhooks' }) },
    store: { ...webhookStore(db), add: addDeliveries, giveJobs },
    seal: (secret, id) => seal(secret, key, owner(id)),
    unseal: (sealed, id) => unseal(sealed, key, owner(id)),
    networks: config.webhookNetworks,
    alarm: (code, detail) => engine.submit({ type: 'alarm.raised', at: now(), code, detail }),
    alarmed: () => engine.standing('WEBHOOK_PAUSED').map(({ subject }) => subject),
  });
}

/** What went well is not done again. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => {
    done ??= work().catch((error: unknown) => {
      done = null;
      throw error;
    });
    return done;
  };
}
