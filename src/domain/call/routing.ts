/**
 * Decides where a dialled number leads: hotline, store, queue. The only refusal of a hotline
 * product lives here: a number that is none of ours (RFC 3261 §21.4.5, 404).
 */
import type { QueueId, StoreId, TrunkId } from '../ids';
import { numberingOf, USUAL_NUMBERING, type Numbering } from '../number/entered';
import type { Plan, PlanAnnouncement, PlanHotline, PlanQueue } from '../plan';
import type { MenuChoice } from '../records';
import { USUAL_LANGUAGE, type Language } from '../spoken';
import { seconds, type Millis } from '../time';

/** All that a call keeps of the plan, so that a changed plan leaves live calls as they are. */
export interface Route {
  storeId: StoreId;
  storeName: string;
  queueId: QueueId;
  hotline: string;
  /** IANA name, of the store; missing of a hotline that the plan has no more. */
  zone?: string;
  /** In which the caller is spoken to; missing: that of the installation. */
  language?: Language;
  /** False: who waits cannot ask to be called back. */
  callback?: false;
  /** False: who is told that nobody is there can leave no message. */
  voiceMessage?: false;
  /** Missing: as in USUAL_NUMBERING. */
  numbering?: Numbering;
  /** What the caller is asked when his agent has hung up; missing: nothing. */
  afterTalk?: 'rating' | undefined;
  menu?: Menu;
  /** Who comes by one of these hears us before he is answered to wait; missing: nobody does. */
  earlyVia?: readonly TrunkId[];
  /** A prompt that is heard before the greeting. */
  message?: string;
  announce?: PlanAnnouncement | undefined;
  hopelessMinutes?: number | undefined;
  /** False when the hotline plays no recording notice. */
  notice: boolean;
  /** How long an agent's phone rings. */
  ringMs: Millis;
  /** Longest wrap-up after the talk; 0 means none. */
  wrapUpMs: Millis;
}

/** What a caller is asked before he stands in a line, and where each answer leads. */
export interface Menu {
  choices: readonly { key: string; name: MenuChoice; route: Route }[];
  /** The other language; missing: none is offered. */
  language?: Language;
  /** That of callers who have chosen none. */
  usual: Language;
  patienceMs: Millis;
}

/** The plan's hotlines by dialled number, made once for each plan. */
export type RoutingTable = ReadonlyMap<string, Route>;

/** Hotlines whose queue is missing from the plan are left out: nobody could take their calls. */
export function routingTable(plan: Plan): RoutingTable {
  const queues = new Map(plan.queues.map((queue) => [queue.id, queue]));
  const table = new Map<string, Route>();
  for (const hotline of plan.hotlines) {
    const queue = queues.get(hotline.queue);
    if (!queue) continue;
    const route = routeTo(plan, hotline, queue);
    table.set(hotline.number, { ...route, ...menuOf(plan, hotline, route) });
  }
  return table;
}

function routeTo(plan: Plan, hotline: PlanHotline, queue: PlanQueue): Route {
  const store = plan.stores.find(({ id }) => id === hotline.store);
  return {
    storeId: hotline.store,
    storeName: store?.name ?? hotline.store,
    queueId: queue.id,
    hotline: hotline.number,
    ...(store ? { zone: store.timezone } : {}),
    ...(hotline.language ? { language: hotline.language } : {}),
    ...(hotline.callback === 'none' ? { callback: false } : {}),
    ...(hotline.voiceMessage === 'none' ? { voiceMessage: false } : {}),
    ...numberingIn(plan, hotline.store),
    ...earlyIn(plan, hotline),
    notice: hotline.notice !== 'none',
    ...rulesOf(queue),
  };
}

const MENU_SECONDS = 5;

/** Keys that lead nowhere are left out; one that leads where nobody could be called back, too. */
function menuOf(plan: Plan, hotline: PlanHotline, route: Route): Pick<Route, 'menu'> {
  const { menu } = hotline;
  if (menu === undefined) return {};
  const { sales = hotline.queue, afterSales, complaint, language, seconds: wait } = menu;
  const keys: [key: string, name: MenuChoice, queueId: QueueId | undefined][] = [
    ['1', 'sales', sales],
    ['2', 'after-sales', afterSales],
    ['3', 'complaint', complaint],
  ];
  const choices = keys.flatMap(([key, name, queueId]) => {
    const to = queueId === undefined ? null : routeToQueue(plan, route, queueId);
    return to ? [{ key, name, route: to }] : [];
  });
  const usual = hotline.language ?? USUAL_LANGUAGE;
  const other = language === usual ? undefined : language;
  return {
    menu: {
      ...{ choices, usual, patienceMs: seconds(wait ?? MENU_SECONDS) },
      ...(other === undefined ? {} : { language: other }),
    },
  };
}

/** Where a call that the store places belongs; to no queue when its caller serves none. */
export function routeOfQueue(plan: Plan, storeId: StoreId, queue: PlanQueue | undefined): Route {
  const own = plan.hotlines.filter(({ store }) => store === storeId);
  const hotline = own.find((one) => one.queue === queue?.id) ?? own[0];
  return {
    storeId,
    storeName: plan.stores.find((store) => store.id === storeId)?.name ?? storeId,
    queueId: queue?.id ?? '',
    hotline: hotline?.number ?? '',
    ...(hotline?.language ? { language: hotline.language } : {}),
    notice: false,
    ringMs: seconds(queue?.ringSeconds ?? 20),
    wrapUpMs: seconds(queue?.wrapUpSeconds ?? 0),
  };
}

/**
 * The same call in another queue: of its store, or of another one, whose hotline counts from then on. Null when
 * there is no such queue, or no hotline of its store by which a caller could be called back.
 */
export function routeToQueue(plan: Plan, route: Route, queueId: QueueId): Route | null {
  const queue = plan.queues.find(({ id }) => id === queueId);
  if (queue?.store === route.storeId) return { ...route, ...rulesOf(queue), queueId };
  return routeByQueue(plan, queueId);
}

/** By its hotline, or its store's first; null as above. */
export function routeByQueue(plan: Plan, queueId: QueueId): Route | null {
  const queue = plan.queues.find(({ id }) => id === queueId);
  const hotlines = plan.hotlines.filter(({ store }) => store === queue?.store);
  const hotline = hotlines.find((one) => one.queue === queueId) ?? hotlines[0];
  return queue && hotline ? routeTo(plan, hotline, queue) : null;
}

/**
 * By which a promise of the store is kept: its queue, or, when that or its hotline has left the plan or gone to another
 * store, what the store has instead. Null when it has no hotline with a queue any more.
 */
export function routeOfPromise(
  plan: Plan,
  table: RoutingTable,
  { storeId, hotline, queueId }: { storeId: StoreId; hotline: string; queueId: QueueId },
): Route | null {
  const own = [...table.values()].filter((one) => one.storeId === storeId);
  const known = own.find((one) => one.hotline === hotline);
  const instead = known ?? own.find((one) => one.queueId === queueId) ?? own[0];
  const queue = instead && routeToQueue(plan, instead, queueId);
  return queue?.storeId === storeId ? queue : (instead ?? null);
}

/**
 * Of a call that somebody of another store takes: in the first queue that he serves there, else in that of the store's
 * first hotline. Null as above.
 */
export function routeOfTaker(
  plan: Plan,
  { storeId, queues }: { storeId: StoreId; queues: readonly QueueId[] },
): Route | null {
  const isTheirs = (id: QueueId) =>
    plan.queues.some((one) => one.id === id && one.store === storeId);
  const hotline = plan.hotlines.find(({ store, queue }) => store === storeId && isTheirs(queue));
  const queueId = queues.find(isTheirs) ?? hotline?.queue;
  return queueId === undefined ? null : routeByQueue(plan, queueId);
}

/**
 * Where who is sent on waits should nobody take him: in the call's queue, or, of a call that has none, in that of the
 * store's first hotline. Null when the store has no queue.
 */
export function withLine({ hotlines, queues }: Plan, route: Route): Route | null {
  if (route.queueId !== '') return route;
  const isOwn = (id: QueueId) => queues.some((one) => one.id === id && one.store === route.storeId);
  const hotline = hotlines.find(({ store, queue }) => store === route.storeId && isOwn(queue));
  const queueId = hotline?.queue ?? queues.find(({ store }) => store === route.storeId)?.id;
  return queueId === undefined
    ? null
    : { ...route, queueId, hotline: hotline?.number ?? route.hotline };
}

/** Only where it is not the usual one. */
function numberingIn(plan: Plan, storeId: StoreId): Pick<Route, 'numbering'> {
  const numbering = numberingOf(plan, storeId);
  const { country, area } = USUAL_NUMBERING;
  return numbering.country === country && numbering.area === area ? {} : { numbering };
}

/** Only where the hotline wants it and a trunk allows it. */
function earlyIn({ trunks }: Plan, { answerMode }: PlanHotline): Pick<Route, 'earlyVia'> {
  if (answerMode !== 'early') return {};
  const earlyVia = trunks.flatMap(({ id, earlyMedia }) => (earlyMedia === 'allow' ? [id] : []));
  return earlyVia.length === 0 ? {} : { earlyVia };
}

const rulesOf = (
  queue: PlanQueue,
): Pick<Route, 'ringMs' | 'wrapUpMs' | 'announce' | 'hopelessMinutes' | 'afterTalk'> => ({
  afterTalk: queue.afterTalk === 'rating' ? 'rating' : undefined,
  ringMs: seconds(queue.ringSeconds),
  wrapUpMs: seconds(queue.wrapUpSeconds),
  announce: queue.announce,
  hopelessMinutes: queue.hopelessMinutes,
});

/** Null when the dialled number is none of ours. */
export const route = (table: RoutingTable, dialled: string): Route | null =>
  table.get(dialled) ?? null;

/** A call found alive whose hotline has left the plan meanwhile is served by these. */
export const routeOfLostHotline = (lost: {
  storeId: StoreId;
  queueId: QueueId;
  hotline: string;
}): Route => ({
  ...lost,
  storeName: lost.storeId,
  notice: true,
  ringMs: seconds(20),
  wrapUpMs: 0,
});
