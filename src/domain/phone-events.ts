/** What is told of phones, and of what is entered at them. */
import type { PhoneLossReason } from './agent/phone-loss';
import type { CallId, LegId, PhoneId } from './ids';
import type { Instant } from './time';

/** A phone can be rung: it registered, or it is static. */
export interface PhoneReachable {
  type: 'phone.reachable';
  at: Instant;
  phoneId: PhoneId;
}

/** No registration of the phone is left, or it answers at none of its places. */
export interface PhoneUnreachable {
  type: 'phone.unreachable';
  at: Instant;
  phoneId: PhoneId;
  reason: PhoneLossReason;
}

/**
 * Somebody tried to register a phone without being it: with another password, with credentials that were sent before
 * (`REPLAYED`), with those of another phone (`NOT_THIS_PHONE`), or by
 * the page of another person (`NOT_THIS_PERSON`).
 */
export interface RegistrationRefused {
  type: 'registration.refused';
  at: Instant;
  /** His address. */
  who: string;
  /** As he named it, at most 64 characters. */
  phone: string;
  what: 'WRONG_CREDENTIALS' | 'REPLAYED' | 'NOT_THIS_PHONE' | 'NOT_THIS_PERSON';
}

/** The far side of a leg pressed a key, one of `0123456789*#ABCD`. */
export interface KeyPressed {
  type: 'key.pressed';
  at: Instant;
  callId: CallId;
  legId: LegId;
  key: string;
}

/**
 * The PIN that was entered at a phone was looked at; `unknown`: it could not be; `unread`: it is right, and he has first to
 * acknowledge that he is recorded.
 */
export interface PinChecked {
  type: 'pin.checked';
  at: Instant;
  callId: CallId;
  legId: LegId;
  result: 'right' | 'wrong' | 'unknown' | 'unread';
}
