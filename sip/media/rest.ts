/**
 * A stream at rest: its far side wants no packets either way (`a=inactive`), and has wanted none yet. It costs the media
 * nothing: no socket of its own, no place among the streams, no worker's time. What is ordered of it is kept, and
 * carried out when it is needed: because its far side goes on, or somebody is to talk with it.
 */
import type { WorkerRequests } from './messages';

type SoundOrder = 'music' | 'hold';
export type KeptOrder = SoundOrder | 'keys' | 'mute';

/** Without the endpoint, which has another name in the worker. */
export type OrderParams<N extends KeptOrder> = Omit<WorkerRequests[N]['params'], 'endpoint'>;

export interface Kept<N extends KeptOrder = KeptOrder> {
  name: N;
  params: OrderParams<N>;
}

/** The latest order of each kind counts. */
export class Rest {
  private readonly kept = new Map<'sound' | 'keys' | 'mute', Kept>();

  keep<N extends KeptOrder>(name: N, params: OrderParams<N>): void {
    this.kept.set(name === 'keys' || name === 'mute' ? name : 'sound', { name, params });
  }

  /** A play is none that anybody hears: what would follow it is heard. */
  skipPlay(then: 'music' | 'silence'): void {
    if (then === 'music') this.keep('music', {});
    else this.kept.delete('sound');
  }

  /** What the worker is still to be told. */
  get owed(): Kept[] {
    return [...this.kept.values()];
  }
}
