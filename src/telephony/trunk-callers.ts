/** Who calls through a trunk, and what he dialled: its headers, in its order, its rules and its area make one key of the number. */
import { countryOf } from '../domain/number/book';
import { expressionOf } from '../domain/number/rewrite';
import { calledNumber, callerNumber } from '../domain/number/trunk-numbers';
import type { CalledIdSource, Plan, PlanTrunk } from '../domain/plan';
import type { HotlineList } from './edge-dialogs';
import type { SipRequest } from './drachtio';
import { callerIdentity, userPart, type CallerIdentity } from './identity';

const CALLED: Record<Exclude<CalledIdSource, 'uri'>, string> = {
  to: 'To',
  'called-party': 'P-Called-Party-ID',
  diversion: 'Diversion',
};

type EdgeTrunk = HotlineList['trunks'][number];

/** What the edge needs to know whose callers a trunk brings. */
export function edgeTrunk({ id, from, calledId, rewrite, register }: PlanTrunk): EdgeTrunk {
  const rules = (rewrite?.called ?? []).flatMap((rule) => {
    const match = expressionOf(rule);
    return match === null ? [] : [{ match, replace: rule.replace, goesOn: rule.continue ?? false }];
  });
  const called = {
    ...(calledId ? { sources: calledId } : {}),
    ...(rules.length > 0 ? { rules } : {}),
  };
  return {
    ...{ id, from },
    ...(register ? { contact: register.user } : {}),
    ...(Object.keys(called).length > 0 ? { called } : {}),
  };
}

/** Made anew whenever the plan changes. */
export class TrunkCallers {
  private readonly trunks: Map<string, PlanTrunk>;

  constructor(private readonly plan: Plan | null) {
    this.trunks = new Map(plan?.trunks.map((trunk) => [trunk.id, trunk]));
  }

  /**
   * The number that was called, by the trunk's rules. A carrier that we register at may call our contact: then it
   * stands in To. The edge reads it alike while we are away (`edgeTrunk`).
   */
  dialledIn(req: Pick<SipRequest, 'get' | 'has' | 'uri'>, trunkId: string): string {
    const trunk = this.trunks.get(trunkId);
    const source = trunk?.calledId?.find((one) => one === 'uri' || req.has(CALLED[one])) ?? 'uri';
    const number = userPart(source === 'uri' ? req.uri : req.get(CALLED[source]));
    const isHotline = this.plan?.hotlines.some((hotline) => hotline.number === number) ?? false;
    const isContact = trunk?.register?.user === number && !isHotline;
    return calledNumber(isContact ? userPart(req.get('To')) : number, trunk).number;
  }

  /** `number` is the key; that of a trunk which left the plan is read as if it had no settings. */
  callerOf(req: Pick<SipRequest, 'get' | 'has'>, trunkId: string): CallerIdentity {
    const trunk = this.trunks.get(trunkId);
    const { number, displayName } = callerIdentity(req, trunk?.callerId);
    const country = this.plan === null ? 'CN' : countryOf(this.plan, trunk);
    return { number: callerNumber(number, country, trunk).number, displayName };
  }
}
