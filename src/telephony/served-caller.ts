/**
 * A caller whom the edge served while no app was there: his INVITE is read as if it had come to us, and
 * he becomes a fact. One whom a former app had known of already is ended like any other leg of its.
 */
import { causeOfServed } from '../domain/call/served-alone';
import type { CallerServed } from '../domain/events';
import { readNote } from '../domain/leg-note';
import type { EventLine } from '../../sip/index';
import { readRequest } from './drachtio';
import type { Inbound, InboundContext } from './inbound';
import { endLeg } from './line';

type ServedLine = Extract<EventLine, { event: 'caller.served' }>;

export interface ServedCallerContext extends InboundContext {
  /** True when the call is in the records: the edge tells a fact again when it was not acknowledged. */
  isKnown: (callId: string) => Promise<boolean>;
  /** Resolves when everything submitted so far is on disk. */
  written: () => Promise<void>;
  storeOf: (hotline: string) => string | undefined;
  /** A caller for whom there was no stream. */
  refused: (hotline: string) => void;
  callerOf: Inbound['callerOf'];
}

/** Resolves when the fact is in the journal. */
export async function takeServedCaller(
  context: ServedCallerContext,
  line: ServedLine,
): Promise<void> {
  const note = readNote(line.note);
  const leg = note && context.legs.get(note.legId);
  const cause = causeOfServed(line.result);
  // A former app may have noted the call and fallen before its own journal had it.
  const callId = note?.callId ?? line.id;
  if (leg) endLeg(context, leg, cause, line.endedAt);
  else if (!(await isKnown(context, callId))) context.submit(await factOf(context, line, callId));
  else if (note) {
    const { legId } = note;
    context.submit({ type: 'leg.ended', at: line.endedAt, legId, callId, cause });
  }
  if (line.result === 'over-capacity') context.refused(line.hotline);
  await context.written();
}

/** A database that is away knows nothing; the journal is replayed by id all the same. */
async function isKnown({ isKnown: known, log }: ServedCallerContext, id: string): Promise<boolean> {
  return known(id).catch((err: unknown) => {
    log.warn({ err }, 'a served caller may be known already');
    return false;
  });
}

async function factOf(
  context: ServedCallerContext,
  line: ServedLine,
  callId: string,
): Promise<CallerServed> {
  const { hotline, trunkId, arrivedAt, answeredAt, endedAt, result } = line;
  const from = context.callerOf(readRequest(line.invite), trunkId).number;
  const store = context.storeOf(hotline);
  const unknown = { result: from === '' ? 'none' : 'unavailable' } as const;
  return {
    type: 'caller.served',
    at: context.now(),
    callId,
    ids: { leadId: context.makeId(), promiseId: context.makeId() },
    ...{ hotline, trunkId, from, arrivedAt, answeredAt, endedAt, result },
    lookup: store === undefined ? unknown : await context.lookup.find(store, from),
  };
}
