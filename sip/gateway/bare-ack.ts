import { composeDialogRequest, type Dialog } from '../dialog/dialog';
import { makeBranch } from '../transaction/transaction-layer';
import type { Flow } from '../transport/flow';

/** An ACK of our own for a 2xx (RFC 3261 §13.2.2.4). `cseq` is the INVITE's. */
export function bareAck(dialog: Dialog, cseq: number, flow: Flow): string {
  const branch = makeBranch();
  return composeDialogRequest(dialog, { method: 'ACK', cseq, branch, flow, headers: '', body: '' });
}
