/** The prompts of the edge, replaced over control. */
import { CodedError } from '../../domain/errors';
import { ControlFailure, type ControlClient, type Result } from '../../../sip/index';

export interface EdgePrompts {
  /** Rejects with `CodedError` `EDGE_AWAY`. */
  reload(): Promise<Result<'prompts.reload'>>;
}

export function edgePrompts(control: Pick<ControlClient, 'command'>): EdgePrompts {
  return {
    reload: () =>
      control.command('prompts.reload', {}).catch((error: unknown) => {
        const isAway =
          error instanceof ControlFailure &&
          (error.code === 'disconnected' || error.code === 'timeout');
        throw isAway ? new CodedError('EDGE_AWAY') : error;
      }),
  };
}
