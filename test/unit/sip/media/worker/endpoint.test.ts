import type { AgreedAudio } from '../../../../../sip/sdp/negotiate';
import { Clip } from '../../../../../sip/media/worker/clip';
import { Endpoint } from '../../../../../sip/media/worker/endpoint';
import { Playlist, SILENCE } from '../../../../../sip/media/worker/sounds';

/** What the play of one endpoint came to; its keys are 1 and #. */
async function playing(
  work: (endpoint: Endpoint) => void,
  start: 'startPlay' | 'startMixed' = 'startPlay',
): Promise<string[]> {
  const ends: string[] = [];
  const endpoint = await Endpoint.open(
    { address: '127.0.0.1', port: 0 },
    (play, reason) => ends.push(`${play} ${reason}`),
    () => undefined,
    () => undefined,
  );
  const sound = new Playlist([new Clip({ rate: 8000, samples: new Int16Array(320) })]);
  endpoint[start]({ id: 'p', sound, then: SILENCE, interrupt: '1#' });
  work(endpoint);
  const told = [...ends];
  endpoint.close();
  return told;
}

const press = (endpoint: Endpoint, key: string): void => {
  endpoint.keys.told(key, 100, 0);
};
const ticks = (endpoint: Endpoint, count: number): void => {
  for (let n = 0; n < count; n++) endpoint.tick(n * 160, false);
};

test.each<[string, (endpoint: Endpoint) => void, string[]]>([
  [
    'the first of its keys ends a play, once',
    (e) => [...'2A1#'].forEach((key) => press(e, key)),
    ['p key'],
  ],
  ['other keys do not', (e) => [...'2*D0'].forEach((key) => press(e, key)), []],
  ['without a key it is heard to its end', (e) => ticks(e, 3), ['p finished']],
  ['a key after its end ends nothing', (e) => (ticks(e, 3), press(e, '1')), ['p finished']],
  ['something else in its place cuts it', (e) => (e.hear(SILENCE), press(e, '1')), ['p cut']],
])('%s', async (_what, work, ends) => {
  expect(await playing(work)).toEqual(ends);
});

/** A mix asks for so many frames. */
const mixed = (endpoint: Endpoint, count: number): void => {
  for (let n = 0; n < count; n++) endpoint.nextPrompt(new Int16Array(160));
};

test.each<[string, (endpoint: Endpoint) => void, string[]]>([
  ['is over when nothing is left, once', (e) => mixed(e, 4), ['p finished']],
  ['goes on when the mix takes over, and when it ends', (e) => (e.engage(), mixed(e, 2)), []],
  ['is ended by its keys', (e) => [...'21#'].forEach((key) => press(e, key)), ['p key']],
  ['is cut by the end of the talk', (e) => (e.disengage(), mixed(e, 3)), ['p cut']],
  [
    'waits while keys are pressed for who hears it',
    (e) => (e.sender.presses.press('1'), mixed(e, 4)),
    [],
  ],
  [
    'is cut by another',
    (e) => (e.startMixed({ id: 'q', sound: SILENCE, then: SILENCE, interrupt: '' }), mixed(e, 9)),
    ['p cut'],
  ],
])('a mixed play %s', async (_what, work, ends) => {
  expect(await playing(work, 'startMixed')).toEqual(ends);
});

/** What was agreed with a far side that hears us, or does not. */
const agreed = (direction: AgreedAudio['direction']): AgreedAudio => ({
  ...{ codec: 'PCMA', payloadType: 8, telephoneEvent: null, comfortNoise: null },
  ...{ ptimeMs: 20, packetMs: 20, rtcp: { mux: true, address: '127.0.0.1', port: 9 } },
  ...{ direction, remote: { address: '127.0.0.1', port: 9 } },
});

test.each<[string, AgreedAudio['direction'], (endpoint: Endpoint) => void, boolean]>([
  ['music', 'sendrecv', (e) => e.hear(SILENCE), true],
  ['music that nobody hears', 'inactive', (e) => e.hear(SILENCE), false],
  [
    'music after a hold',
    'inactive',
    (e) => (e.hear(SILENCE), e.agree(agreed('sendonly'), null)),
    true,
  ],
  ['a play that nobody hears, for it has an end', 'recvonly', () => undefined, true],
  ['what comes after it', 'recvonly', (e) => ticks(e, 3), false],
])('of each tick there is something to do for %s', async (_what, direction, work, expected) => {
  const seen: boolean[] = [];
  await playing((endpoint) => {
    endpoint.agree(agreed(direction), null);
    work(endpoint);
    seen.push(endpoint.ticks);
  });
  expect(seen).toEqual([expected]);
});

test('keys are looked for in the sound as long as a play waits for one, and no longer', async () => {
  const listens: boolean[] = [];
  await playing((endpoint) => {
    listens.push(endpoint.keys.listens);
    press(endpoint, '1');
    listens.push(endpoint.keys.listens);
    endpoint.startPlay({ id: 'q', sound: SILENCE, then: SILENCE, interrupt: '' });
    listens.push(endpoint.keys.listens);
  });
  expect(listens).toEqual([true, false, false]);
});
