/**
 * Phones of other makers at the example app of forty lines: each registers with digest, calls another and
 * is called by it, over UDP, TCP and TLS. What they say to each other is heard at both ends.
 */
import { startBaresip, type Baresip } from '../support/baresip';
import { startExchange, type Exchange } from '../support/exchange';
import { needs } from '../support/needs';
import { freePort, runSipp, startSippAgent } from '../support/sipp';
import { readWav, toneShare } from '../support/tone';
import { TonePhone } from '../support/tone-phone';
import { waitFor } from '../support/wait';

const REALM = 'openline';

needs(
  'sipp',
  'baresip',
  'openssl',
)('the example app of forty lines', () => {
  let exchange: Exchange;

  beforeAll(async () => {
    exchange = await startExchange();
  }, 40_000);

  afterAll(() => exchange?.stop());

  describe.each(['udp', 'tcp'] as const)('sipp over %s', (protocol) => {
    const at = () => ({ host: '127.0.0.1', port: exchange.port(protocol) });

    /** A phone that registered and waits for calls at its Contact. */
    async function registered(user: string, password = exchange.password) {
      const port = await freePort();
      const contactParams = protocol === 'tcp' ? ';transport=tcp' : '';
      const values = { user, password, contactParams, realm: REALM };
      const run = await runSipp({ scenario: 'register', protocol, port, target: at(), values });
      return { port, result: await run.done };
    }

    test.each([
      [`1${protocol}`, `2${protocol}`],
      [`2${protocol}`, `1${protocol}`],
    ])(
      '%s calls %s, and each hears the other',
      async (from, to) => {
        const [caller, callee] = [await registered(from), await registered(to)];
        expect([caller.result.code, callee.result.code]).toEqual([0, 0]);
        const [mouth, ear] = [
          await TonePhone.open({ tone: 1000 }),
          await TonePhone.open({ tone: 600 }),
        ];
        const phone = await startSippAgent({
          scenario: 'agent-answers',
          protocol,
          port: callee.port,
          values: { mediaPort: ear.port },
        });
        const call = await runSipp({
          scenario: 'caller-hangs-up',
          protocol,
          target: at(),
          values: { number: to, from, mediaPort: mouth.port, talkMs: 1500 },
        });
        mouth.talkTo(await call.heardSdp());
        ear.talkTo(await phone.heardSdp());
        await Promise.all([mouth.hears(600), ear.hears(1000)]);
        expect(await call.done).toMatchObject({ code: 0, stats: { successful: 1, failed: 0 } });
        await phone.stop();
        mouth.close();
        ear.close();
      },
      30_000,
    );

    test('a wrong password is not let in', async () => {
      expect((await registered(`3${protocol}`, 'guessed')).result.code).not.toBe(0);
    }, 30_000);
  });

  describe('baresip over TLS', () => {
    const phones: Baresip[] = [];

    beforeAll(async () => {
      for (const [user, toneHz] of [
        ['8001', 1000],
        ['8002', 600],
      ] as const) {
        phones.push(
          await startBaresip({
            ...{ user, toneHz, realm: REALM, password: exchange.password, transport: 'tls' },
            server: { host: '127.0.0.1', port: exchange.port('tls') },
            caFile: exchange.certificate.cert,
          }),
        );
      }
    }, 40_000);

    afterAll(async () => {
      for (const phone of phones) await phone.stop();
    });

    test('each calls the other and both hear', async () => {
      const [first, second] = phones as [Baresip, Baresip];
      await call(first, second, '8002');
      expect([heardTone(first, 600), heardTone(second, 1000)]).toEqual([true, true]);
      await call(second, first, '8001');
      expect([heardTone(first, 600), heardTone(second, 1000)]).toEqual([true, true]);
    }, 40_000);

    function heardTone(phone: Baresip, hz: number): boolean {
      const [samples = new Int16Array(0)] = readWav(phone.heard()).channels;
      const middle = samples.length >> 1;
      return toneShare(samples.subarray(middle, middle + 1600), hz) > 0.9;
    }

    /** So far, of 16-bit samples at 8 kHz. */
    function heardSeconds(phone: Baresip): number {
      return phone.heard().length / 16_000;
    }

    async function call(from: Baresip, to: Baresip, user: string): Promise<void> {
      const [a, b] = [from.events.length, to.events.length];
      await from.dial(`sip:${user}@${REALM}`);
      await to.events.next('the ring', ({ type }) => type === 'CALL_INCOMING', { from: b });
      await to.accept();
      await from.events.next('the talk', ({ type }) => type === 'CALL_ESTABLISHED', { from: a });
      for (const phone of [from, to]) await waitFor('speech', () => heardSeconds(phone) > 1.5);
      await from.hangUp();
      await to.events.next('the end', ({ type }) => type === 'CALL_CLOSED', { from: b });
      await from.events.next('the end', ({ type }) => type === 'CALL_CLOSED', { from: a });
    }
  });
});
