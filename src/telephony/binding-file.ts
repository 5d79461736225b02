/**
 * Snapshot of the phones' bindings in the data folder, so that a restarted app can ring them at
 * once instead of waiting for each to register again. Losing it costs one registration interval.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Logger } from 'pino';
import type { PhoneId } from '../domain/ids';

/** One contact of a phone (RFC 3261 §10: a binding). */
export interface Binding {
  phoneId: PhoneId;
  contact: string;
  protocol: string;
  /** Where the REGISTER came from: also the way back through a NAT. */
  address: string;
  port: number;
  callId: string;
  cseq: number;
  /** Instance and `reg-id` of a phone that keeps its flows apart (RFC 5626). */
  flow?: string;
  expiresAt: number;
}

export class BindingFile {
  private due: Binding[] | null = null;

  constructor(
    private readonly path: string,
    private readonly log: Logger,
  ) {}

  /** Bindings of the former run; none when the file is missing or damaged. */
  read(): Binding[] {
    try {
      const value: unknown = JSON.parse(readFileSync(this.path, 'utf8'));
      return Array.isArray(value) ? (value as Binding[]) : [];
    } catch {
      return [];
    }
  }

  /** Writes soon; many changes in one turn of the event loop make one write. */
  write(bindings: Binding[]): void {
    const scheduled = this.due !== null;
    this.due = bindings;
    if (!scheduled) setImmediate(() => this.flush());
  }

  private flush(): void {
    const bindings = this.due;
    this.due = null;
    const draft = `${this.path}.part`;
    try {
      writeFileSync(draft, JSON.stringify(bindings), { mode: 0o600 });
      renameSync(draft, this.path);
    } catch (error) {
      this.log.error({ error }, 'registrations could not be written to disk');
    }
  }
}
