/**
 * Passwords of the plan's phones, and which algorithms a REGISTER is challenged with. A name that no
 * phone has gets a challenge like those of phones, so that who tries names learns none from it.
 */
import { createHmac } from 'node:crypto';
import type { PhoneId } from '../domain/ids';
import type { PlanPhone } from '../domain/plan';
import { DIGEST_ALGORITHMS, type DigestAlgorithm, type UserSecrets } from './digest';

const ONLY_MD5: readonly DigestAlgorithm[] = ['MD5'];

export class PhoneSecrets {
  private readonly secrets = new Map<PhoneId, UserSecrets>();
  /** Part of the phones that have MD5 only, 0..1. */
  private readonly old: number;
  /** Of what only we know, and the same after a restart: a name's challenge must not change. */
  private readonly key: string;

  constructor(phones: readonly PlanPhone[]) {
    for (const phone of phones) {
      if (phone.kind !== 'register') continue;
      this.secrets.set(phone.id, { MD5: phone.ha1, 'SHA-256': phone.ha1Sha256 });
    }
    const all = [...this.secrets.values()];
    const old = all.filter((one) => one['SHA-256'] === undefined).length;
    this.old = all.length === 0 ? 0 : old / all.length;
    this.key = all.map(({ MD5 }) => MD5).join();
  }

  of(user: string): UserSecrets | undefined {
    return this.secrets.get(user);
  }

  /** Strongest first; those for which the phone has a secret. */
  offeredTo(user: string): readonly DigestAlgorithm[] {
    const known = this.secrets.get(user);
    const isOld = known ? known['SHA-256'] === undefined : this.chanceOf(user) < this.old;
    return isOld ? ONLY_MD5 : DIGEST_ALGORITHMS;
  }

  /** 0..1, always the same for a name. */
  private chanceOf(user: string): number {
    return createHmac('sha256', this.key).update(user).digest().readUInt32BE() / 2 ** 32;
  }
}
