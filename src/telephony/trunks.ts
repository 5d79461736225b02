/**
 * The trunks of the plan and what is known of each: its load, its gateways that answer OPTIONS, its account. One
 * place for telephony to ask, and for who oversees them to look.
 */
import type { TrunkId } from '../domain/ids';
import type { Plan, PlanGateway, PlanTrunk } from '../domain/plan';
import { reservedOf, type TrunkUse } from '../domain/trunk/use';
import type { TrunkView } from '../domain/trunk/view';
import { PhoneWatch, type Heard, type PhoneTarget } from './phone-watch';
import { TrunkLoad } from './trunk-load';
import { TrunkRegistrations, type RegistrationsContext } from './trunk-registrations';

export interface TrunksContext extends RegistrationsContext {
  askOptions: (target: PhoneTarget) => Promise<Heard>;
  everyMs?: number | undefined;
}

const MINUTE_MS = 60_000;

export class Trunks {
  readonly load: TrunkLoad;
  private readonly registrations: TrunkRegistrations;
  /** Asks gateways as it asks phones; a gateway's key names it and its trunk. */
  private readonly watch: PhoneWatch;
  private readonly watched = new Map<string, { trunk: PlanTrunk; gateway: PlanGateway }>();
  private trunks: readonly PlanTrunk[] = [];

  constructor(private readonly context: TrunksContext) {
    this.load = new TrunkLoad(context.now, context.submit);
    this.registrations = new TrunkRegistrations(context);
    this.watch = new PhoneWatch({
      ask: context.askOptions,
      everyMs: context.everyMs,
      onChange: (key) => this.changed(key),
      onHeard: (key) => this.heard(key),
    });
  }

  applyPlan({ trunks }: Plan): void {
    this.trunks = trunks;
    this.load.applyPlan(trunks);
    this.registrations.applyPlan(trunks);
    this.follow(trunks);
  }

  /** From now on requests reach carriers. */
  begin(): void {
    this.registrations.begin();
  }

  close(): void {
    this.registrations.close();
    this.watch.close();
  }

  /** It did not answer OPTIONS twice; calls try it after the others. */
  isDown(trunk: PlanTrunk, gateway: PlanGateway): boolean {
    return this.watch.isSilent(keyOf(trunk.id, gateway), targetOf(gateway));
  }

  /** No gateway of it answers, or its carrier does not register us. */
  isTrunkDown(trunk: PlanTrunk): boolean {
    const { to = [] } = trunk;
    const silent = to.length > 0 && to.every((gateway) => this.isDown(trunk, gateway));
    return silent || this.registrations.stateOf(trunk.id)?.is === 'failing';
  }

  /** As it stands now; null for one that the plan has not. */
  useOf(trunkId: TrunkId): TrunkUse | null {
    const trunk = this.trunks.find(({ id }) => id === trunkId);
    return trunk ? this.load.useOf(trunk) : null;
  }

  view(): TrunkView[] {
    return this.trunks.map((trunk) => {
      const { used, peak, fullMs, nearFull } = this.load.useOf(trunk);
      return {
        ...{ id: trunk.id, channels: trunk.channels, used, peak, nearlyFull: nearFull },
        minutesFull: Math.floor(fullMs / MINUTE_MS),
        reservedForInbound: reservedOf(trunk),
        cps: trunk.cps ?? null,
        gateways: (trunk.to ?? []).map((gateway) => ({
          address: gateway.address,
          up: !this.isDown(trunk, gateway),
        })),
        registration: this.registrations.stateOf(trunk.id) ?? null,
      };
    });
  }

  private follow(trunks: readonly PlanTrunk[]): void {
    const before = new Set(this.watched.keys());
    this.watched.clear();
    for (const trunk of trunks) {
      if (trunk.watch === false) continue;
      for (const gateway of trunk.to ?? []) {
        const key = keyOf(trunk.id, gateway);
        this.watched.set(key, { trunk, gateway });
        this.watch.follow(key, [targetOf(gateway)]);
        before.delete(key);
      }
    }
    for (const key of before) this.watch.follow(key, []);
  }

  private changed(key: string): void {
    const watched = this.watched.get(key);
    if (!watched) return;
    const { trunk, gateway } = watched;
    const down = this.isDown(trunk, gateway);
    const { log } = this.context;
    log.warn({ trunk: trunk.id, gateway: gateway.address, down }, 'a gateway changed');
    if (down) this.alarm(watched, 'TRUNK_GATEWAY_DOWN');
  }

  /** What it is from now on, also at first: an alarm of a former life may stand. */
  private heard(key: string): void {
    const watched = this.watched.get(key);
    if (!watched) return;
    const state = this.watch.state(key, targetOf(watched.gateway));
    if (state === 'answered' || state === 'absent') this.alarm(watched, 'TRUNK_GATEWAY_UP');
  }

  private alarm(
    { trunk, gateway }: { trunk: PlanTrunk; gateway: PlanGateway },
    code: 'TRUNK_GATEWAY_DOWN' | 'TRUNK_GATEWAY_UP',
  ): void {
    const { submit, now } = this.context;
    submit({ type: 'alarm.raised', at: now(), code, detail: `${trunk.id}: ${gateway.address}` });
  }
}

const keyOf = (trunkId: TrunkId, { address }: PlanGateway): string => `${trunkId} ${address}`;

const targetOf = ({ address }: PlanGateway): PhoneTarget => ({ uri: address, secure: false });
