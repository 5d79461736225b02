/** HTTP and push, given what they ask of the app. */
import type { Plan } from '../domain/plan';
import { listenOn } from '../http/listen';
import { buildHttp } from '../http/server';
import { countEdge } from '../http/metrics';
import { Desktops } from '../push/desktops';
import {
  agentRatings,
  factsOf,
  hotlineLedger,
  pickUps,
  queueLoad,
  unclassifiedCalls,
} from '../reports';
import { storeAccounts } from '../store/accounts';
import { storePlans } from '../store/plans';
import { storeQueries } from '../store/queries';
import { edgePrompts } from '../media/embedded/prompts';
import { edgeGuard } from '../telephony/edge-guard';
import { promptsDirsOf, type Centre, type Parts } from './centre';

/** Takes requests and desktops from here on, at the addresses of the settings. */
export async function openHttp({ config, log, db, journal, control }: Parts, centre: Centre) {
  const { engine, clock, telephony, fetch, hub, metrics, door } = centre;
  const now = () => clock.now();
  const guard = edgeGuard(control);
  countEdge(metrics, guard);
  const desktops = new Desktops({
    ...{ hub, live: engine, desk: engine, presence: engine.presence, now },
  });
  const applied = (plan: Plan) => {
    telephony.applyPlan(plan);
    engine.submit({ type: 'plan.applied', at: now(), plan });
  };
  const missing = () => [
    ...(control.isConnected ? [] : ['media']),
    ...(telephony.isConnected ? [] : ['signalling']),
    ...(engine.plan().hotlines.length > 0 ? [] : ['plan']),
  ];
  const server = buildHttp({
    live: engine,
    desk: engine,
    hotlines: engine.orders,
    blocks: engine.orders,
    forms: engine.forms,
    promises: engine.orders,
    loads: (queueId, days) => queueLoad(db, queueId, days),
    counted: (hotlines) => door.view(hotlines),
    ratings: (asked) => agentRatings(db, asked),
    installation: () =>
      factsOf({
        ...{ db, now, missing },
        promptsDirs: promptsDirsOf(config),
        recordingsDirs: [config.recordingsDir, config.recordingsDir2].filter((dir) => dir !== null),
        hotlines: () => engine.hotlines(),
        counted: () => door.view(null),
        trunks: () => telephony.trunkViews(),
      }),
    queries: storeQueries(db, {
      ledger: (filter) => hotlineLedger(db, filter),
      unclassified: (filter) => unclassifiedCalls(db, filter),
      pickUps: (filter) => pickUps(db, filter),
    }),
    accounts: storeAccounts(db),
    plans: storePlans(db, applied),
    guard,
    prompts: edgePrompts(control),
    trunks: () => telephony.trunkViews(),
    sessionKey: Buffer.from(config.secrets.session, 'hex'),
    adminToken: config.secrets.admin,
    recordingsDir: config.recordingsDir,
    recordingsDir2: config.recordingsDir2,
    isArriving: (recordingId) => fetch.isArriving(recordingId),
    readiness: missing,
    metrics,
    push: desktops,
    confirm: async (number) => {
      journal.append(now(), { kind: 'number.confirmed', number });
      await journal.flush();
    },
    followedUp: async (done) => {
      journal.append(now(), { kind: 'follow-up.done', ...done, at: now() });
      await journal.flush();
    },
    written: () => journal.flush(),
    audit: async (note) => {
      journal.append(now(), { kind: 'audit.noted', ...note });
      await journal.flush();
    },
    log: log.child({ part: 'http' }),
    now,
  });
  const { addresses, close } = await listenOn(server, config.http);
  return {
    addresses,
    close: async () => {
      await desktops.close();
      await Promise.all([close(), server.close()]);
    },
  };
}
