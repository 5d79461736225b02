/**
 * The app is killed over a call that one of ours placed: they talk on, the customer is held and taken back at the desk,
 * and the file has both. sipp plays the carrier, baresip is the phone.
 */
import { needs } from '../support/needs';
import { FAR_HZ, heardAtPhone, Office, talks, wentAsWritten } from '../support/office';
import { answering, answers, answersInvite, receives } from '../support/sipp-script';
import { loudness, toneShare } from '../support/tone';

needs('sipp', 'baresip')('a call that one of ours placed', () => {
  let office: Office;

  beforeAll(async () => {
    office = await Office.open();
  }, 90_000);

  afterAll(() => office?.close(), 30_000);

  test('goes on over a kill of the app, is held, taken back and ended as if nothing had been', async () => {
    const { wang, product } = office;
    await office.areReady(wang);
    const far = await office.waits(
      answering(answersInvite(200, { sdp: true }), receives('ACK'), receives('BYE'), answers(200)),
    );
    await office.apply((plan) => ({
      ...plan,
      trunks: plan.trunks.map((one) => ({
        ...{ ...one, watch: false },
        to: [`sip:127.0.0.1:${far.sipp.port}`],
      })),
    }));
    const from = wang.phone.events.length;
    await wang.phone.dial('sip:13800000781@openline');
    await talks(far, wang);
    const killed = product.listening.pids.app;
    process.kill(killed, 'SIGKILL');
    await product.restarted('app', killed);
    await talks(far, wang);
    const [{ id } = {}] = await office.rows(
      "select id from call where to_number = '+8613800000781' and state <> 'closed'",
    );
    const desk = await office.deskOf('wang');
    const asks = async (what: string) =>
      expect((await desk.post(`/api/calls/${String(id)}/${what}`)).status).toBe(200);
    await asks('hold');
    const { ear } = far;
    ear.forget();
    await ear.until(() => {
      const heard = ear.lastSamples(40);
      return loudness(heard) > 100 && toneShare(heard, wang.hz) < 0.3;
    });
    await asks('resume');
    await talks(far, wang);
    desk.close();
    await wang.phone.hangUp();
    await wentAsWritten(far);
    await heardAtPhone(wang, from, FAR_HZ);
    await office.ends('+8613800000781', {
      ...{ outcome: 'talk', cause: 'hangup' },
      segments: [[FAR_HZ, wang.hz]],
    });
  }, 60_000);
});
