import type { Activity, Agent } from '../../../src/domain/agent/agent';
import type { Call } from '../../../src/domain/call/call';
import { Serving } from '../../../src/engine/serving';

const agent = (activity: Partial<Activity>) => ({ id: 'bob', activity }) as Agent;
const call = (queueId: string, direction = 'inbound') =>
  new Map([['call', { direction, route: { queueId } } as Call]]);
const talking = agent({ is: 'talking', callId: 'call' });
const wrapUp = agent({ is: 'wrap-up', callId: 'call' });

test('the queue of the caller whom he got, wherever the call goes, and when it is forgotten', () => {
  const serving = new Serving();
  expect(serving.queueOf(agent({ is: 'reserved', callId: 'call' }), call('sales'))).toBe('sales');
  expect(serving.queueOf(talking, call('service'))).toBe('sales');
  expect(serving.queueOf(wrapUp, new Map())).toBe('sales');
  expect(serving.queueOf(agent({ is: 'idle' }), call('sales'))).toBeNull();
  expect(serving.queueOf(talking, call('service'))).toBe('service');
});

test('a call of ours is no caller', () => {
  expect(new Serving().queueOf(talking, call('sales', 'outbound'))).toBeNull();
  expect(new Serving().queueOf(talking, new Map())).toBeNull();
});
