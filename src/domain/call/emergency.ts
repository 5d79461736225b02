/**
 * A call for help that carriers do not take: each refusal is told to the supervisors of the store and stands in the
 * audit with the gateway that gave it, while the next one is tried; and so is the end, when nobody is left to try, or
 * nothing was there to try it with.
 */
import type { AlarmRaised } from '../alarm';
import type { Effect } from '../effects';
import type { EndCause, FarSide } from '../end-cause';
import type { HelpRefused } from '../outgoing-events';
import type { StoreId } from '../ids';
import type { Instant } from '../time';
import type { CallIn } from './call';

/** One way did not carry it. */
export function refusedHelp(call: CallIn<'calling'>, event: HelpRefused): Effect[] {
  const { to, route, stage } = call;
  const detail = `${to} by ${event.trunkId} ${event.gateway}: ${whyNot(event)}`;
  return [
    {
      type: 'journal.write',
      record: {
        kind: 'audit.noted',
        ...{ who: stage.out.agentId || call.id, what: 'emergency.refused', subject: detail },
      },
    },
    {
      type: 'raise',
      event: {
        ...{ type: 'alarm.raised', at: event.at, code: 'EMERGENCY_REFUSED' },
        ...{ storeId: route.storeId, detail },
      },
    },
  ];
}

/** Nobody helps: who dialled gave it up no more than we did. */
export const helpFailed = (call: CallIn<'calling'>, cause: EndCause, at: Instant): Effect => ({
  type: 'raise',
  event: {
    ...{ type: 'alarm.raised', at, code: 'EMERGENCY_FAILED', storeId: call.route.storeId },
    detail: `${call.to}: ${cause}; dialled by ${call.stage.out.agentId} ${call.displayName}`,
  },
});

/** It became no call at all: no trunk of the store sends, no phone of his can be rung, or his phone has no media. */
export const helpUnplaced = (
  asked: { who: string; number: string; storeId: StoreId },
  why: string,
  at: Instant,
): AlarmRaised => ({
  ...{ type: 'alarm.raised', at, code: 'EMERGENCY_FAILED', storeId: asked.storeId },
  detail: `${asked.number}: ${why}; dialled by ${asked.who}`,
});

function whyNot({ far, reason }: { far?: FarSide; reason: string }): string {
  const { status, q850 } = far ?? {};
  if (status === undefined) return reason;
  return q850 === undefined ? String(status) : `${status} (Q.850 ${q850})`;
}
