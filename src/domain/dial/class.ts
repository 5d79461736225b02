/** What a kind of number means to who pays for it. */
import type { NumberKind } from '../number/kinds';
import type { DialClass } from '../plan';

/** Everything that costs more than a call abroad: premium, shared and satellite numbers. */
const COSTLY_ABROAD =
  /^(?:\+|00)(?:1(?:900|976|809|829|849|876|284|473|649|664|767|784|868|869|242|246|264|268|345|441|758)|44(?:9|84|87|70)|33(?:8|89)|49(?:900|137|180)|39(?:89|16)|34(?:80|90)|7(?:80|90)|81990|85290|87[08]|88[123]|979|808)/;

export function dialClassOf(kind: NumberKind, key: string): DialClass {
  switch (kind) {
    case 'premium':
    case 'mobile':
    case 'service':
      return kind;
    case 'fixed':
    case 'switchboard':
    case 'own':
      return 'fixed';
    case 'privacy':
      return 'mobile';
    case 'foreign':
      return COSTLY_ABROAD.test(key) ? 'premium' : 'foreign';
    default:
      return 'other';
  }
}
