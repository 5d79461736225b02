import { agentHost, hotlineOf, type Lane } from './lane';
import { PASSWORD, type TestPlan } from './plan';

/** The plan of the README with a hotline, a queue and a telemarketer for each lane. */
export function planOf(plan: TestPlan, lanes: readonly Lane[]): TestPlan {
  const [queue] = plan.queues;
  if (queue === undefined) throw new Error('the plan has no queue');
  const post = 'telemarketer' as const;
  return {
    ...plan,
    queues: lanes.map(({ index, wrapUpSeconds }) => ({ ...queue, id: `q${index}`, wrapUpSeconds })),
    hotlines: lanes.map(({ index }) => ({
      number: hotlineOf(index),
      store: queue.store,
      queue: `q${index}`,
      notice: 'none',
    })),
    people: [
      ...plan.people,
      ...lanes.map(({ index }) => ({
        ...{ id: `t${index}`, name: `坐席${index}`, post, password: PASSWORD },
        ...{ store: queue.store, queues: [`q${index}`] },
      })),
    ],
    phones: lanes.map(({ index, agent }) => ({
      id: `9${index}`,
      kind: 'static' as const,
      contact: `sip:a${index}@${agentHost(index)}:${agent.sip.port}`,
      person: `t${index}`,
      autoReady: true,
      watch: false,
    })),
  };
}
