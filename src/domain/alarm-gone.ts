/**
 * Alarms of what the plan has no more: whoever watched it has let it go, and tells no end. The plan that lets it go ends
 * them. Pure.
 */
import type { AlarmCode, AlarmRaised } from './alarm';
import { ALARM_KINDS, type AlarmKey } from './alarm-standing';
import type { Plan } from './plan';
import type { Instant } from './time';

type Subject = Pick<AlarmKey, 'storeId' | 'subject'>;

/** What alarms of a code may concern by the plan; codes that are not here concern something else. */
const PLANNED: Partial<Record<AlarmCode, (plan: Plan) => Subject[]>> = {
  TRUNK_NEARLY_FULL: ({ trunks }) => trunks.map(({ id }) => ofNoStore(id)),
  TRUNK_NOT_REGISTERED: ({ trunks }) =>
    trunks.filter(({ register }) => register).map(({ id }) => ofNoStore(id)),
  TRUNK_GATEWAY_DOWN: ({ trunks }) =>
    trunks
      .filter(({ watch }) => watch !== false)
      .flatMap(({ id, to = [] }) => to.map(({ address }) => ofNoStore(`${id}: ${address}`))),
  HOTLINE_TEST_FAILED: ({ hotlines }) =>
    hotlines.map(({ number, store }) => ({ storeId: store, subject: number })),
};

const ofNoStore = (subject: string): Subject => ({ storeId: null, subject });

/** The ends of those that concern nothing of the plan. */
export function endsOfGone(standing: readonly AlarmKey[], plan: Plan, at: Instant): AlarmRaised[] {
  return standing.flatMap((alarm) => {
    const planned = PLANNED[alarm.code]?.(plan);
    const isThere = planned?.some((one) => isSame(one, alarm)) ?? true;
    return isThere ? [] : endOf(alarm, 'no longer in the plan', at);
  });
}

const isSame = (one: Subject, other: Subject): boolean =>
  one.subject === other.subject && one.storeId === other.storeId;

/** Why it is over is said where the detail may say more than whom it concerns. */
function endOf({ code, storeId, subject }: AlarmKey, why: string, at: Instant): AlarmRaised[] {
  const { endedBy, sameBy } = ALARM_KINDS[code];
  if (endedBy === null) return [];
  const detail = sameBy === 'name' ? `${subject}: ${why}` : subject;
  const where = storeId === null ? {} : { storeId };
  return [{ type: 'alarm.raised', at, code: endedBy, detail, ...where }];
}
