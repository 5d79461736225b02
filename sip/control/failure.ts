import type { ControlError } from './protocol';

/**
 * A command that was not carried out: what the edge answered, or that it could not be asked
 * (`disconnected`) or did not answer in time (`timeout`).
 */
export class ControlFailure extends Error {
  constructor(
    readonly code: ControlError | 'disconnected' | 'timeout',
    message: string,
  ) {
    super(message);
    this.name = 'ControlFailure';
  }
}
