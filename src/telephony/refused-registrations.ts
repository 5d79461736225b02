/**
 * REGISTERs of who is not the phone that he says: whoever is taken for a phone of ours gets its calls, and places
 * calls at our cost. Each is logged, and of one address one in an hour is audited: a phone with a wrong password
 * tries for ever.
 */
import type { RegistrationRefused } from '../domain/phone-events';
import type { Submit } from '../engine/ports';
import type { Logger } from 'pino';
import type { SipRequest } from './drachtio';
import { OncePerAddress } from './once-per-address';

const EVERY_MS = 3_600_000;

export interface RefusedRegistrationsContext {
  submit: Submit;
  log: Logger;
  now: () => number;
}

export class RefusedRegistrations {
  private readonly told = new OncePerAddress(EVERY_MS);

  constructor(private readonly context: RefusedRegistrationsContext) {}

  tell(
    { source_address: who, source_port: port }: Pick<SipRequest, 'source_address' | 'source_port'>,
    phone: string,
    what: RegistrationRefused['what'],
  ): void {
    const { submit, log, now } = this.context;
    log.warn({ phoneId: phone, address: who, port, what }, 'REGISTER refused');
    // A replay is another matter than a phone behind the same address that has a wrong password.
    if (!this.told.isDue(`${who} ${what}`, now())) return;
    submit({ type: 'registration.refused', at: now(), who, phone: phone.slice(0, 64), what });
  }
}
