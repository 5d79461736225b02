import type { CalledSource, EdgeHotline, EdgeTrunk } from '../../control/protocol';
import type { HotlineList } from '../../control/ports';
import { parseNameAddr } from '../../message/header-values';
import type { SipMessage } from '../../message/sip-message';
import { userOf } from './caller';

/**
 * Which hotline an INVITE of a trunk asks for, as the app would read it: by the header in which that trunk has the
 * called number, and by its rules. Pure.
 */
export function hotlineIn(
  { hotlines, trunks }: HotlineList,
  invite: SipMessage,
  trunkId: string | undefined,
): EdgeHotline | undefined {
  const find = (dialled: string) => hotlines.find(({ number }) => number === dialled);
  const trunk = trunks.find(({ id }) => id === trunkId);
  const delivered = deliveredIn(invite, trunk);
  // A carrier that we register at may call our contact: then the number stands in To.
  const isContact = delivered === trunk?.contact && find(delivered) === undefined;
  const number = isContact ? userIn(invite, 'to') : delivered;
  return find(rewritten(number, trunk));
}

const HEADERS: Record<Exclude<CalledSource, 'uri'>, string> = {
  to: 'to',
  'called-party': 'p-called-party-id',
  diversion: 'diversion',
};

/** The first that the INVITE has; RFC 7315 §4.2 has P-Called-Party-ID. */
function deliveredIn(invite: SipMessage, trunk: EdgeTrunk | undefined): string {
  const sources = trunk?.called?.sources ?? [];
  const source = sources.find((one) => one === 'uri' || invite.has(HEADERS[one])) ?? 'uri';
  return source === 'uri' ? userOf(invite.uri) : userIn(invite, HEADERS[source]);
}

const userIn = (invite: SipMessage, header: string): string =>
  userOf(parseNameAddr(invite.get(header) ?? '').uri);

function rewritten(number: string, trunk: EdgeTrunk | undefined): string {
  let made = number;
  for (const { match, replace, goesOn } of trunk?.called?.rules ?? []) {
    const found = new RegExp(match).exec(made);
    if (found === null) continue;
    made = replace + (found[1] ?? '');
    if (!goesOn) break;
  }
  return made;
}
