/** What people order beside the plan, hotlines closed, callers blocked and promises ended: judged, and submitted as facts. */
import { blockKey, isInForce } from '../domain/block/block';
import type { RefusalCode } from '../domain/errors';
import type { PromiseId, StoreId } from '../domain/ids';
import { isEmergency } from '../domain/number/kinds';
import { normaliseNumber } from '../domain/number/normalise';
import { stepPromise } from '../domain/promise/promise';
import type { PromiseSettled } from '../domain/promise-events';
import type { BlockSnapshot, PromiseSnapshot } from '../domain/records';
import type { Instant } from '../domain/time';
import type { LiveState } from './live-state';
import type { BlockDesk, HotlineDesk, PromiseDesk, Submit } from './ports';

/** See the head of this file. */
export class Ordering implements HotlineDesk, BlockDesk, PromiseDesk {
  constructor(
    private readonly live: LiveState,
    private readonly submit: Submit,
    private readonly now: () => Instant,
  ) {}

  orderHotline(
    by: string,
    number: string,
    closure: { until: Instant | null } | null,
  ): RefusalCode | null {
    const at = this.now();
    if (!this.live.routes.has(number)) return 'NO_SUCH_HOTLINE';
    if (closure !== null && closure.until !== null && closure.until <= at) return 'PAST_MOMENT';
    this.submit({ type: 'hotline.ordered', at, by, number, closure });
    return null;
  }

  testHotline(hotline: string): RefusalCode | null {
    if (!this.live.routes.has(hotline)) return 'NO_SUCH_HOTLINE';
    this.submit({ type: 'test.ordered', at: this.now(), hotline });
    return null;
  }

  tellCallers(
    by: string,
    number: string,
    message: { prompt: string; until: Instant | null } | null,
  ): RefusalCode | null {
    const at = this.now();
    if (!this.live.routes.has(number)) return 'NO_SUCH_HOTLINE';
    if (message !== null && message.until !== null && message.until <= at) return 'PAST_MOMENT';
    this.submit({ type: 'hotline.told', at, by, number, message });
    return null;
  }

  blocks(storeId: StoreId): BlockSnapshot[] {
    const at = this.now();
    return [...this.live.blocks.values()]
      .filter((block) => block.storeId === storeId && isInForce(block, at))
      .sort((a, b) => b.since - a.since);
  }

  block(
    by: string,
    storeId: StoreId,
    { number: text, reason, until }: { number: string; reason: string; until: Instant | null },
  ): RefusalCode | BlockSnapshot {
    const at = this.now();
    const number = this.numberOf(text);
    if (!/\d/.test(number)) return 'NOT_A_NUMBER';
    if (isEmergency(number, this.live.book)) return 'NEVER_BLOCKED';
    if (until !== null && until <= at) return 'PAST_MOMENT';
    this.submit({ type: 'caller.blocked', at, by, storeId, number, reason, until });
    return this.live.blocks.get(blockKey(storeId, number)) ?? 'NOT_A_NUMBER';
  }

  unblock(by: string, storeId: StoreId, text: string): RefusalCode | null {
    const at = this.now();
    const number = this.numberOf(text);
    const block = this.live.blocks.get(blockKey(storeId, number));
    if (!block || !isInForce(block, at)) return 'NOT_BLOCKED_CALLER';
    const { reason } = block;
    this.submit({ type: 'caller.blocked', at, by, storeId, number, reason, until: at });
    return null;
  }

  settle(
    by: string,
    storeIds: readonly StoreId[],
    { id, as, reason }: { id: PromiseId; as: 'withdrawn' | 'done'; reason: string },
  ): PromiseSnapshot | null {
    const promise = this.live.promise(id);
    if (!promise || !storeIds.includes(promise.storeId)) return null;
    const at = this.now();
    const event: PromiseSettled = { type: 'promise.settled', at, promiseId: id, by, as, reason };
    this.submit(event);
    return stepPromise(promise, event, at).next;
  }

  private numberOf(text: string): string {
    return normaliseNumber(text, this.live.book.country);
  }
}
