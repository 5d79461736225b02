/**
 * Fifty calls talk while the app is killed, and ten callers hang up while none is there: nobody hears a
 * gap, and the next app finds every call, ends those that ended, and files fifty whole recordings.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import type { Manifest } from '../../sip/media/recording-manifest';
import { needs } from '../support/needs';
import { emptyPlan, withoutNotice, withStaticAgents } from '../support/plan';
import { startProduct, type Product } from '../support/product';
import { freeUdpPort, loggedSdps, runSipp, startSippAgent, type SippRun } from '../support/sipp';
import { readWav, toneShare } from '../support/tone';
import { ToneCrowd } from '../support/tone-crowd';
import { waitFor } from '../support/wait';

const CALLS = 50;
/** The first of them hang up while no app is there. */
const HANG_UP = 10;
const EVERY = Array.from({ length: CALLS }, (_, n) => n);
const STAYING = EVERY.slice(HANG_UP);
const MOST_GAP_MS = 60;
/** Frames before the app is killed, for what the machine does by itself. */
const LISTENED = 200;
const callerHz = (n: number) => 500 + 25 * n;
const agentHz = (n: number) => 2000 + 25 * n;
const numberOf = (n: number) => `138000000${String(n).padStart(2, '0')}`;

interface Row {
  path: string;
  from_number: string;
  outcome: string;
  state: string;
}

needs('sipp')('the app killed while fifty talk', () => {
  let product: Product;
  let db: Client;
  let agents: SippRun;
  /** Callers first, then their telemarketers. */
  let crowd: ToneCrowd;
  const portOf = (leg: number): number => crowd.legs[leg]?.port ?? 0;

  beforeAll(async () => {
    crowd = await ToneCrowd.start(2 * CALLS);
    product = await startProduct();
    db = await product.db();
    const port = await freeUdpPort();
    agents = await startSippAgent({
      scenario: 'agent-answers',
      port,
      lines: EVERY.map((n) => [portOf(CALLS + n)]),
      values: { mediaPort: '[field0]' },
    });
    const plan = withStaticAgents(emptyPlan(), CALLS, { host: '127.0.0.1', port });
    await product.apply(withoutNotice(plan));
  }, 120_000);

  afterAll(async () => {
    process.kill(product.pid, 'SIGCONT');
    await agents?.stop();
    crowd.close();
    await product?.stop();
  }, 60_000);

  const call = (who: number[], talkMs: number): Promise<SippRun> =>
    runSipp({
      scenario: 'caller-hangs-up',
      target: product.sip(),
      ...{ calls: who.length, rate: 50 },
      lines: who.map((n) => [numberOf(n), portOf(n)]),
      values: { from: '[field0]', mediaPort: '[field1]', talkMs },
    });

  test('no gap over 60 ms, and nothing is missing from what the next app files', async () => {
    const leaving = EVERY.slice(0, HANG_UP);
    const long = await call(STAYING, 20_000);
    const short = await call(leaving, 10_000);
    await letAllSpeak([long, short]);
    await expectAllAreHeard();

    await crowd.listen();
    await crowd.spoken(LISTENED);
    const quietGapMs = await longestGapMs();
    await crowd.listen();
    const { app } = product.listening.pids;
    // The launcher would start the next app at once; it is held until some have hung up.
    process.kill(product.pid, 'SIGSTOP');
    process.kill(app, 'SIGKILL');
    expect(await short.done).toMatchObject({ code: 0, stats: { successful: HANG_UP, failed: 0 } });
    process.kill(product.pid, 'SIGCONT');
    await product.restarted('app', app);
    const gapMs = await longestGapMs();
    // The machine's own, where neighbours keep it busy, was there before.
    expect(gapMs).toBeLessThan(Math.max(MOST_GAP_MS, 1.5 * quietGapMs));
    expect(await long.done).toMatchObject({
      ...{ code: 0, stats: { successful: CALLS - HANG_UP, failed: 0 } },
    });

    const rows = await waitFor('fifty recordings in the database', async () => {
      const found = await db.query<Row>(
        `select r.path, r.state, c.from_number, c.outcome from recording r
         join call c on c.id = r.call_id and c.state = 'closed' where r.lead_id = c.lead_id`,
      );
      return found.rows.length === CALLS ? found.rows : null;
    });
    expect(rows.every(({ state, outcome }) => state === 'stored' && outcome === 'talk')).toBe(true);
    expect(new Set(rows.map(({ from_number }) => from_number)).size).toBe(CALLS);
    for (const row of rows) expectWhole(row);
    const open = await db.query("select id from call where state <> 'closed'");
    expect(open.rows).toEqual([]);
  }, 120_000);

  /** The longest that anybody who talks on heard nothing, less what the far ends were late by themselves. */
  async function longestGapMs(): Promise<number> {
    const { legs, stallMs } = await crowd.report();
    const talking = STAYING.flatMap((n) => [legs[n], legs[CALLS + telemarketerOf(n)]]);
    expect(Math.min(...talking.map((leg) => leg?.heard ?? 0))).toBeGreaterThan(50);
    return Math.max(...talking.map((leg) => leg?.longestGapMs ?? 0)) - stallMs;
  }

  /** Which telemarketer a caller talks to: by the order in which the agents' INVITEs name him. */
  const telemarketers = new Map<number, number>();
  const telemarketerOf = (n: number): number => telemarketers.get(n) ?? -1;

  async function letAllSpeak(callers: SippRun[]): Promise<void> {
    const talks = await waitFor('all answers', () => {
      const answers = callers
        .flatMap((run) => loggedSdps(run.messages()))
        .filter(({ start }) => start.includes(' 200 '));
      const offers = loggedSdps(agents.messages());
      const found = EVERY.flatMap((n) => {
        const answer = answers.find(({ from }) => from.includes(numberOf(n)));
        const agent = offers.find(
          ({ direction, sdp }) =>
            direction === 'sent' && sdp.includes(`m=audio ${portOf(CALLS + n)} `),
        );
        const offer = offers.find(
          ({ direction, callId }) => direction === 'received' && callId === agent?.callId,
        );
        if (answer === undefined || offer === undefined) return [];
        telemarketers.set(EVERY.find((who) => offer.from.includes(numberOf(who))) ?? -1, n);
        return [
          { leg: n, port: mediaPortOf(answer.sdp), hz: callerHz(n), hears: 0 },
          { leg: CALLS + n, port: mediaPortOf(offer.sdp), hz: agentHz(n), hears: 0 },
        ];
      });
      return found.length === 2 * CALLS ? found : null;
    });
    const heardBy = (leg: number): number => {
      if (leg < CALLS) return agentHz(telemarketerOf(leg));
      const caller = EVERY.find((n) => telemarketerOf(n) === leg - CALLS);
      return callerHz(caller ?? -1);
    };
    await crowd.talk(talks.map((talk) => ({ ...talk, hears: heardBy(talk.leg) })));
  }

  async function expectAllAreHeard(): Promise<void> {
    let deaf: number[] = [];
    await waitFor('all to be heard', async () => {
      const { legs } = await crowd.report();
      deaf = legs.flatMap(({ share }, leg) => (share > 0.9 ? [] : [leg]));
      return deaf.length === 0;
    }).catch((error: Error) => {
      throw new Error(`${error.message}: legs ${deaf.join()}`);
    });
  }

  /** No packet is missing, and each second of the talk has the two tones of its call. */
  function expectWhole({ path, from_number }: Row): void {
    const file = join(product.recordingsDir, path);
    const manifest = JSON.parse(readFileSync(`${file}.json`, 'utf8')) as Manifest;
    expect(manifest).toMatchObject({ state: 'finished', reconciles: true, left: { lost: 0 } });
    expect(manifest.right).toMatchObject({ lost: 0, late: 0 });
    const caller = Number(from_number.slice(-2));
    const { channels, duration } = readWav(readFileSync(file));
    expect(duration).toBeGreaterThan(caller < HANG_UP ? 5 : 15);
    const tones = [callerHz(caller), agentHz(telemarketerOf(caller))];
    // They begin to speak within the first seconds.
    for (const [i, hz] of tones.entries()) {
      const channel = channels[i] as Int16Array;
      for (let at = channel.length - 3 * 8000; at > channel.length / 2; at -= 8000) {
        expect(toneShare(channel.subarray(at, at + 8000), hz)).toBeGreaterThan(0.9);
      }
    }
  }
});

const mediaPortOf = (sdp: string): number => Number(/^m=audio (\d+)/m.exec(sdp)?.[1]);
