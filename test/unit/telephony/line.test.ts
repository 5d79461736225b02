import { EventEmitter } from 'node:events';
import pino from 'pino';
import type { SipDialog } from '../../../src/telephony/drachtio';
import { LegTable } from '../../../src/telephony/legs';
import { carryDialog, type LineContext } from '../../../src/telephony/line';
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
