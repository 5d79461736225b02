/** Reads a REFER (RFC 3515) of one of our phones. Pure; whether the phone may is decided elsewhere. */
import type { SipRequest } from './drachtio';
import { userPart } from './identity';

export type ReferRequest =
  /** Somebody else is to take the caller. */
  | { is: 'blind'; dialled: string }
  /** The two of another dialog of the phone's are to be joined (RFC 3891). */
  | AttendedRefer
  | { is: 'refused'; status: 400 | 501 };

export interface AttendedRefer {
  is: 'attended';
  dialled: string;
  replaces: Replaces;
}

/** The dialog to be replaced; tags as its owner, us, has them. */
export interface Replaces {
  callId: string;
  ourTag: string;
  theirTag: string;
  /** Only a dialog that is not answered yet. */
  earlyOnly: boolean;
}

/** RFC 3515 §2.4.2: exactly one Refer-To. Only calls are ours to make: another method is not done. */
export function readRefer(req: Pick<SipRequest, 'get' | 'has'>): ReferRequest {
  const referTo = req.has('Refer-To') ? req.get('Refer-To').trim() : '';
  if (referTo === '' || /,\s*(<|sips?:|tel:)/i.test(referTo)) return { is: 'refused', status: 400 };
  const uri = (/<([^>]*)>/.exec(referTo)?.[1] ?? referTo.split(';')[0] ?? '').trim();
  if (!/^(sips?|tel):/i.test(uri)) return { is: 'refused', status: 400 };
  const method = /;\s*method=([^;?>\s]+)/i.exec(uri)?.[1];
  if (method !== undefined && method.toUpperCase() !== 'INVITE')
    return { is: 'refused', status: 501 };
  const dialled = userPart(`<${uri}>`);
  const header = /[?&]replaces=([^&>\s]*)/i.exec(uri)?.[1];
  if (header === undefined) {
    return dialled === '' ? { is: 'refused', status: 400 } : { is: 'blind', dialled };
  }
  const replaces = readReplaces(decoded(header));
  return replaces ? { is: 'attended', dialled, replaces } : { is: 'refused', status: 400 };
}

/** `<Call-ID>;to-tag=…;from-tag=…` (RFC 3891 §6.1), whose to-tag is that of the one who is asked; null for none. */
export function readReplaces(value: string): Replaces | null {
  const callId = value.split(';')[0]?.trim() ?? '';
  const tag = (name: string) => new RegExp(`;\\s*${name}=([^;\\s]+)`, 'i').exec(value)?.[1];
  const [ourTag, theirTag] = [tag('to-tag'), tag('from-tag')];
  if (callId === '' || ourTag === undefined || theirTag === undefined) return null;
  return { callId, ourTag, theirTag, earlyOnly: /;\s*early-only\b/i.test(value) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
