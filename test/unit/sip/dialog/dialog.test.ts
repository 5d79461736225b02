import {
  composeDialogRequest,
  dialogIdOf,
  uacDialog,
  uasDialog,
  type Dialog,
} from '../../../../sip/dialog/dialog';
import { DialogTable } from '../../../../sip/dialog/dialog-table';
import { parseMessage, type SipMessage } from '../../../../sip/message/sip-message';
import type { Flow } from '../../../../sip/transport/flow';

const flow = {
  protocol: 'udp',
  reliable: false,
  address: '10.0.0.2',
  port: 5060,
  localHost: '10.0.0.1',
  localPort: 5060,
  id: 'udp:10.0.0.2:5060',
  send: () => undefined,
} satisfies Flow;

function message(lines: string[]): SipMessage {
  const parsed = parseMessage([...lines, 'Content-Length: 0', '', ''].join('\r\n'));
  if (parsed === undefined) throw new Error('not a message');
  return parsed;
}

const shared = [
  'Via: SIP/2.0/UDP 10.0.0.2;branch=z9hG4bK1',
  'From: <sip:a@x>;tag=alice',
  'Call-ID: c1',
  'CSeq: 10 INVITE',
  'Contact: <sip:a@10.0.0.2>',
  'Record-Route: <sip:p1;lr>',
  'Record-Route: <sip:p2;lr>',
];
const invite = message(['INVITE sip:b@y SIP/2.0', 'To: <sip:b@y>', ...shared]);
const ok = message(['SIP/2.0 200 OK', 'To: <sip:b@y>;tag=bob', ...shared]);

const asUas = (): Dialog =>
  uasDialog(invite, flow, { tag: 'bob', to: '<sip:b@y>', contact: '<sip:us>', firstCseq: 5 });

test('the answering side keeps the routes as they came and From as its remote party', () => {
  const dialog = asUas();
  expect(dialog.routeSet).toEqual(['<sip:p1;lr>', '<sip:p2;lr>']);
  expect([dialog.localTag, dialog.remoteTag]).toEqual(['bob', 'alice']);
  expect([dialog.localCseq, dialog.remoteCseq]).toEqual([5, 10]);
  expect(dialog.localParty).toBe('<sip:b@y>;tag=bob');
});

test('the asking side turns the routes round and counts on from its INVITE', () => {
  const dialog = uacDialog(invite, ok, flow);
  expect(dialog.routeSet).toEqual(['<sip:p2;lr>', '<sip:p1;lr>']);
  expect([dialog.localTag, dialog.remoteTag]).toEqual(['alice', 'bob']);
  expect([dialog.localCseq, dialog.remoteCseq]).toEqual([10, -1]);
});

test('both sides name the dialog by the tag of who asked first', () => {
  expect(asUas().id).toBe('c1;from-tag=alice');
  expect(uacDialog(invite, ok, flow).id).toBe(dialogIdOf('c1', 'alice'));
});

test('older requests are refused, repeated numbers are not', () => {
  const dialog = asUas();
  expect(dialog.accepts(11)).toBe(true);
  expect(dialog.accepts(11)).toBe(true);
  expect(dialog.accepts(10)).toBe(false);
});

test('a new Contact moves the target, a message without one does not', () => {
  const dialog = asUas();
  dialog.refresh(message(['INVITE sip:b SIP/2.0', 'Contact: <sip:new@10.0.0.3>']), flow);
  expect(dialog.target).toBe('sip:new@10.0.0.3');
  dialog.refresh(message(['UPDATE sip:b SIP/2.0']), flow);
  expect(dialog.target).toBe('sip:new@10.0.0.3');
});

test('an early dialog without Contact is reached at the INVITE’s URI, a confirmed one not at all', () => {
  const bare = message(['SIP/2.0 180 Ringing', 'To: <sip:b@y>;tag=bob', 'Call-ID: c1']);
  const dialog = uacDialog(invite, bare, flow);
  expect(dialog.requestUri).toBe('sip:b@y');
  dialog.confirmByResponse(bare, flow);
  expect(dialog.requestUri).toBeUndefined();
});

test('a request inside the dialog carries its routes, tags and number', () => {
  const text = composeDialogRequest(asUas(), {
    method: 'INFO',
    cseq: 6,
    branch: 'z9hG4bKx',
    flow,
    headers: 'X-A: 1\r\n',
    body: 'hi',
  });
  expect(text).toBe(
    [
      'INFO sip:a@10.0.0.2 SIP/2.0',
      'Via: SIP/2.0/UDP 10.0.0.1:5060;rport;branch=z9hG4bKx',
      'Route: <sip:p1;lr>',
      'Route: <sip:p2;lr>',
      'Max-Forwards: 70',
      'From: <sip:b@y>;tag=bob',
      'To: <sip:a@x>;tag=alice',
      'Call-ID: c1',
      'CSeq: 6 INFO',
      'X-A: 1',
      'Content-Length: 2',
      '',
      'hi',
    ].join('\r\n'),
  );
});

describe('the table of dialogs', () => {
  test('finds a dialog by the tags of a request and by id, until it is removed', () => {
    const table = new DialogTable<{ dialog: Dialog }>();
    const held = { dialog: asUas() };
    table.add(held);
    const bye = message(['BYE sip:b SIP/2.0', 'To: <sip:b@y>;tag=bob', ...shared]);
    expect(table.ofRequest(bye)).toBe(held);
    expect(table.ofRequest(invite)).toBeUndefined();
    expect(table.withId('c1;from-tag=alice')).toBe(held);
    table.remove(held);
    expect([table.ofRequest(bye), table.withId(held.dialog.id), table.size]).toEqual([
      undefined,
      undefined,
      0,
    ]);
  });

  test('of two dialogs with one id the later keeps it when the earlier goes', () => {
    const table = new DialogTable<{ dialog: Dialog }>();
    const first = { dialog: uacDialog(invite, ok, flow) };
    const other = message(['SIP/2.0 200 OK', 'To: <sip:b@y>;tag=carol', ...shared]);
    const second = { dialog: uacDialog(invite, other, flow) };
    table.add(first);
    table.add(second);
    table.remove(first);
    expect(table.withId('c1;from-tag=alice')).toBe(second);
  });
});
