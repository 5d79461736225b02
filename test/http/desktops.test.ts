import type { PushLine } from '../support/push';
import { connect } from '../support/push';
import { NOW } from '../support/two-stores';
import { startHttp, type TestHttp, type TestOptions } from '../support/http';
import { waitFor } from '../support/wait';

/** What the engine is told of the pages that are open. */
let http: TestHttp;
const lines: PushLine[] = [];

const start = (options: TestOptions = {}): void => void (http = startHttp(options));

async function open(who: string, since?: number): Promise<PushLine> {
  const line = await connect(http, who, since === undefined ? {} : { since });
  lines.push(line);
  return line;
}

const told = (): string[] => http.desk.desktops.all;

afterEach(async () => {
  for (const { socket } of lines.splice(0)) socket.terminate();
  await http.close();
});

test('a page that connects and goes is told, each by its own name, whoever has it', async () => {
  start();
  const first = await open('wang');
  await open('chen');
  const second = await open('wang');
  await waitFor('three pages', () => told().length === 3);
  expect(told()).toEqual(['+wang 1', '+chen 2', '+wang 3']);
  second.socket.close();
  await waitFor('the end of the second', () => told().length === 4);
  first.socket.terminate();
  await waitFor('the end of the first', () => told().length === 5);
  expect(told().slice(3)).toEqual(['-wang 3', '-wang 1']);
});

test('one that goes on where it was cut off is another page', async () => {
  start();
  const line = await open('wang');
  const { seq } = await line.next('snapshot');
  line.socket.terminate();
  await waitFor('the end', () => told().length === 2);
  await open('wang', seq);
  await waitFor('the next', () => told().length === 3);
  expect(told()).toEqual(['+wang 1', '-wang 1', '+wang 2']);
});

test.each<[string, (line: PushLine) => void]>([
  ['says nothing for two heartbeats', ({ socket }) => socket.pause()],
  ['sends what is none of ours', ({ socket }) => [1, 2, 3].forEach(() => socket.send('?'))],
  ['outlives its session', () => void (http.clock.now = NOW + 43_200_000)],
])('one that %s is gone', async (_, fails) => {
  start({ heartbeatMs: 100 });
  const line = await open('wang');
  fails(line);
  await waitFor('its end', () => told().length === 2);
  expect(told()).toEqual(['+wang 1', '-wang 1']);
});

test('those that end with the app are not told as lost: they look for the next one', async () => {
  start();
  const line = await open('wang');
  await waitFor('the page', () => told().length === 1);
  await http.desktops.close();
  expect(await line.closed).toMatchObject({ code: 1001 });
  expect(told()).toEqual(['+wang 1']);
});
