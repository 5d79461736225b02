/**
 * Second factors: a telephone that shows a code every thirty seconds, and codes on paper for when it is lost. Each code
 * is good once; that it was used is on disk before it counts.
 *
 *     none --begin--> shown (in memory only) --its code--> on --reset--> none
 *                                                          on --begin, with a code--> on, another one shown
 */
import { randomBytes } from 'node:crypto';
import type { AgentId } from '../../domain/ids';
import type { FactorSnapshot } from '../../domain/sign-in/snapshots';
import type { Instant } from '../../domain/time';
import type { Journal } from '../ports';
import { fingerprint, typedSecret } from './letters';
import { seal, unseal } from './sealed';
import { base32, matchingStep, otpauthUri, SECRET_BYTES } from './totp';

const RECOVERY_CODES = 8;
const ISSUER = 'Openline';

export interface SecondFactorsOptions {
  journal: Journal;
  now: () => Instant;
  /** 32 bytes. */
  key: Buffer;
}

export class SecondFactors {
  private readonly factors = new Map<AgentId, FactorSnapshot>();
  /** Shown and not yet confirmed; a restart forgets them. */
  private readonly shown = new Map<AgentId, Buffer>();

  constructor(private readonly options: SecondFactorsOptions) {}

  restore(factors: readonly FactorSnapshot[]): void {
    for (const factor of factors) this.factors.set(factor.personId, factor);
  }

  isOn(personId: AgentId): boolean {
    return this.factors.get(personId)?.state === 'on';
  }

  /** A secret for his telephone, told this once. */
  begin(personId: AgentId): { secret: string; uri: string } {
    const bytes = randomBytes(SECRET_BYTES);
    this.shown.set(personId, bytes);
    const secret = base32(bytes);
    return { secret, uri: otpauthUri(secret, { user: personId, issuer: ISSUER }) };
  }

  /** The codes for paper, told this once; null when the code is not that of the secret shown last. `noted` before it is on. */
  async confirm(
    personId: AgentId,
    code: string,
    noted: (personId: AgentId) => void | Promise<void> = () => undefined,
  ): Promise<string[] | null> {
    const secret = this.shown.get(personId);
    const { key, now } = this.options;
    const step = secret ? matchingStep(secret, code, { at: now(), lastStep: 0 }) : null;
    if (!secret || step === null) return null;
    this.shown.delete(personId);
    await noted(personId);
    const codes = Array.from({ length: RECOVERY_CODES }, typedSecret);
    await this.keep({
      ...{ personId, state: 'on', sealed: seal(secret, key, personId), lastStep: step },
      ...{ recovery: codes.map(fingerprint), changedAt: now() },
    });
    return codes;
  }

  /** Whether the code, of the telephone or from paper, is right; it is so once. */
  async use(personId: AgentId, code: string): Promise<boolean> {
    const factor = this.factors.get(personId);
    const used = factor?.state === 'on' ? this.afterUse(factor, code) : null;
    if (!used) return false;
    await this.keep(used);
    return true;
  }

  /** He has none any more. */
  async reset(personId: AgentId): Promise<void> {
    this.shown.delete(personId);
    if (!this.factors.has(personId)) return;
    const none = { state: 'off', sealed: null, lastStep: 0, recovery: [] } as const;
    await this.keep({ personId, ...none, changedAt: this.options.now() });
  }

  private afterUse(factor: FactorSnapshot, code: string): FactorSnapshot | null {
    const { key, now } = this.options;
    const { personId, sealed, lastStep, recovery } = factor;
    const secret = sealed === null ? null : unseal(sealed, key, personId);
    const step = secret ? matchingStep(secret, code, { at: now(), lastStep }) : null;
    if (step !== null) return { ...factor, lastStep: step };
    const print = fingerprint(code.toLowerCase());
    if (!recovery.includes(print)) return null;
    return { ...factor, recovery: recovery.filter((one) => one !== print) };
  }

  /** In memory at once: of two who use one code at the same time the second is refused. */
  private async keep(factor: FactorSnapshot): Promise<void> {
    const { journal, now } = this.options;
    this.factors.set(factor.personId, factor);
    journal.append(now(), { kind: 'factor.saved', factor });
    await journal.flush();
  }
}
