/**
 * The guard of the edge's signalling, asked over control. Where signalling is a drachtio-server's there
 * is none to ask, which is told as such: an empty list would look as if all were quiet.
 */
import { ControlFailure, type ControlClient, type GuardStatus } from '../../sip/index';
import { CodedError } from '../domain/errors';

export interface EdgeGuard {
  /** Rejects with `CodedError`: `GUARD_UNAVAILABLE` or `EDGE_AWAY`. */
  status(): Promise<GuardStatus>;
  /** False when nothing is held against the address. Rejects as `status` does. */
  unblock(address: string): Promise<boolean>;
}

export function edgeGuard(control: Pick<ControlClient, 'command'>): EdgeGuard {
  return {
    status: () => control.command('guard.list', {}).catch(tellWhy),
    unblock: async (address) => {
      const { unblocked } = await control.command('guard.unblock', { address }).catch(tellWhy);
      return unblocked;
    },
  };
}

function tellWhy(error: unknown): never {
  if (error instanceof ControlFailure) {
    if (error.code === 'unavailable') throw new CodedError('GUARD_UNAVAILABLE');
    if (error.code === 'disconnected' || error.code === 'timeout')
      throw new CodedError('EDGE_AWAY');
  }
  throw error;
}
