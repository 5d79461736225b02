import type { ServerTransaction } from '../transaction/server-transaction';
import type { Context } from './context';
import { IncomingRequest } from './incoming-request';

/** Ties a server transaction to the request it serves, so that a CANCEL finds it. */
export class ServedRequest {
  constructor(
    readonly incoming: IncomingRequest,
    private readonly context: Context,
  ) {}

  onFinal(status: number, text: string): void {
    this.context.cdrs?.answered(this.incoming, status, text);
  }

  onFailure(): void {
    // No ACK for a failure, or the peer is unreachable: the transaction ends and that is all.
  }

  onEnd(): void {
    const { invites, incoming } = this.context;
    incoming.delete(this.incoming.id);
    const name = inviteName(this.incoming.request);
    if (invites.get(name) === this.incoming) invites.delete(name);
    this.incoming.settle();
  }
}

/** What an app calls an INVITE that it has no other handle for. */
export function inviteName({ callId, fromTag }: { callId: string; fromTag: string | undefined }) {
  return `${callId}|${fromTag ?? ''}`;
}

/** Makes the record of a request that some app is to answer. */
export function serve(
  context: Context,
  transaction: ServerTransaction,
  toTag: string,
): IncomingRequest {
  const incoming = new IncomingRequest(transaction, toTag, context.now());
  transaction.user = new ServedRequest(incoming, context);
  const { request } = transaction;
  if (request.method === 'INVITE' && request.toTag === undefined) {
    context.invites.set(inviteName(request), incoming);
  }
  return incoming;
}
