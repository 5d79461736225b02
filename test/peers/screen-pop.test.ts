/**
 * What an agent is shown of a caller who has been there before, on the started product, and what the record of the offer
 * keeps of it; and what the two hear before they are joined. sipp is the caller and that agent's phone.
 */
import { hearsMusic } from '../support/desk-talk';
import { needs } from '../support/needs';
import {
  FAR_HZ,
  heardAtPhone,
  Office,
  OTHER_HZ,
  picksUp,
  talks,
  tell,
  wentAsWritten,
} from '../support/office';
import type { TestPlan } from '../support/plan';
import { likeness } from '../support/prompt-heard';
import {
  answering,
  answers,
  answersInvite,
  asks,
  calling,
  progress,
  receives,
  waitsForTest,
} from '../support/sipp-script';
import { waitFor } from '../support/wait';

const CALLS = calling(
  ...[asks('INVITE', { sdp: true }), progress, receives(200), asks('ACK')],
  ...[waitsForTest, asks('BYE', { cseq: 2 }), receives(200)],
);
const PICKS_UP = answering(
  ...[answersInvite(180), waitsForTest, answersInvite(200, { sdp: true }), receives('ACK')],
  ...[receives('BYE'), answers(200)],
);
const FROM = '13800001301';
const NUMBER = `+86${FROM}`;

const withNotice = (plan: TestPlan): TestPlan => ({
  ...plan,
  hotlines: plan.hotlines.map((one) => ({ ...one, notice: 'default' as const })),
});

needs('sipp', 'baresip')('the screen pop', () => {
  let office: Office;

  beforeAll(async () => {
    office = await Office.open(withNotice);
  }, 90_000);

  afterAll(() => office?.close(), 30_000);

  /** He talks with 王芳, whose colleague's lead he becomes; then he calls when nobody is free, and gives up. */
  async function hasBeenThere(): Promise<void> {
    const { wang } = office;
    await office.areReady(wang);
    const from = wang.phone.events.length;
    const first = await office.calls(CALLS, { from: FROM });
    await picksUp(wang, from);
    first.ear.talkTo(await first.sipp.heardSdp());
    // The notice comes first.
    await first.ear.hears(wang.hz, 10_000);
    await talks(first, wang);
    await tell(first);
    await wentAsWritten(first);
    await heardAtPhone(wang, from, FAR_HZ);
    await office.became(NUMBER, {
      ...{ outcome: 'talk', cause: 'hangup', segments: [[FAR_HZ, wang.hz]] },
    });
    await office.rows(`update lead set owner_id = 'li', level = 'A' where number = '${NUMBER}'`);
    await office.areReady();
    const second = await office.calls(CALLS, { from: FROM });
    second.ear.talkTo(await second.sipp.heardSdp());
    await hearsMusic(second.ear);
    await tell(second);
    await wentAsWritten(second);
    await office.became(NUMBER, { outcome: 'left', cause: 'hangup', segments: [] });
  }

  test('his lead and whose it is, his contacts, what he is promised, and why he; kept with the offer', async () => {
    await hasBeenThere();
    const [agent] = await office.others(PICKS_UP);
    if (!agent) throw new Error('nobody came');
    const desk = await office.deskOf(agent.id);
    const far = await office.calls(CALLS, { from: FROM });
    const { data: pop } = await desk.next('offer.created');
    const [{ id: leadId } = {}] = await office.rows(
      `select id from lead where number = '${NUMBER}'`,
    );
    expect(pop).toMatchObject({
      ...{ from: NUMBER, lookup: 'found', leadId, level: 'A', source: 'inbound' },
      owner: { agentId: 'li', name: '李娜' },
      contacts: [
        { direction: 'inbound', outcome: 'left', agent: null },
        { direction: 'inbound', outcome: 'talk', agent: { agentId: 'wang', name: '王芳' } },
      ],
      promises: [{ reason: 'abandoned', hotline: '400' }],
      why: {
        ...{ by: 'turn', strategy: 'longest-idle', free: 1, more: 0 },
        candidates: [{ agentId: agent.id }],
      },
    });
    expect(pop.why).toMatchObject({
      passedOver: expect.arrayContaining([
        { agentId: 'li', why: 'not-ready' },
        { agentId: 'wang', why: 'not-ready' },
      ]),
    });
    await tell(agent);
    far.ear.talkTo(await far.sipp.heardSdp());
    agent.ear.talkTo(await agent.sipp.heardSdp());
    const told = [
      [far, 'recording-notice'],
      [agent, 'store-call'],
    ] as const;
    for (const [{ ear }, prompt] of told)
      await waitFor(prompt, () => likeness(ear.heard, { language: 'zh-CN', prompt }) > 0.9, 10_000);
    await talks(far, { hz: OTHER_HZ }, agent);
    for (const [{ ear }, prompt] of told)
      expect(likeness(ear.heard, { language: 'zh-CN', prompt })).toBeLessThan(0.5);
    await tell(far);
    await Promise.all([far, agent].map(wentAsWritten));
    desk.close();
    await office.ends(NUMBER, {
      ...{ outcome: 'talk', cause: 'hangup', segments: [[FAR_HZ, OTHER_HZ]] },
    });
    const chen = await office.deskOf('chen');
    const detail: unknown = await (await chen.get(`/api/calls/${pop.callId}`)).json();
    chen.close();
    expect(detail).toMatchObject({ offers: [{ agentId: agent.id, why: pop.why }] });
  }, 90_000);
});
