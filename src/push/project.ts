/**
 * Who sees what: turns a notice of the domain into frames, each with its audience. Pure; knows no
 * connection. An audience is a rule, not a list of people, because those who reconnect are asked
 * the same question again when the frame is sent to them from the past.
 */
import type { AgentId, QueueId, StoreId } from '../domain/ids';
import { ERRORS, type RefusalCode } from '../domain/errors';
import type { Notice } from '../domain/notices';
import type { Organisation } from '../domain/organisation';
import { hasRight, mayIn, seesQueue, seesStore, type Asker } from '../domain/rights';
import type { ConsultEnded, PushPayload } from './events';

/** The people a frame is for. */
export type Audience =
  | { is: 'agent'; agentId: AgentId }
  | { is: 'agents'; agentIds: readonly AgentId[] }
  /** Posts that see everything live in the store. */
  | { is: 'overseers'; storeId: StoreId }
  /** Posts that see to what is of no store: machine, database, disk, trunks. */
  | { is: 'machine' }
  /** Overseers, the agent concerned, the colleague whom he asks, and the one whom he talks with. */
  | {
      is: 'agent-and-overseers';
      agentId: AgentId | null;
      storeId: StoreId | null;
      asked?: AgentId;
      /** At the other end of an internal call. */
      colleague?: AgentId;
      /** Agents who had it before. */
      earlier?: readonly AgentId[];
    }
  /** Who serves the queue, and overseers of its store. */
  | { is: 'queue'; queueId: QueueId; storeId: StoreId }
  /** The same, and whose lead or customer it is about, if he is of that store. */
  | { is: 'queue-and-owner'; queueId: QueueId; storeId: StoreId; ownerId: AgentId | null }
  /** Everybody of the store. */
  | { is: 'store'; storeId: StoreId }
  | { is: 'everybody' }
  /** Posts of the store that may hear recordings (A15). */
  | { is: 'listeners'; storeId: StoreId | null };

export interface Projection {
  audience: Audience;
  payload: PushPayload;
}

/**
 * The frames of a notice. A person gets the first whose audience he belongs to, so that one notice
 * is at most one frame to anybody; a richer frame for some stands before the poorer one for others.
 */
export function project(notice: Notice): Projection[] {
  switch (notice.kind) {
    case 'offer.created':
      return [
        {
          audience: { is: 'agent', agentId: notice.offer.agentId },
          payload: { type: 'offer.created', data: notice.offer },
        },
      ];
    case 'offer.withdrawn':
      return [
        {
          audience: { is: 'agent', agentId: notice.agentId },
          payload: {
            type: 'offer.withdrawn',
            data: { offerId: notice.offerId, reason: notice.reason, cause: notice.cause },
          },
        },
      ];
    case 'alarm.raised': {
      const { storeId } = notice.alarm;
      return [
        {
          audience: storeId === null ? { is: 'machine' } : { is: 'overseers', storeId },
          payload: { type: 'alarm.raised', data: notice.alarm },
        },
      ];
    }
    case 'read-only.updated':
      return [
        {
          audience: { is: 'everybody' },
          payload: { type: 'read-only.updated', data: { readOnly: notice.readOnly } },
        },
      ];
    case 'call.updated': {
      const { agentId, storeId, consult, colleagueId } = notice.call;
      const asked = consult?.agentId ?? null;
      return [
        {
          audience: {
            is: 'agent-and-overseers',
            ...{ agentId, storeId },
            ...(asked === null ? {} : { asked }),
            ...(colleagueId === undefined ? {} : { colleague: colleagueId }),
          },
          payload: { type: 'call.updated', data: notice.call },
        },
      ];
    }
    case 'caller.updated':
      return [
        {
          audience: { is: 'agents', agentIds: notice.agentIds },
          payload: { type: 'caller.updated', data: notice.caller },
        },
      ];
    case 'consult.ended': {
      const { agentId, callId, cause, code } = notice;
      return [
        {
          audience: { is: 'agent', agentId },
          payload: { type: 'consult.ended', data: { callId, cause, ...problemOf(code) } },
        },
      ];
    }
    case 'call.parked':
      return [
        {
          audience: { is: 'store', storeId: notice.parked.storeId },
          payload: { type: 'call.parked', data: notice.parked },
        },
      ];
    case 'call.unparked': {
      const { storeId, slot, callId } = notice.parked;
      return [
        {
          audience: { is: 'store', storeId },
          payload: { type: 'call.unparked', data: { slot, callId, reason: notice.reason } },
        },
      ];
    }
    case 'agent.updated': {
      const { id: agentId, storeId } = notice.agent;
      return [
        {
          audience: { is: 'agent-and-overseers', agentId, storeId },
          payload: { type: 'agent.updated', data: notice.agent },
        },
      ];
    }
    case 'queue.updated': {
      const { id: queueId, storeId } = notice.queue;
      return [
        {
          audience: { is: 'queue', queueId, storeId },
          payload: { type: 'queue.updated', data: notice.queue },
        },
      ];
    }
    case 'hotline.updated':
      return [
        {
          audience: { is: 'store', storeId: notice.hotline.storeId },
          payload: { type: 'hotline.updated', data: notice.hotline },
        },
      ];
    case 'recording.stored':
      return [
        {
          audience: { is: 'listeners', storeId: notice.storeId },
          payload: {
            type: 'recording.stored',
            data: { recordingId: notice.recordingId, callId: notice.callId },
          },
        },
      ];
    case 'form.updated': {
      // Whose it was must see that it is his no more.
      const { agentId, storeId, earlier } = notice.form;
      return [
        {
          audience: { is: 'agent-and-overseers', agentId, storeId, earlier },
          payload: { type: 'form.updated', data: notice.form },
        },
      ];
    }
    case 'promise.updated': {
      const { queueId, storeId, ownerId = null } = notice.promise;
      return [
        {
          audience: { is: 'queue-and-owner', queueId, storeId, ownerId },
          payload: { type: 'promise.updated', data: notice.promise },
        },
      ];
    }
  }
}

/** Whether the person belongs to the audience. */
export function belongsTo(
  person: Asker,
  audience: Audience,
  plan: Pick<Organisation, 'stores'>,
): boolean {
  switch (audience.is) {
    case 'agent':
      return person.id === audience.agentId;
    case 'agents':
      return audience.agentIds.includes(person.id);
    case 'overseers':
      return overseesStore(person, audience.storeId);
    case 'machine':
      return hasRight(person, 'machine.oversee', plan);
    case 'agent-and-overseers':
      return (
        [audience.agentId, audience.asked, audience.colleague].includes(person.id) ||
        audience.earlier?.includes(person.id) === true ||
        overseesStore(person, audience.storeId)
      );
    case 'queue':
      return seesQueue(person, { id: audience.queueId, storeId: audience.storeId });
    case 'queue-and-owner': {
      const { queueId: id, storeId, ownerId } = audience;
      const isOwner = person.id === ownerId && seesStore(person, storeId);
      return isOwner || seesQueue(person, { id, storeId });
    }
    case 'store':
      return seesStore(person, audience.storeId);
    case 'everybody':
      return true;
    case 'listeners':
      return mayIn(person, 'recordings.hear', audience.storeId);
  }
}

const problemOf = (code: RefusalCode | undefined): Pick<ConsultEnded, 'problem'> =>
  code === undefined
    ? {}
    : { problem: { code, message: { 'zh-CN': ERRORS[code].zh, en: ERRORS[code].en } } };

const overseesStore = (person: Asker, storeId: StoreId | null): boolean =>
  mayIn(person, 'store.oversee', storeId);
