/**
 * What the trunks carry now: how many of their channels legs take, and when calls of ours may leave. Raises the alarm
 * of a trunk that is nearly full, and says when it has room again.
 */
import type { TrunkId } from '../domain/ids';
import type { PlanTrunk } from '../domain/plan';
import { takeStart, type Starts } from '../domain/trunk/pace';
import {
  changeUse,
  hasRoom,
  hasRoomAgain,
  isNews,
  resumed,
  unused,
  useAt,
  type TrunkUse,
} from '../domain/trunk/use';
import type { Submit } from '../engine/ports';

/** A call does not wait longer than this for its turn; another trunk may have room. */
const TURN_PATIENCE_MS = 2000;

export class TrunkLoad {
  private trunks = new Map<TrunkId, PlanTrunk>();
  private readonly uses = new Map<TrunkId, TrunkUse>();
  private readonly starts = new Map<TrunkId, Starts>();

  constructor(
    private readonly now: () => number,
    private readonly submit: Submit,
  ) {}

  applyPlan(trunks: readonly PlanTrunk[]): void {
    this.trunks = new Map(trunks.map((trunk) => [trunk.id, trunk]));
  }

  /** What a former app knew of the day, after the legs that outlived it were found. */
  resume(kept: ReadonlyMap<TrunkId, TrunkUse>): void {
    const at = this.now();
    for (const [trunkId, before] of kept) {
      const trunk = this.trunks.get(trunkId);
      if (!trunk) continue;
      const use = resumed(before, this.uses.get(trunkId) ?? unused(at), trunk, at);
      this.uses.set(trunkId, use);
      // Legs that were found have been counted from zero, and that was written.
      this.submit({ type: 'trunk.counted', at, trunkId, use });
    }
    for (const trunk of this.trunks.values()) {
      const use = this.uses.get(trunk.id) ?? unused(at);
      if (hasRoomAgain(use, trunk)) this.alarm('TRUNK_HAS_ROOM', trunk, use);
    }
  }

  take(trunkId: TrunkId): void {
    this.change(trunkId, 1);
  }

  free(trunkId: TrunkId): void {
    this.change(trunkId, -1);
  }

  /** All channels that were bought are in use. */
  isFull({ id, channels }: PlanTrunk): boolean {
    return (this.uses.get(id)?.used ?? 0) >= channels;
  }

  hasRoom(trunk: PlanTrunk, isEmergency: boolean): boolean {
    return hasRoom(trunk, this.uses.get(trunk.id)?.used ?? 0, isEmergency);
  }

  /** How long a call has to wait for its turn, in ms; null: longer than it may. Its turn is kept for it. */
  turnIn(trunk: PlanTrunk, isEmergency: boolean): number | null {
    if (trunk.cps === undefined) return 0;
    const now = this.now();
    const starts = this.starts.get(trunk.id) ?? [];
    const patienceMs = TURN_PATIENCE_MS;
    const turn = takeStart(starts, trunk.cps, { now, patienceMs });
    if (turn) this.starts.set(trunk.id, turn.starts);
    if (isEmergency) return 0;
    return turn ? turn.at - now : null;
  }

  /** As it stands now; of a trunk that never had a leg, too. */
  useOf(trunk: PlanTrunk): TrunkUse {
    const now = this.now();
    return useAt(this.uses.get(trunk.id) ?? unused(now), trunk, now);
  }

  /** Of a trunk that left the plan the legs are counted on, in case it comes back. */
  private change(trunkId: TrunkId, by: 1 | -1): void {
    const at = this.now();
    const before = this.uses.get(trunkId) ?? unused(at);
    const trunk = this.trunks.get(trunkId);
    const after = changeUse(before, by, trunk ?? { channels: Infinity }, at);
    this.uses.set(trunkId, after);
    if (trunk && isNews(before, after, trunk))
      this.submit({ type: 'trunk.counted', at, trunkId, use: after });
    if (!trunk) return;
    if (after.nearFull && !before.nearFull) this.alarm('TRUNK_NEARLY_FULL', trunk, after);
    // Of a former life may be told what the figures of this one do not say.
    const wasFuller = before.nearFull || !hasRoomAgain(before, trunk);
    if (wasFuller && hasRoomAgain(after, trunk)) this.alarm('TRUNK_HAS_ROOM', trunk, after);
  }

  private alarm(
    code: 'TRUNK_NEARLY_FULL' | 'TRUNK_HAS_ROOM',
    { id, channels }: PlanTrunk,
    { used }: TrunkUse,
  ): void {
    const detail = `${id}: ${used} of ${channels} channels`;
    this.submit({ type: 'alarm.raised', at: this.now(), code, detail });
  }
}
