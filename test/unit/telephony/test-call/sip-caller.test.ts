import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { SipCaller } from '../../../../src/telephony/test-call/sip-caller';

/** A listener that rings, and answers what the test says. */
let edge: Socket;
let caller: SipCaller;
let sent: string[];
let answers: (method: string) => string[];

/** `487 to INVITE`; to what was sent unless it says to what. */
const respond = (request: string, said: string): string => {
  const [status, method] = said.split(' to ');
  const kept = request.split('\r\n').filter((line) => /^(via|from|call-id):/i.test(line));
  const cseq = /^CSeq: (.*)$/m.exec(request)?.[1]?.trim() ?? '';
  return [
    ...[`SIP/2.0 ${status} x`, ...kept, 'To: <sip:400@127.0.0.1>;tag=edge'],
    `Contact: <sip:127.0.0.1:${edge.address().port}>`,
    ...[`CSeq: ${method === undefined ? cseq : `1 ${method}`}`, 'Content-Length: 0', '', ''],
  ].join('\r\n');
};

beforeEach(async () => {
  sent = [];
  edge = createSocket('udp4');
  edge.on('message', (data, from) => {
    const request = data.toString('latin1');
    const method = request.split(' ')[0] ?? '';
    sent.push(method);
    for (const said of answers(method)) edge.send(respond(request, said), from.port, from.address);
  });
  edge.bind(0, '127.0.0.1');
  await once(edge, 'listening');
  caller = await SipCaller.open(`127.0.0.1:${edge.address().port}`);
});
afterEach(() => edge.close());

const takenBack = async (said: string[]): Promise<string[]> => {
  answers = (method) =>
    method === 'INVITE' ? ['180'] : method === 'ACK' ? [] : method === 'CANCEL' ? said : ['200'];
  expect(await caller.invite('400', { headers: [], body: '', patienceMs: 50 })).toBeNull();
  while (!sent.includes('ACK')) await once(edge, 'message');
  caller.close();
  return sent;
};

test('an INVITE that is not answered in time is taken back, and its 487 acknowledged', async () => {
  expect(await takenBack(['200', '487 to INVITE'])).toEqual(['INVITE', 'CANCEL', 'ACK']);
});

test('one whose 200 crosses that is hung up on', async () => {
  expect(await takenBack(['200', '200 to INVITE'])).toEqual(['INVITE', 'CANCEL', 'ACK', 'BYE']);
});
