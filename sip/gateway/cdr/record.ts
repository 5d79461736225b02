import type { ControlEvent } from '../../control/protocol';

/**
 * Which call detail record an event of a call gives, in the words of the drachtio protocol. Pure;
 * `cdrs.ts` knows which calls are counted and who is told.
 *
 *     attempt --(2xx)--> start --(BYE, or an end that we make)--> stop
 *        |
 *        +--(refused, cancelled)--> stop
 */
export type CallRecord =
  | { kind: 'attempt'; source: Source }
  | { kind: 'start'; source: Source; role: Role }
  | { kind: 'stop'; source: Source; reason: StopReason };

/** `network`: the message of the record was received; `application`: it was sent. */
export type Source = 'network' | 'application';
/** What we are to the call: the two of a proxy face the target and the caller. */
export type Role = 'uac' | 'uas' | 'proxy-uac' | 'proxy-uas';

export type StopReason =
  | 'call-rejected'
  | 'call-canceled'
  | 'normal-release'
  | 'session-expired'
  | 'system-initiated-termination'
  | 'system-error-initiated-termination';

export type EndCause = Extract<ControlEvent, { event: 'dialog.ended' }>['cause'];

export type CallEvent =
  /** An INVITE outside dialogs came in, or left. */
  | { event: 'invited'; by: 'them' | 'us' }
  /** Its final response; who gave it follows from what we are to the call. */
  | { event: 'answered'; role: Role; status: number }
  /** The caller's CANCEL came in. */
  | { event: 'cancelled' }
  /** A BYE of the far end, or of an app. */
  | { event: 'released'; by: 'them' | 'us' }
  /** We hang up on our own account; undefined where no app was to know of it. */
  | { event: 'ended'; cause: EndCause | undefined }
  /** Its app is gone, and with it what we knew of the call. */
  | { event: 'lost' };

export function recordOf(event: CallEvent): CallRecord {
  switch (event.event) {
    case 'invited':
      return { kind: 'attempt', source: sourceOf(event.by) };
    case 'answered':
      return answered(event.role, event.status);
    case 'cancelled':
      return { kind: 'stop', source: 'network', reason: 'call-canceled' };
    case 'released':
      return { kind: 'stop', source: sourceOf(event.by), reason: 'normal-release' };
    case 'ended':
      return { kind: 'stop', source: 'application', reason: reasonOf(event.cause) };
    case 'lost':
      return { kind: 'stop', source: 'application', reason: 'system-error-initiated-termination' };
  }
}

function answered(role: Role, status: number): CallRecord {
  const source = sourceOf(role === 'uas' || role === 'proxy-uas' ? 'us' : 'them');
  if (status < 300) return { kind: 'start', source, role };
  return { kind: 'stop', source, reason: status === 487 ? 'call-canceled' : 'call-rejected' };
}

function reasonOf(cause: EndCause | undefined): StopReason {
  if (cause === 'session-expired') return 'session-expired';
  // The far end was told that it is answered and never showed that it heard.
  if (cause === 'ack-timeout') return 'system-error-initiated-termination';
  return 'system-initiated-termination';
}

function sourceOf(by: 'them' | 'us'): Source {
  return by === 'them' ? 'network' : 'application';
}
