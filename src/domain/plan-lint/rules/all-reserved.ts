/** Channels and people that are all kept for callers, so that nobody can be called. */
import { finding, type LintedPlan } from '../plan';

export const allReserved = ({ trunks, stores, people }: LintedPlan) => [
  ...trunks.flatMap(({ id, channels, reservedForInbound = 0, to }, index) =>
    to !== undefined && reservedForInbound >= channels
      ? [
          finding('warning', 'TRUNK_ALL_RESERVED', `trunks[${index}].reservedForInbound`, {
            zh: `中继 ${id} 的 ${channels} 路全部为来电保留：无法外呼，也无法回电。请减少保留数。`,
            en: `All ${channels} channels of ${id} are kept for callers: no call can go out by it, not even a call back. Reserve fewer.`,
          }),
        ]
      : [],
  ),
  ...stores.flatMap(({ id, reservedForInbound = 0 }, index) => {
    const staff = people.filter(({ store, queues }) => store === id && queues.length > 0).length;
    return reservedForInbound > 0 && reservedForInbound >= staff
      ? [
          finding('hint', 'STORE_ALL_RESERVED', `stores[${index}].reservedForInbound`, {
            zh: `专营店 ${id} 只有 ${staff} 名坐席，全部为来电保留：外呼任务永远不会分配给他们。请减少保留数。`,
            en: `The store ${id} has ${staff} agents, all of them kept for callers: campaigns never get one. Reserve fewer.`,
          }),
        ]
      : [];
  }),
];
