/** Texts to customers: the gateway of the settings, the queue, and what rows and plan know of whom one is for. */
import { controllerOf } from '../domain/customer/controller';
import { CodedError } from '../domain/errors';
import { instantOf, localTime } from '../domain/hours/local-time';
import { scopeOf, type OptOut } from '../domain/message/message';
import { refusedOrder } from '../domain/message/order';
import { bookOfStore, numberBook } from '../domain/number/book';
import { classify } from '../domain/number/kinds';
import type { Plan } from '../domain/plan';
import type { TextDesk } from '../http/ports';
import { aliyunGateway } from '../jobs/message/aliyun';
import type { TextGateway } from '../jobs/message/gateway';
import { httpGateway } from '../jobs/message/http-gateway';
import { TEXT_QUEUE, TEXT_TRIES, Texts } from '../jobs/message/texts';
import { hashKeyOf } from '../store/customers/erased-numbers';
import { permissionFacts } from '../store/customers/permissions';
import { addOptOut, liftOptOut, optOutPage } from '../store/opt-outs';
import { sqlOf } from '../store/outside-events';
import {
  addText,
  changeText,
  findText,
  orderFacts,
  textFacts,
  textPage,
} from '../store/text-messages';
import type { TextSettings } from '../text-settings';
import { caughtUpWithin } from './backups';
import type { Centre, Parts } from './centre';
import type { OutsideWorld } from './outside';

/** Texts are sent from now on, where the settings name a gateway. Who wants none is kept in any case. */
export function textWorld(
  { config, db, log, makeId }: Parts,
  centre: Centre,
  { jobs, listeners }: OutsideWorld,
): TextDesk {
  const now = () => centre.clock.now();
  const key = hashKeyOf(Buffer.from(config.secrets.seal, 'hex'));
  const plan = () => centre.engine.plan();
  const { texts: settings } = config;
  const desk: TextDesk = {
    via: settings?.via ?? null,
    list: (storeIds, request) => textPage(db, { storeIds }, request),
    ask: () => Promise.reject(new CodedError('TEXTS_OFF')),
    optOuts: (storeIds, request) =>
      optOutPage(db, [...new Set(storeIds.map((id) => scopeOf(plan(), id)))], request),
    optOut: ({ storeId, number, by, how }) => {
      const wanted: OptOut = {
        id: makeId(),
        scope: scopeOf(plan(), storeId),
        number,
        at: now(),
        by,
        how,
      };
      return addOptOut(db, wanted);
    },
    lift: ({ storeId, number, by }) =>
      liftOptOut(db, { scope: scopeOf(plan(), storeId), number, by }),
  };
  if (settings === null) return desk;
  let made: Promise<void> | null = null;
  const queued = (): Promise<void> =>
    (made ??= jobs.queue({ name: TEXT_QUEUE, ...TEXT_TRIES }).catch((error: unknown) => {
      made = null;
      throw error;
    }));
  const texts = new Texts({
    ...{ jobs, gateway: gatewayOf(settings, now, makeId), plan, queued, makeId, now },
    add: addText,
    find: (id) => findText(db, id),
    change: (id, change) => changeText(db, id, change),
    facts: async (message, thePlan, at) => {
      // Whom somebody has just talked with is in the journal before he is in the rows.
      await centre.replayer.caughtUp();
      const { storeId, number } = message;
      const midnight = midnightIn(thePlan, storeId, at);
      const book = bookOfStore(numberBook(thePlan), storeId);
      const scope = scopeOf(thePlan, storeId);
      const known = await textFacts(db, message, { scope, midnight, now: at });
      const reached = { controller: controllerOf(thePlan, storeId), customerId: null };
      const permission = await permissionFacts(db, key, { ...reached, numbers: [number] });
      return { ...known, permission, numberKind: classify(number, book, at).kind };
    },
    alarm: (code, detail, storeId) =>
      centre.engine.submit({
        ...{ type: 'alarm.raised', at: now(), code, detail },
        ...(storeId !== undefined && { storeId }),
      }),
    log: log.child({ part: 'texts' }),
  });
  listeners.push(texts.listener);
  jobs.work(TEXT_QUEUE, {}, texts.handle);
  return {
    ...desk,
    ask: async (wanted) => {
      if (!jobs.isThere) throw new CodedError('DATABASE_AWAY');
      // So are those with whom somebody has just talked.
      await caughtUpWithin(centre.replayer);
      return db.transaction(async (trx) => {
        const askedAt = now();
        const { storeId, number } = wanted;
        const midnight = midnightIn(plan(), storeId, askedAt);
        const refused = refusedOrder(await orderFacts(trx, { storeId, number, midnight }));
        if (refused) throw new CodedError(refused.code, refused.details);
        return texts.queue(await sqlOf(trx), {
          ...{ ...wanted, key: `appointment:${makeId()}`, kind: 'appointment' },
          ...{ promiseId: null, askedAt },
        });
      });
    },
  };
}

/** When the day of the store began. */
function midnightIn({ stores }: Plan, storeId: string, at: number): number {
  const zone = stores.find(({ id }) => id === storeId)?.timezone ?? 'Asia/Shanghai';
  return instantOf({ day: localTime(at, zone).day, minute: 0 }, zone);
}

const gatewayOf = (settings: TextSettings, now: () => number, makeId: () => string): TextGateway =>
  settings.via === 'http' ? httpGateway(settings, now) : aliyunGateway(settings, { now, makeId });
