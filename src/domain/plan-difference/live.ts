/**
 * What a change of the plan does to calls that go on now. None is interrupted; who is concerned is told in words. Pure.
 */
import type { AgentView, QueueView } from '../notices';
import type { CallSnapshot } from '../records';
import type { PlanChange } from './difference';

/** Calls, lines and agents as they are at this moment. */
export interface LiveCalls {
  calls: readonly Pick<CallSnapshot, 'hotline' | 'trunkId' | 'endedAt'>[];
  queues: readonly Pick<QueueView, 'id' | 'waiting' | 'callBacks' | 'consultations'>[];
  agents: readonly Pick<AgentView, 'id' | 'callId' | 'seat'>[];
}

export interface PlanWarning {
  section: string;
  id: string;
  zh: string;
  en: string;
}

type Texts = Omit<PlanWarning, 'section' | 'id'> | null;

/** By section: what is to be said of one that leaves the plan. */
const REMOVED: Record<
  string,
  (id: string, live: LiveCalls, value: Record<string, unknown>) => Texts
> = {
  hotlines(id, { calls }) {
    const on = going(calls).filter(({ hotline }) => hotline === id).length;
    return {
      zh: `新来电将被拒绝（404）。${on === 0 ? '' : `正在进行的 ${on} 个通话继续。`}`,
      en: `From now on its callers are refused (404).${on === 0 ? '' : ` ${calm(on, 'call')}.`}`,
    };
  },
  trunks(id, { calls }) {
    const on = going(calls).filter(({ trunkId }) => trunkId === id).length;
    return {
      zh: `来自其地址的新来电将被拒绝。${on === 0 ? '' : `正在进行的 ${on} 个通话继续。`}`,
      en: `Calls from its addresses are refused from now on.${on === 0 ? '' : ` ${calm(on, 'call')}.`}`,
    };
  },
  queues(id, { queues }) {
    const { waiting, callBacks, consultations } = queues.find((one) => one.id === id) ?? NOBODY;
    const on = waiting + callBacks + consultations;
    if (on === 0) return null;
    return {
      zh: `有 ${on} 人正在排队：将告知其无人接听，并承诺回电。`,
      en: `${on} in its line: they are told that nobody is there, and are promised a call.`,
    };
  },
  people: (id, { agents }) => (agents.some((one) => one.id === id && one.callId) ? TALKS : null),
  phones: (id, { agents }, { person }) =>
    agents.some((one) => one.callId && (one.seat === id || one.id === person)) ? TALKS : null,
};

const NOBODY = { waiting: 0, callBacks: 0, consultations: 0 };
const TALKS = {
  zh: '正在通话：该通话继续，之后不再接听。',
  en: 'In a talk, which goes on; there is no other after it.',
};
const REALM = {
  zh: '所有注册的话机须按新 realm 的密码重新注册。',
  en: 'Every registering phone has to register again, by its password in the new realm.',
};

export function liveWarnings(changes: readonly PlanChange[], live: LiveCalls): PlanWarning[] {
  return changes.flatMap((change) => {
    const texts = textsOf(change, live);
    return texts ? [{ section: change.section, id: change.id ?? '', ...texts }] : [];
  });
}

function textsOf(change: PlanChange, live: LiveCalls): Texts {
  if (change.is === 'changed') {
    const isRealm = change.section === 'sip' && change.fields.some((one) => one.field === 'realm');
    return isRealm ? REALM : null;
  }
  if (change.is === 'added' || change.id === null) return null;
  return REMOVED[change.section]?.(change.id, live, change.value) ?? null;
}

const going = (calls: LiveCalls['calls']) => calls.filter(({ endedAt }) => endedAt === null);

const calm = (count: number, what: string): string =>
  count === 1 ? `1 ${what} goes on` : `${count} ${what}s go on`;
