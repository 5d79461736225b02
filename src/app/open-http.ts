/** HTTP and push, given what they ask of the app. */
import type { AgentId } from '../domain/ids';
import type { Plan } from '../domain/plan';
import { lintPlan } from '../domain/plan-lint/lint';
import { join } from 'node:path';
import { KeptAnswers } from '../engine/repeats/kept-answers';
import type { SignInKnown } from '../engine/snapshot/sign-in-so-far';
import type { HttpDeps } from '../http/deps';
import { listenOn } from '../http/listen';
import { trustedProxies } from '../http/trusted-proxies';
import { KeptCertificate } from '../http/tls/kept-certificate';
import { caughtUpWithin, type Backups } from './backups';
import { busyIn } from './cleaning';
import { installationOf, watchClock } from './machine';
import { buildHttp } from '../http/server';
import type { Webhooks } from '../http/webhook-ports';
import { countEdge } from '../http/metrics';
import { Desktops } from '../push/desktops';
import {
  agentRatings,
  factsOf,
  hotlineLedger,
  leadReports,
  pickUps,
  promptsMissing,
  queueLoad,
  unclassifiedCalls,
} from '../reports';
import { storePlans } from '../store/applying';
import { hashKeyOf } from '../store/customers/erased-numbers';
import { storePrivacy } from '../store/customers/privacy';
import { storePermissions } from '../store/customers/permissions';
import { storeLeadDesk } from '../store/customers/lead-desk';
import { storeLeadLists } from '../store/customers/lead-lists';
import { storeLeadSteps } from '../store/customers/lead-steps';
import { storeCustomers } from '../store/customers/desk';
import { storeConfirmations } from '../store/customers/confirmations';
import { storeCustomerWork } from '../store/customers/work-desk';
import { storeQueries } from '../store/queries';
import { edgePrompts } from '../media/embedded/prompts';
import { PromptFiles } from '../prompts/prompt-files';
import { edgeGuard } from '../telephony/edge-guard';
import { readOnlyMode } from './read-only';
import { promptsDirsOf, type Centre, type Parts } from './centre';
import { restoreSignIn } from './sign-in';

/** Takes requests and desktops from here on, at the addresses of the settings. */
export async function openHttp(
  parts: Parts,
  centre: Centre,
  {
    known,
    webhooks,
    backups,
    ...others
  }: Pick<
    HttpDeps,
    'testMail' | 'texts' | 'imports' | 'merging' | 'cleaning' | 'webForms' | 'incoming'
  > & {
    known: SignInKnown;
    webhooks: Webhooks;
    backups: Backups;
  },
) {
  const { config, log, db, journal, control } = parts;
  const { engine, clock, telephony, fetch, hub, metrics, door, passages } = centre;
  const now = () => clock.now();
  const hashKey = hashKeyOf(Buffer.from(config.secrets.seal, 'hex'));
  const promptsDirs = promptsDirsOf(config);
  const guard = edgeGuard(control);
  countEdge(metrics, guard);
  const { planApplied, ...signIn } = restoreSignIn(parts, centre, known);
  const { accounts, sessions } = signIn;
  const mode = readOnlyMode(parts, centre);
  await mode.start();
  const desktops = new Desktops({
    ...{ hub, live: engine, desk: engine, presence: engine.presence, now },
    stands: (sessionId) => sessions.use(sessionId) !== null,
    readOnly: mode.state,
  });
  sessions.onEnded((sessionId) => {
    desktops.endSession(sessionId);
    passages.review();
  });
  const applied = (plan: Plan, hashes: ReadonlyMap<AgentId, string>) => {
    telephony.applyPlan(plan);
    centre.memory.planned(plan, hashes);
    engine.submit({ type: 'plan.applied', at: now(), plan });
    planApplied(plan, hashes);
    passages.review();
  };
  const missing = () => [
    ...(control.isConnected ? [] : ['media']),
    ...(telephony.isConnected ? [] : ['signalling']),
    ...(engine.plan().hotlines.length > 0 ? [] : ['plan']),
  ];
  const certificate = await certificateOf({ config, log }, (detail) =>
    engine.submit({ type: 'alarm.raised', at: now(), code: 'CERTIFICATE_BAD', detail }),
  );
  // Filled when we listen; nobody asks before.
  const pages: string[] = [];
  const plan = () => engine.plan();
  const machine = installationOf(config, { listening: pages, certificate, plan });
  const repeats = new KeptAnswers({
    folder: join(config.dataDir, 'repeats'),
    ...{ key: Buffer.from(config.secrets.seal, 'hex'), now, log: log.child({ part: 'repeats' }) },
  });
  // Who sends a key is told so when it cannot be read; everybody else is served.
  await repeats.open().catch((err) => log.error({ err }, 'kept answers cannot be read'));
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
    leadReports: leadReports(db),
    leadSteps: storeLeadSteps(db, parts.makeId),
    confirmations: storeConfirmations(db, parts.makeId, hashKey),
    leadLists: storeLeadLists(db, parts.makeId, () => busyIn(engine.calls()), hashKey),
    privacy: storePrivacy({
      ...{ db, makeId: parts.makeId, key: hashKey, busy: () => busyIn(engine.calls()) },
    }),
    permissions: storePermissions(db, parts.makeId, hashKey),
    leadDesk: storeLeadDesk(db, parts.makeId),
    installation: () =>
      factsOf({
        ...{ db, now, missing, promptsDirs, plan: () => engine.plan() },
        recordingsDirs: [config.recordingsDir, config.recordingsDir2].filter((dir) => dir !== null),
        hotlines: () => engine.hotlines(),
        counted: () => door.view(null),
        trunks: () => telephony.trunkViews(),
        machine,
      }).then((facts) => ({ ...facts, readOnly: mode.state(), backups: backups.fact() })),
    queries: storeQueries(db, {
      ledger: (filter) => hotlineLedger(db, filter),
      unclassified: (filter) => unclassifiedCalls(db, filter),
      pickUps: (filter) => pickUps(db, filter),
    }),
    customers: storeCustomers(db, parts.makeId),
    customerWork: storeCustomerWork(db, parts.makeId),
    ...signIn,
    ...others,
    plans: storePlans(db, applied, (plan) =>
      lintPlan(plan, { promptsMissing: new Set(promptsMissing(promptsDirs)) }),
    ),
    guard,
    prompts: edgePrompts(control),
    promptFiles: new PromptFiles(join(config.dataDir, 'prompts')),
    trunks: () => telephony.trunkViews(),
    repeats,
    trustedProxies: config.trustedProxies,
    budgets: config.budgets,
    sessionKey: Buffer.from(config.secrets.session, 'hex'),
    adminToken: config.secrets.admin,
    recordingsDir: config.recordingsDir,
    recordingsDir2: config.recordingsDir2,
    isArriving: (recordingId) => fetch.isArriving(recordingId),
    readiness: missing,
    metrics,
    push: desktops,
    sipPassages: passages,
    confirm: async (number) => {
      journal.append(now(), { kind: 'number.confirmed', number });
      await journal.flush();
    },
    followedUp: async (done) => {
      journal.append(now(), { kind: 'follow-up.done', ...done, at: now() });
      await journal.flush();
    },
    alarm: (code, detail, storeId) =>
      engine.submit({ type: 'alarm.raised', at: now(), code, detail, storeId }),
    readOnly: { state: mode.state, order: (on) => mode.order(on) },
    caughtUp: () => caughtUpWithin(centre.replayer),
    written: () => journal.flush(),
    audit: async (note) => {
      journal.append(now(), { kind: 'audit.noted', ...note });
      await journal.flush();
    },
    log: log.child({ part: 'http' }),
    now,
    webhooks,
  });
  const isProxy = trustedProxies(config.trustedProxies);
  const { addresses, close } = await listenOn(server, config.http, { certificate, isProxy });
  pages.push(...addresses);
  const clockWatch = watchClock(config, (code, detail) =>
    engine.submit({ type: 'alarm.raised', at: now(), code, detail }),
  );
  return {
    addresses,
    /** The one-time password of a first start, which is told once; else null. */
    firstPassword: await accounts.first(),
    /** Throws away what nobody looks back at any more. */
    sweep: () => repeats.sweep(),
    /** Whether people may change what is kept. */
    mayChange: () => mode.state() === null,
    close: async () => {
      certificate?.close();
      clockWatch.close();
      mode.stop();
      await Promise.all([desktops.close(), passages.close()]);
      await Promise.all([close(), server.close()]);
      await repeats.close();
    },
  };
}

/** Nothing is made where nobody comes by https. */
async function certificateOf(
  { config, log }: Pick<Parts, 'config' | 'log'>,
  onBad: (detail: string) => void,
): Promise<KeptCertificate | undefined> {
  if (!config.http.some(({ secure }) => secure)) return undefined;
  const part = log.child({ part: 'https' });
  return KeptCertificate.open({
    ...{ files: config.httpTls, folder: join(config.dataDir, 'tls'), now: Date.now, log: part },
    onBad: (detail) => {
      part.error({ detail }, 'the certificate of HTTP_TLS_CERT cannot be used');
      onBad(detail);
    },
  });
}
