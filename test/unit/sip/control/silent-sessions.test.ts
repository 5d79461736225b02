import { once } from 'node:events';
import pino from 'pino';
import { connectControl } from '../../../../sip/control/client';
import type { DialogDirectory } from '../../../../sip/control/ports';
import type { EventLine, LiveDialog } from '../../../../sip/control/protocol';
import { SECRET, startMediaEdge, type MediaEdge } from '../../../support/media-edge';
import { TonePhone } from '../../../support/tone-phone';
import { waitFor } from '../../../support/wait';

/** Quality is told every 5 s of sound: less would take a talk for silent. */
const AFTER_MS = 6000;
const APP = 'sales';

let edge: MediaEdge;
const phones: TonePhone[] = [];
const dialogs: DialogDirectory = {
  list: () => [{ dialogId: 'd', session: 'on hold' } as LiveDialog],
  note: () => false,
  reattached: () => undefined,
  invites: () => [],
  noteInvite: () => undefined,
  whole: () => Promise.resolve(),
  hotlines: () => undefined,
};

beforeAll(async () => {
  edge = await startMediaEdge({ dialogs, silence: { afterMs: AFTER_MS, lookEveryMs: 50 } });
});
afterAll(async () => {
  for (const phone of phones) phone.close();
  await edge.close();
});

const sessions = () => edge.media.list(APP).map(({ session }) => session);

test('of an absent app those are closed in which nothing is received and of which no dialog lives', async () => {
  const log = pino({ level: 'silent' });
  const control = connectControl({ ...edge.server.address, secret: SECRET, app: APP, log });
  await once(control, 'connected');
  for (const session of ['silent', 'on hold', 'talking', 'hung up']) {
    const phone = await TonePhone.open({ tone: 440 });
    phones.push(phone);
    const offer = phone.sdp();
    const params = { session, endpoint: 'customer', offer };
    const { answer } = await control.command('endpoint.answer', params);
    if (session === 'talking' || session === 'hung up') phone.talkTo(answer);
  }
  await control.command('session.note', { session: 'only a note', note: '{}' });
  expect(sessions()).toHaveLength(5);

  await new Promise<void>((resolve) =>
    control.on('event', (line: EventLine) => {
      if (line.event === 'endpoint.quality' && line.session === 'hung up') resolve();
    }),
  );
  control.close();
  // Nobody says so.
  phones.pop()?.close();
  const isOver = (session: string) => () => !sessions().includes(session);
  await waitFor('the silent one to be closed', isOver('silent'), 10_000);
  await waitFor('the talk to be over', isOver('hung up'), 15_000);
  expect(sessions()).toEqual(['on hold', 'talking', 'only a note']);
}, 40_000);
