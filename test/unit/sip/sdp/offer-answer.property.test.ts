import { parseSdp, serialiseSdp } from '../../../../sip/sdp/description';
import { directionOf, receives, sends } from '../../../../sip/sdp/direction';
import { SdpError } from '../../../../sip/sdp/errors';
import {
  answerOffer,
  readAnswer,
  type LocalAudio,
  type Standing,
} from '../../../../sip/sdp/negotiate';
import { makeOffer } from '../../../../sip/sdp/own-offer';
import { seeded, type Random } from '../../../simulation/random';
import { EVERYTHING, LOCAL, THEIR_KEY } from './descriptions';

/** What RFC 3264 asks of every answer, whatever the offer; each failure names its seed. */

const CALLS = 400;
const OFFERS_A_CALL = 5;

const FORMATS = ['0', '8', '9', '13', '18', '4', '96', '97', '98', '101', '111', '127'];
const MAPS = [
  'PCMA/8000',
  'pcmu/8000/1',
  'G722/8000',
  'telephone-event/8000',
  'CN/8000',
  'opus/48000/2',
];
const PROTOCOLS = ['RTP/AVP', 'RTP/AVP', 'RTP/AVPF', 'RTP/SAVP', 'UDP/TLS/RTP/SAVPF'];
const OTHERS = ['video 6000 RTP/AVP 31', 'image 6002 udptl t38', 'message 7 TCP/MSRP *'];
const SUITES = ['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32', 'AES_256_CM_HMAC_SHA1_80'];

function attribute(random: Random): string {
  const pick = (...values: string[]): string => random.pick(values) as string;
  return pick(
    'a=sendonly',
    'a=recvonly',
    'a=inactive',
    'a=sendrecv',
    `a=rtpmap:${random.pick(FORMATS)} ${random.pick(MAPS)}`,
    `a=rtpmap:${random.pick(FORMATS)} ${random.pick(MAPS)}`,
    `a=fmtp:${random.pick(FORMATS)} 0-${random.below(16)}`,
    `a=ptime:${random.below(90)}`,
    `a=maxptime:${random.below(200)}`,
    `a=rtcp:${random.below(70_000)}`,
    'a=rtcp-mux',
    `a=mid:${random.below(9)}`,
    `a=crypto:${random.below(9)} ${random.pick(SUITES)} inline:${THEIR_KEY}`,
    'a=candidate:1 1 UDP 2130706431 192.0.2.1 4000 typ host',
    `a=x-${random.below(99)}: y `,
    'b=AS:64',
    'i=somebody',
    `c=IN IP4 192.0.2.${random.below(255)}`,
    'c=IN IP4 0.0.0.0',
  );
}

function attributes(random: Random, most: number): string[] {
  return Array.from({ length: random.below(most) }, () => attribute(random));
}

function block(random: Random): string[] {
  if (random.chance(0.3)) return [`m=${random.pick(OTHERS)}`, ...attributes(random, 4)];
  const port = random.chance(0.15) ? 0 : 1024 + random.below(64_000);
  const formats = Array.from({ length: 1 + random.below(7) }, () => random.pick(FORMATS));
  const line = `m=audio ${port} ${random.pick(PROTOCOLS)} ${[...new Set(formats)].join(' ')}`;
  return [line, ...attributes(random, 10)];
}

function description(random: Random): string {
  const head = ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0'];
  const blocks = Array.from({ length: 1 + random.below(4) }, () => block(random));
  return [...head, ...attributes(random, 3), ...blocks.flat(), ''].join('\r\n');
}

/** Null when it is refused, which is right only in the words for it. */
function orRefused<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof SdpError) return null;
    throw error;
  }
}

/** Our parser reads our text, and nothing is lost on the way. */
function expectReadable(text: string): void {
  expect(serialiseSdp(parseSdp(text))).toBe(text);
}

function expectLegalAnswer(offerText: string, answerText: string): void {
  const [theirs, ours] = [parseSdp(offerText), parseSdp(answerText)];
  expect(ours.media.map(({ kind, protocol }) => [kind, protocol])).toEqual(
    theirs.media.map(({ kind, protocol }) => [kind, protocol]),
  );
  expect(ours.media.filter(({ port }) => port !== 0).length).toBeLessThanOrEqual(1);
  for (const [index, answered] of ours.media.entries()) {
    const offered = theirs.media[index];
    if (offered === undefined) throw new Error('counted above');
    expect(offered.formats).toEqual(expect.arrayContaining(answered.formats));
    const names = (of: typeof offered, name: string) =>
      of.attributes.filter((one) => one.name === name);
    expect(names(answered, 'mid')).toEqual(names(offered, 'mid').slice(0, 1));
    if (answered.port === 0) continue;
    expect(offered.port).not.toBe(0);
    const address = offered.connection ?? theirs.connection ?? '';
    const [asked, given] = [
      directionOf(offered, theirs, address),
      directionOf(answered, ours, '192.0.2.9'),
    ];
    if (sends(given)) expect(receives(asked)).toBe(true);
    if (receives(given)) expect(sends(asked)).toBe(true);
    if (names(answered, 'rtcp-mux').length > 0)
      expect(names(offered, 'rtcp-mux')).not.toHaveLength(0);
    const tags = (of: typeof offered) =>
      names(of, 'crypto').map(({ value = '' }) => value.split(' ').slice(0, 2).join(' '));
    expect(tags(offered)).toEqual(expect.arrayContaining(tags(answered)));
    expect(tags(answered).length).toBe(tags(answered).length > 0 ? 1 : 0);
    if (answered.protocol.includes('SAVP')) expect(tags(answered)).toHaveLength(1);
  }
}

/** Our later offer has the places of the exchange before, and one stream at most. */
function expectLegalOffer(local: LocalAudio, standing: Standing): void {
  const text = makeOffer(local, standing.agreed.codec, standing);
  expectReadable(text);
  const { media } = parseSdp(text);
  expect(media).toHaveLength(standing.media.length);
  expect(media.findIndex(({ port }) => port !== 0)).toBe(standing.index);
  const types = media[standing.index]?.formats ?? [];
  expect(new Set(types).size).toBe(types.length);
}

test.each([
  ['G.711', LOCAL],
  ['all that there is', EVERYTHING],
])('every offer gets a legal answer or a refusal, by %s', (_what, local) => {
  let answered = 0;
  for (let seed = 1; seed <= CALLS; seed++) {
    const random = seeded(seed);
    let standing: Standing | null = null;
    for (let turn = 0; turn < OFFERS_A_CALL; turn++) {
      const text = description(random);
      const before: Standing | null = standing;
      try {
        expectReadable(serialiseSdp(parseSdp(text)));
        const answer: ReturnType<typeof answerOffer> | null = orRefused(() =>
          answerOffer(text, local, before),
        );
        if (answer !== null) {
          answered++;
          expectReadable(answer.answer);
          expectLegalAnswer(text, answer.answer);
          expectLegalOffer(local, answer);
          standing = answer;
        }
        const read = orRefused(() => readAnswer(text, local, before));
        if (read !== null && before !== null) expectLegalOffer(local, read);
      } catch (error) {
        throw new Error(`seed ${seed}, offer ${turn}:\n${text}`, { cause: error });
      }
    }
  }
  expect(answered).toBeGreaterThan((CALLS * OFFERS_A_CALL) / 4);
});
