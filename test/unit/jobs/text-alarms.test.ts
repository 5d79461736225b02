import type { GatewayAnswer } from '../../../src/jobs/message/gateway';
import { TextAlarms } from '../../../src/jobs/message/text-alarms';

const told = (answers: readonly GatewayAnswer['is'][]): string[] => {
  const codes: string[] = [];
  const alarms = new TextAlarms((code) => codes.push(code));
  for (const is of answers) alarms.answered({ is, detail: '' } as GatewayAnswer);
  return codes;
};

test('that the gateway is there is told at its first answer: before the start it may not have been', () => {
  expect(told(['taken', 'taken'])).toEqual(['TEXT_GATEWAY_UP']);
  expect(told(['busy', 'busy', 'taken'])).toEqual(['TEXT_GATEWAY_UP']);
  expect(told(['busy', 'busy', 'busy', 'busy', 'taken', 'busy', 'taken'])).toEqual([
    ...['TEXT_GATEWAY_DOWN', 'TEXT_GATEWAY_UP'],
  ]);
});
