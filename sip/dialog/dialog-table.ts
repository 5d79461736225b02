import type { SipMessage } from '../message/sip-message';
import { dialogKey, type Dialog } from './dialog';

/**
 * Finds dialogs: by the tags of a request from the network, and by the id an app uses. Forks of one
 * INVITE share an id; the one added last under it wins, as the drachtio protocol has it.
 */
export class DialogTable<Held extends { readonly dialog: Dialog }> {
  private readonly byKey = new Map<string, Held>();
  private readonly byId = new Map<string, Held>();

  get size(): number {
    return this.byKey.size;
  }

  add(held: Held): void {
    this.byKey.set(held.dialog.key, held);
    this.byId.set(held.dialog.id, held);
  }

  remove(held: Held): void {
    const { key, id } = held.dialog;
    this.byKey.delete(key);
    if (this.byId.get(id) === held) this.byId.delete(id);
  }

  /** The dialog of a request from the network: there To is ours and From the peer. */
  ofRequest(request: SipMessage): Held | undefined {
    const { callId, toTag, fromTag } = request;
    return toTag === undefined
      ? undefined
      : this.byKey.get(dialogKey(callId, toTag, fromTag ?? ''));
  }

  withId(id: string): Held | undefined {
    return this.byId.get(id);
  }

  all(): IterableIterator<Held> {
    return this.byKey.values();
  }
}
