/**
 * baresip with libsrtp over TLS, registered at Openline's own telephony: it is offered encryption, talks with
 * a caller who has none, and one that cannot encrypt is called without.
 */
import type { Plan } from '../../src/domain/plan';
import { makeCertificate, type TestCertificate } from '../sip/support/certificate';
import {
  planWith,
  startEdge,
  startTestApp,
  type Edge,
  type TestApp,
} from '../sip/telephony/support';
import { startBaresip, type Baresip } from '../support/baresip';
import { needs } from '../support/needs';
import { readWav, toneShare } from '../support/tone';
import { TonePhone } from '../support/tone-phone';

const CALLER_TONE = 1000;
const PHONE_TONE = 600;

needs('baresip', 'openssl')('a phone that registered by TLS', () => {
  let certificate: TestCertificate;
  let edge: Edge;
  let app: TestApp;
  let phone: Baresip | undefined;
  let caller: TonePhone;

  beforeAll(async () => {
    certificate = makeCertificate();
    edge = await startEdge({ certificate: { ...certificate, ca: '' } });
    app = await startTestApp(edge, { plan: withoutSha256(planWith(5190)) });
  }, 30_000);
  beforeEach(async () => {
    caller = await TonePhone.open({ tone: CALLER_TONE });
  });
  afterEach(async () => {
    caller.close();
    await phone?.stop();
    phone = undefined;
  });
  afterAll(async () => {
    app?.close();
    await edge?.close();
    certificate?.remove();
  });

  const register = (encrypted: boolean): Promise<Baresip> =>
    startBaresip({
      ...{ user: '8001', realm: 'openline', password: 'secret', transport: 'tls', encrypted },
      server: { host: '127.0.0.1', port: Number(edge.signalling.sip[1]?.split(':').at(-1)) },
      ...{ caFile: certificate.cert, toneHz: PHONE_TONE, answer: 'auto' },
    });

  test.each([
    ['is called with SRTP', true],
    ['that has no SRTP is called without', false],
  ])('%s', async (name, encrypted) => {
    phone = await register(encrypted);
    const [callId, legId] = [`call ${name}`, `agent ${name}`];
    caller.talkTo(await app.media.answerOffer(callId, 'caller', caller.sdp()));
    const makeOffer = jest.spyOn(app.media, 'makeOffer');
    app.telephony.dial({
      ...{ type: 'leg.dial', legId, callId },
      to: { kind: 'phone', agentId: 'wang', phoneId: '8001' },
      ...{ from: '+8613800001111', displayName: '张伟', towards: 'caller' },
    });
    await app.events.next('the answer', (e) => e.type === 'leg.answered' && e.legId === legId);
    const offers = makeOffer.mock.calls.map(([, , order]) => order?.secure);
    expect(offers).toEqual(encrypted ? [true] : [true, false]);
    makeOffer.mockRestore();
    app.calls.bridge(callId, 'caller', legId);
    await caller.hears(PHONE_TONE);
    caller.forget();
    await caller.until(() => caller.heard.length > 75);
    // The INVITE that it refused was a call to it as well.
    const closedBefore = phone.events.all.length;
    app.telephony.hangup(legId, 'partner-left');
    await phone.events.next('the end', (e) => e.type === 'CALL_CLOSED', { from: closedBefore });
    const [heard] = readWav(phone.heard()).channels;
    expect(toneShare((heard as Int16Array).subarray(-8000, -1600), CALLER_TONE)).toBeGreaterThan(
      0.9,
    );
  });
});

/** As passwords were kept before SHA-256: baresip 1.0 gives up when that is offered, which a plan must ask for. */
const withoutSha256 = (plan: Plan): Plan => {
  for (const phone of plan.phones) if (phone.kind === 'register') delete phone.ha1Sha256;
  return plan;
};
