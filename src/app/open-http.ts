/** HTTP and push, given what they ask of the app. */
import type { AgentId } from '../domain/ids';
import type { Plan } from '../domain/plan';
import { lintPlan } from '../domain/plan-lint/lint';
import { seconds, type Millis } from '../domain/time';
import type { Replayer } from '../engine/replay';
import type { SignInKnown } from '../engine/snapshot/sign-in-so-far';
import { listenOn } from '../http/listen';
import { buildHttp } from '../http/server';
import { countEdge } from '../http/metrics';
import { Desktops } from '../push/desktops';
import {
  agentRatings,
  factsOf,
  hotlineLedger,
  pickUps,
  promptsMissing,
  queueLoad,
  unclassifiedCalls,
} from '../reports';
import { storePlans } from '../store/applying';
import { storeQueries } from '../store/queries';
import { edgePrompts } from '../media/embedded/prompts';
import { edgeGuard } from '../telephony/edge-guard';
import { promptsDirsOf, type Centre, type Parts } from './centre';
import { restoreSignIn } from './sign-in';

/** A database that answers takes what waits in less; a backup does not wait for one that does not. */
const CATCH_UP_MS: Millis = seconds(20);

/** Takes requests and desktops from here on, at the addresses of the settings. */
export async function openHttp(parts: Parts, centre: Centre, known: SignInKnown) {
  const { config, log, db, journal, control } = parts;
  const { engine, clock, telephony, fetch, hub, metrics, door } = centre;
  const now = () => clock.now();
  const promptsDirs = promptsDirsOf(config);
  const guard = edgeGuard(control);
  countEdge(metrics, guard);
  const { planApplied, ...signIn } = restoreSignIn(parts, centre, known);
  const { accounts, sessions } = signIn;
  const desktops = new Desktops({
    ...{ hub, live: engine, desk: engine, presence: engine.presence, now },
    stands: (sessionId) => sessions.use(sessionId) !== null,
  });
  sessions.onEnded((sessionId) => desktops.endSession(sessionId));
  const applied = (plan: Plan, hashes: ReadonlyMap<AgentId, string>) => {
    telephony.applyPlan(plan);
    centre.memory.planned(plan, hashes);
    engine.submit({ type: 'plan.applied', at: now(), plan });
    planApplied(plan, hashes);
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
        ...{ db, now, missing, promptsDirs, plan: () => engine.plan() },
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
    ...signIn,
    plans: storePlans(db, applied, (plan) =>
      lintPlan(plan, { promptsMissing: new Set(promptsMissing(promptsDirs)) }),
    ),
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
    caughtUp: () => caughtUpWithin(centre.replayer, CATCH_UP_MS),
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
    /** The one-time password of a first start, which is told once; else null. */
    firstPassword: await accounts.first(),
    close: async () => {
      await desktops.close();
      await Promise.all([close(), server.close()]);
    },
  };
}

async function caughtUpWithin(replayer: Replayer, ms: Millis): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  return Promise.race([replayer.caughtUp().then(() => true), late]).finally(() =>
    clearTimeout(timer),
  );
}
