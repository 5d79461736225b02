import pino from 'pino';
import type { DialCommand } from '../../../src/engine/ports';
import { ringPhones, type ForkContext } from '../../../src/telephony/forking';
import { LegTable } from '../../../src/telephony/legs';
import { endLeg } from '../../../src/telephony/line';

/** What a cut of the connection does to a leg that the edge knows nothing of. */
test('a leg that ended while its offer was made rings no phone', async () => {
  const told: string[] = [];
  const invited: string[] = [];
  let made: (sdp: string) => void = () => undefined;
  const offer = new Promise<string>((resolve) => (made = resolve));
  const target = { uri: 'sip:8002@127.0.0.1', secure: false };
  const context = {
    legs: new LegTable(),
    media: { makeOffer: () => offer, release: () => undefined },
    registrar: { ways: () => [{ phoneId: '8002', target }], autoAnswer: () => undefined },
    srf: () => ({ createUAC: (uri: string) => (invited.push(uri), Promise.reject(new Error())) }),
    submit: ({ type }: { type: string }) => told.push(type),
    log: pino({ level: 'silent' }),
    now: () => 7,
  } as unknown as ForkContext;
  const leg = context.legs.add({ id: 'leg1', callId: 'call1', role: 'agent', state: 'dialling' });
  const command = { callId: 'call1', legId: 'leg1', from: '', displayName: '', towards: null };
  const to = { kind: 'phone', agentId: 'li', phoneId: '8002' } as const;
  ringPhones(context, leg, { ...command, to } as DialCommand, to);
  endLeg(context, leg, 'broken');
  made('v=0');
  await new Promise(setImmediate);
  expect({ told, invited }).toEqual({ told: ['leg.ended'], invited: [] });
});
