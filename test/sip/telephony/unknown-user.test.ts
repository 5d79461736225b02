/**
 * A REGISTER for a phone that does not exist, and for one whose password is wrong, are answered alike:
 * who tries names learns none. Real engine, real app.
 */
import { createHash } from 'node:crypto';
import { WRONG_DIGESTS } from '../../../sip/guard/digest-block';
import type { SipMessage } from '../../../sip/message/sip-message';
import { ha1, parseDigest } from '../../../src/telephony/digest';
import { onlyOurs } from '../../support/needs';
import { Phone } from '../support/phone';
import { planWith, startEdge, startTestApp, type Edge, type TestApp } from './support';

let edge: Edge;
let app: TestApp;

beforeEach(async () => {
  edge = await startEdge();
  app = await startTestApp(edge, { plan: planWith(5061) });
});
afterEach(async () => {
  app.close();
  await edge.close();
});

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** What a phone makes of a challenge with a password that it takes for right. */
function credentials(challenge: string, user: string): string {
  const { realm = '', nonce = '' } = parseDigest(challenge);
  const ha2 = md5('REGISTER:sip:127.0.0.1');
  const response = md5(`${ha1(user, realm, 'guess')}:${nonce}:00000001:abc:auth:${ha2}`);
  return (
    `Authorization: Digest username="${user}", realm="${realm}", nonce="${nonce}", ` +
    `uri="sip:127.0.0.1", response="${response}", cnonce="abc", qop=auth, nc=00000001`
  );
}

/** What may differ from one attempt to the next, whoever it is for, made equal. */
function withoutChance({ text }: SipMessage, phone: Phone, user: string): string {
  return text
    .replaceAll(phone.callId, 'call')
    .replaceAll(phone.tag, 'phone')
    .replaceAll(String(phone.port), 'port')
    .replaceAll(user, 'user')
    .replace(/branch=[^;\r]+/, 'branch')
    .replace(/^(To: .*;tag=).*$/m, '$1')
    .replace(/nonce="[^"]+"/g, 'nonce')
    .replace(/^Date: .*$/m, 'Date:');
}

/** The answers to a REGISTER without credentials, and to two more wrong digests than are borne. */
async function answersTo(user: string): Promise<string[]> {
  const phone = await Phone.udp();
  const answers: string[] = [];
  let challenge = '';
  for (let cseq = 1; cseq <= WRONG_DIGESTS + 3; cseq++) {
    const headers = challenge === '' ? [] : [credentials(challenge, user)];
    phone.ask(edge.udpPort, { method: 'REGISTER', cseq, to: `<sip:${user}@127.0.0.1>`, headers });
    const answer = await phone.got.next('an answer', () => true, { from: cseq - 1 });
    challenge = answer.get('www-authenticate') ?? challenge;
    answers.push(withoutChance(answer, phone, user));
  }
  phone.close();
  return answers;
}

onlyOurs.each([
  ['a phone that there is not', '9999'],
  ['one that does not register', '8002'],
])(
  '%s is refused like one with a wrong password, before the block and after',
  async (_what, user) => {
    const wrong = await answersTo('8001');
    expect(await answersTo(user)).toEqual(wrong);
    const statuses = wrong.map((text) => Number(text.slice(8, 11)));
    const before = Array<number>(WRONG_DIGESTS + 1).fill(401);
    expect(statuses).toEqual([...before, 403, 403]);
    expect(edge.signalling.counters.digestBlocked).toBe(4);
  },
);
