/**
 * Registrations that run out while no app is there, because the edge has to refuse the phones' refreshes. The next app
 * asks for each phone, and the one that answers is called without having registered anew. The started product.
 */
import { Dealership, picksUp } from '../support/dealership';
import { onlyOurs } from '../support/needs';
import type { TestPlan } from '../support/plan';
import { waitFor } from '../support/wait';
import { registered } from '../sip/telephony/register';
import { Phone } from '../sip/support/phone';

/** The shortest that is granted. */
const SECONDS = 10;
const EXPIRES = [`Expires: ${SECONDS}`];

let shop: Dealership;
let logsOff: Phone;

/** All of them ring for a caller; their phones register, and they are ready as soon as they can be reached. */
function withPhonesThatRegister(plan: TestPlan): TestPlan {
  const [agent] = plan.people.filter(({ id }) => id === 'agent0');
  if (!agent) throw new Error('the plan has no agent');
  const one = (id: string, person: string) =>
    ({ id, person, kind: 'register', password: 'secret', digest: 'md5', autoReady: true }) as const;
  return {
    ...plan,
    queues: plan.queues.map((queue) => ({ ...queue, strategy: 'ring-all' })),
    people: [...plan.people, { ...agent, id: 'agent2' }],
    phones: [one('900', 'agent0'), one('901', 'agent1'), one('902', 'agent2')],
  };
}

beforeAll(async () => {
  shop = await Dealership.open({}, withPhonesThatRegister);
  logsOff = await Phone.udp('127.0.0.7');
}, 120_000);
afterAll(async () => {
  if (shop) process.kill(shop.product.pid, 'SIGCONT');
  logsOff?.close();
  await shop?.close();
}, 30_000);

/** From now on the phone answers each OPTIONS so. */
function answersOptions(phone: Phone, status: number): void {
  phone.got.each((message) => {
    if (message.method === 'OPTIONS') phone.answer(message, status);
  });
}

const methodsOf = (phone: Phone) => phone.got.all.map(({ method }) => method);

onlyOurs(
  'who is still there has the next call at once; who is gone, or logged off, is offered none',
  async () => {
    const [{ sip: stays, ear }, { sip: goes }] = [shop.agents[0], shop.agents[1]];
    const all = [stays, goes, logsOff];
    for (const [n, phone] of all.entries()) {
      const answer = await registered(shop.port, phone, { user: `90${n}`, headers: EXPIRES });
      expect([answer.status, answer.get('contact')]).toEqual([
        200,
        expect.stringMatching(/expires=10$/),
      ]);
    }
    const until = Date.now() + SECONDS * 1000;
    const { app } = shop.product.listening.pids;
    // The launcher would start another app at once: it is held.
    process.kill(shop.product.pid, 'SIGSTOP');
    process.kill(app, 'SIGKILL');
    let cseq = 10;
    await waitFor(
      'their registrations to run out, although they try',
      async () => {
        const refused = await registered(shop.port, stays, { user: '900', cseq: (cseq += 1) });
        expect([refused.status, refused.get('retry-after')]).toEqual([503, '2']);
        return Date.now() > until;
      },
      30_000,
    );
    answersOptions(stays, 200);
    answersOptions(logsOff, 404);
    process.kill(shop.product.pid, 'SIGCONT');
    await shop.product.restarted('app', app, 30_000);
    const caller = await shop.caller(1000);
    shop.calls(caller, '13800000701');
    const invite = await stays.got.next('the call', ({ method }) => method === 'INVITE');
    picksUp({ sip: stays, ear }, invite);
    await shop.isAnswered(caller);
    await Promise.all([caller.ear.hears(600), ear.hears(1000)]);
    for (const phone of [goes, logsOff]) {
      expect(methodsOf(phone)).toContain('OPTIONS');
      expect(methodsOf(phone)).not.toContain('INVITE');
    }
    stays.bye(shop.port, await stays.request('ACK'));
    caller.sip.answer(await caller.sip.request('BYE'), 200);
    await shop.allIsClosed();
  },
  120_000,
);
