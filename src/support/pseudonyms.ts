/**
 * Names for what must not be told: the same thing has the same name within one bundle, and nobody can find out whose it
 * is, since the key is made for one bundle and kept nowhere.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { normaliseNumber } from '../domain/number/normalise';

/** What it was is told, so that the text can still be read. */
export type Kind = 'number' | 'name' | 'id' | 'ip' | 'host' | 'secret' | 'text';

const LENGTH = 8;

export class Pseudonyms {
  private readonly key = randomBytes(32);

  /** `number~h3k9x2ab`; of a number in whatever spelling. */
  of(kind: Kind, value: string): string {
    const same = kind === 'number' ? numberOf(value) : value;
    const digest = createHmac('sha256', this.key).update(`${kind}\0${same}`).digest();
    // Letters alone: no digit of a token can be taken for one of a number.
    const letters = [...digest.subarray(0, LENGTH)].map((byte) =>
      String.fromCharCode(97 + (byte % 26)),
    );
    return `${kind}~${letters.join('')}`;
  }
}

/** As it is known to the product; what is no number is at least the same without its signs. */
function numberOf(written: string): string {
  const plain = written
    .replace(/%2b/gi, '+')
    .replace(/%[0-9a-f]{2}/gi, ' ')
    .replace(/^(\+?)00?(?=86)/, '+')
    .replace(/^86(?=1\d{10}$)/, '+86');
  return normaliseNumber(plain).replace(/[^\d+;=a-z]/g, '');
}
