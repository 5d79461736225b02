import { EventEmitter } from 'node:events';
import pino from 'pino';
import type { SipDialog } from '../../../src/telephony/drachtio';
import type { DialogNote } from '../../../src/telephony/edge-dialogs';
import { LegTable, type Leg } from '../../../src/telephony/legs';
import { carryDialog, noteLeg, type LineContext } from '../../../src/telephony/line';
import type { DomainEvent } from '../../../src/domain/events';

test('a leg whose BYE was read before anybody could listen for it ends all the same', () => {
  const told: DomainEvent[] = [];
  const released: string[] = [];
  const legs = new LegTable();
  const context = {
    legs,
    media: { release: (_call: string, leg: string) => released.push(leg) },
    submit: (event: DomainEvent) => told.push(event),
    log: pino({ level: 'silent' }),
    now: () => 7,
  } as unknown as LineContext;
  const leg = legs.add({ id: 'leg1', callId: 'call1', role: 'caller', state: 'answering' });
  const dialog = Object.assign(new EventEmitter(), { id: 'd1', connected: false });
  carryDialog(context, leg, dialog as unknown as SipDialog);
  expect(told).toEqual([{ type: 'leg.ended', at: 7, legId: 'leg1', cause: 'hangup' }]);
  expect(released).toEqual(['leg1']);
});

test('offers of the far side are answered one at a time', async () => {
  const legs = new LegTable();
  const answers: ((sdp: string) => void)[] = [];
  const context = {
    legs,
    media: {
      answerOffer: () => new Promise<string>((resolve) => answers.push(resolve)),
      makeOffer: () => Promise.resolve('our offer'),
    },
    submit: () => undefined,
    log: pino({ level: 'silent' }),
    now: () => 7,
  } as unknown as LineContext;
  const leg = legs.add({ id: 'leg1', callId: 'call1', role: 'agent', state: 'ringing' });
  const parts = { id: 'd1', connected: true, local: { contact: '<sip:us@x>', sdp: '' } };
  const dialog = Object.assign(new EventEmitter(), parts);
  carryDialog(context, leg, dialog as unknown as SipDialog);
  const sent: [string, number, string | undefined][] = [];
  const offers = (event: string, cseq: number, body: string) => {
    const get = () => `${cseq} INVITE`;
    const request = { method: event === 'modify' ? 'INVITE' : 'UPDATE', body, get };
    const send = (status: number, options?: { headers?: Record<string, string> }) =>
      sent.push([`${event} ${cseq}`, status, options?.headers?.['Retry-After']]);
    dialog.emit(event, request, { send });
  };
  const sdp =
    'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n';
  offers('modify', 1, sdp);
  offers('modify', 2, sdp);
  offers('update', 3, sdp);
  expect(sent.splice(0)).toEqual([
    ['modify 2', 500, expect.stringMatching(/^(\d|10)$/)],
    ['update 3', 500, expect.stringMatching(/^(\d|10)$/)],
  ]);
  answers[0]?.(sdp);
  await new Promise(setImmediate);
  // Ours goes out in the 200, and nothing may come before its answer.
  offers('modify', 4, '');
  await new Promise(setImmediate);
  offers('update', 5, sdp);
  expect(sent).toEqual([
    ['modify 1', 200, undefined],
    ['modify 4', 200, undefined],
    ['update 5', 491, undefined],
  ]);
});

test('the edge is told a note once, and again when another leg has borne the dialog or it was lost', () => {
  const told: (string | undefined)[] = [];
  let isCut = false;
  const edge = {
    note: (_dialog: string, { endpoint }: DialogNote, lost: () => void) => {
      told.push(endpoint);
      if (isCut) lost();
    },
  };
  const legs = new LegTable();
  const context = { legs, edge } as unknown as LineContext;
  const dialog = { id: 'd1' } as SipDialog;
  const [own, talk] = ['own', 'talk'].map((id): Leg => {
    const note = { callId: 'call1', legId: id, role: 'agent', agentId: 'wang' } as const;
    return { id, callId: 'call1', role: 'agent', state: 'answered', dialog, note };
  });
  for (const leg of [own!, own!, talk!, own!]) noteLeg(context, leg);
  expect(told).toEqual(['own', 'talk', 'own']);
  isCut = true;
  for (const leg of [talk!, talk!]) noteLeg(context, leg);
  expect(told).toEqual(['own', 'talk', 'own', 'talk', 'talk']);
});
