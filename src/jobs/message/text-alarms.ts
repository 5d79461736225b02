/** Decides when somebody is told of texts that do not go: a store's day is spent, or the gateway takes none. */
import type { StoreId } from '../../domain/ids';
import type { GatewayAnswer } from './gateway';

/** Answers in a row, of one text or of several, after which it is not chance any more. */
const DOWN_AFTER = 3;

export type TextAlarm = 'TEXT_LIMIT' | 'TEXT_GATEWAY_DOWN' | 'TEXT_GATEWAY_UP';
export type TellAlarm = (code: TextAlarm, detail: string, storeId?: StoreId) => void;

/** What was told is known until the app ends; the next one may tell it again. */
export class TextAlarms {
  private readonly spent = new Map<StoreId, number>();
  private inVain = 0;
  /** Null: it has not answered yet. */
  private isDown: boolean | null = null;

  constructor(private readonly tell: TellAlarm) {}

  /** A text was dropped by the store's daily limit: told once in each of its days, by the day's number. */
  overLimit(storeId: StoreId, day: number): void {
    if (this.spent.get(storeId) === day) return;
    this.spent.set(storeId, day);
    this.tell('TEXT_LIMIT', `store ${storeId}`, storeId);
  }

  /** One that refuses a text is there. */
  answered({ is, detail }: GatewayAnswer): void {
    this.inVain = is === 'busy' || is === 'unknown' ? this.inVain + 1 : 0;
    const isDown = this.inVain >= DOWN_AFTER;
    // That it is there is told at first as well: an alarm of a former life may stand.
    if (isDown === this.isDown || (!isDown && this.inVain > 0)) return;
    this.isDown = isDown;
    this.tell(isDown ? 'TEXT_GATEWAY_DOWN' : 'TEXT_GATEWAY_UP', detail);
  }
}
