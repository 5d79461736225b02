/** Who calls through a trunk, and what he dialled: its headers, in its order, its rules and its area make one key of the number. */
import { countryOf } from '../domain/number/book';
import { callerNumber } from '../domain/number/trunk-numbers';
import type { Plan, PlanTrunk } from '../domain/plan';
import type { SipRequest } from './drachtio';
import { callerIdentity, userPart, type CallerIdentity } from './identity';

/** Made anew whenever the plan changes. */
export class TrunkCallers {
  private readonly trunks: Map<string, PlanTrunk>;

  constructor(private readonly plan: Plan | null) {
    this.trunks = new Map(plan?.trunks.map((trunk) => [trunk.id, trunk]));
  }

  /** As it was delivered. A carrier that we register at may call our contact: then it stands in To. */
  dialledIn(req: Pick<SipRequest, 'get' | 'uri'>, trunkId: string): string {
    const number = userPart(req.uri);
    const isHotline = this.plan?.hotlines.some((hotline) => hotline.number === number) ?? false;
    const isContact = this.trunks.get(trunkId)?.register?.user === number;
    return isContact && !isHotline ? userPart(req.get('To')) : number;
  }

  /** `number` is the key; that of a trunk which left the plan is read as if it had no settings. */
  callerOf(req: Pick<SipRequest, 'get' | 'has'>, trunkId: string): CallerIdentity {
    const trunk = this.trunks.get(trunkId);
    const { number, displayName } = callerIdentity(req, trunk?.callerId);
    const country = this.plan === null ? 'CN' : countryOf(this.plan, trunk);
    return { number: callerNumber(number, country, trunk).number, displayName };
  }
}
