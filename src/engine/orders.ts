/** What is ordered beside the plan: hotlines that are closed, and callers who are blocked. */
import { blockEffects, blockKey, blockOf, type CallerBlocked } from '../domain/block/block';
import { hotlineView, ordered, orderEffects, type HotlineOrdered } from '../domain/hours/closure';
import { told, type HotlineTold } from '../domain/hours/message';
import type { BlockSnapshot, HotlineSnapshot } from '../domain/records';
import type { Aggregates } from './aggregates';
import type { LiveState } from './live-state';

/** See the head of this file. */
export class Orders {
  constructor(
    private readonly live: LiveState,
    private readonly to: Aggregates,
  ) {}

  restore(hotlines: readonly HotlineSnapshot[], blocks: readonly BlockSnapshot[]): void {
    for (const hotline of hotlines) this.live.hotlines.set(hotline.number, hotline);
    for (const block of blocks) this.live.blocks.set(blockKey(block.storeId, block.number), block);
  }

  hotline(event: HotlineOrdered): void {
    this.order(event, ordered(event, this.live.hotlines.get(event.number)));
  }

  message(event: HotlineTold): void {
    this.order(event, told(event, this.live.hotlines.get(event.number)));
  }

  /** One that has left the plan meanwhile is not ordered any more. */
  private order(event: HotlineOrdered | HotlineTold, next: HotlineSnapshot): void {
    const { live } = this;
    const planned = live.plan.hotlines.find(({ number }) => number === event.number);
    if (!planned) return;
    live.hotlines.set(next.number, next);
    const test = live.tests.get(next.number) ?? null;
    const view = hotlineView(planned, next, live.opening(next.number, event.at), event.at, test);
    this.to.perform(orderEffects(event, next, view), event.at);
  }

  block(event: CallerBlocked): void {
    const block = blockOf(event);
    this.live.blocks.set(blockKey(block.storeId, block.number), block);
    this.to.perform(blockEffects(block, event.at), event.at);
  }
}
