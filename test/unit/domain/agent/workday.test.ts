import type { Activity, Agent } from '../../../../src/domain/agent/agent';
import { NOTHING_YET, withWork, workToday } from '../../../../src/domain/agent/workday';

const MINUTE = 60_000;
/** Of 2026-03-02 in Beijing. */
const MIDNIGHT = Date.UTC(2026, 2, 1, 16);

const idle = (since: number): Activity => ({ is: 'idle', since, resting: false });
const talking = (since: number): Activity => ({ is: 'talking', since, callId: 'call' });
const reserved = (since: number): Activity => ({
  ...{ is: 'reserved', since, idleSince: 0 },
  ...{ offerId: 'offer', callId: 'call' },
});

const start = { zone: 'Asia/Shanghai', today: NOTHING_YET, activity: idle(0) } as Agent;
/** The agent after these activities, each at its beginning. */
const after = (...activities: Activity[]): Agent =>
  activities.reduce(
    (agent, activity) => withWork(agent, { ...agent, activity }, activity.since),
    start,
  );

const noon = MIDNIGHT - 12 * 60 * MINUTE;
const aTalk = [reserved(noon), talking(noon + 1000), idle(noon + 1000 + 5 * MINUTE)];

test('a caller whom he took counts, and so long he has talked', () => {
  expect(workToday(after(...aTalk), MIDNIGHT - 1)).toMatchObject({
    ...{ calls: 1, talkMs: 5 * MINUTE, askedAt: noon },
  });
});

test('at midnight of his store the day is over', () => {
  expect(workToday(after(...aTalk), MIDNIGHT)).toBe(NOTHING_YET);
});

test('of a talk over midnight only what is of the new day', () => {
  const agent = after(
    reserved(MIDNIGHT - MINUTE),
    talking(MIDNIGHT - MINUTE),
    idle(MIDNIGHT + 2 * MINUTE),
  );
  expect(workToday(agent, MIDNIGHT + 2 * MINUTE)).toMatchObject({
    ...{ calls: 0, talkMs: 2 * MINUTE, askedAt: null },
  });
});

test('who goes on in a second call has talked in the first', () => {
  const agent = after(talking(noon), talking(noon + 3 * MINUTE), idle(noon + 4 * MINUTE));
  expect(workToday(agent, MIDNIGHT - 1)).toMatchObject({ calls: 0, talkMs: 4 * MINUTE });
});

test('of a talk that has outlived the app, what his day did not have when the next one began', () => {
  const again: Activity = { is: 'talking', since: noon, callId: 'call', countedTo: noon + MINUTE };
  const agent = after(again, idle(noon + 4 * MINUTE));
  expect(workToday(agent, MIDNIGHT - 1)).toMatchObject({ calls: 0, talkMs: 3 * MINUTE });
});

test('an offer that came to nothing is no call, and his turn is over', () => {
  expect(workToday(after(reserved(noon), idle(noon + MINUTE)), MIDNIGHT - 1)).toMatchObject({
    ...{ calls: 0, talkMs: 0, askedAt: noon },
  });
});
