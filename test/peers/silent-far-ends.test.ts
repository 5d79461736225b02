/**
 * Far ends that fall silent, for as long as it takes us to notice: an ACK, an answer or a sound that never comes, and a
 * refresh that crosses one of theirs; phones and gateways that answer no OPTIONS, and a trunk that stays full. All at once
 * on one product, because each takes a minute or more.
 */
import { hearsMusic } from '../support/desk-talk';
import { needs } from '../support/needs';
import {
  FAR_HZ,
  Office,
  OTHER_HZ,
  picksUp,
  talks,
  tell,
  wentAsWritten,
  type Ending,
  type FarEnd,
  type Other,
} from '../support/office';
import {
  answering,
  answers,
  answersInvite,
  asks,
  calling,
  ignores,
  progress,
  receives,
  waitsForTest,
} from '../support/sipp-script';
import { waitFor } from '../support/wait';
import { WATCHED, WatchedEnds } from '../support/watched-ends';

/** A minute of silence, five seconds until somebody looks, and 32 s for an OPTIONS (RFC 3261 §17.1.2.2). */
const NOTICED_MS = 110_000;
/** From one question to the next; and what the machine does by itself, where neighbours keep it busy. */
const ASKED_EVERY_MS = 30_000;
const LATE_MS = 1500;
const TALK: Ending = { outcome: 'talk', cause: 'hangup', segments: [[FAR_HZ, OTHER_HZ]] };
const GONE: Ending = { ...TALK, cause: 'unreachable' };

const takesCall = [asks('INVITE', { sdp: true }), progress, receives(200), asks('ACK')];
const isHungUp = [receives('BYE'), answers(200)];
const hangsUp = [waitsForTest, asks('BYE', { cseq: 9 }), receives(200)];
const isTaken = [answersInvite(200, { sdp: true }), receives('ACK')];
const hangsUpFirst = [waitsForTest, asks('BYE'), receives(200)];
const phone = answering(...isTaken, ...isHungUp);
/** She describes herself anew. */
const says = (cseq: number, direction: string) => [
  asks('INVITE', { cseq, sdp: cseq + 1, direction }),
  ...[receives(100, { optional: true }), receives(200), asks('ACK', { cseq })],
];

/** Whose end is waited for: the row of who vanishes. */
const VANISHES = 2;

interface Row {
  name: string;
  /** What the caller does. */
  script: string;
  /** What her phone does, if it is not that of all others. */
  hers?: string;
  /** They talk; then she does this at her desk. */
  first?: (talk: Talk) => Promise<unknown>;
  /** Then this, and so the call has its end. */
  then: (talk: Talk) => Promise<unknown>;
  ending: Ending;
}

/** A caller who was put through. */
interface Talk {
  number: string;
  far: FarEnd;
  /** The phone that took him. */
  other: Other;
  office: Office;
}

const vanishes = async ({ sipp, ear }: FarEnd) => {
  ear.hush();
  await sipp.stop();
};

const rows: Row[] = [
  {
    name: 'he never acknowledges our 200: BYE after half a minute, and the phone is let go',
    script: calling(asks('INVITE', { sdp: true }), progress, receives(200), ...isHungUp),
    then: ({ far }) => wentAsWritten(far),
    ending: { ...TALK, outcome: 'broken', cause: 'broken' },
  },
  {
    name: 'he never answers our BYE: the call ends at once, his dialog half a minute later',
    script: calling(...takesCall, ignores('BYE'), waitsForTest),
    hers: answering(...isTaken, ...hangsUpFirst),
    first: async ({ other, office }) => {
      const desk = await office.deskOf(other.id);
      await desk.post('/api/agents/me/not-ready', { reason: 'lunch' });
      desk.close();
    },
    then: async ({ far, other }) => {
      await tell(other);
      far.ear.hush();
    },
    ending: TALK,
  },
  {
    name: 'he vanishes: nobody answers for him either, and the phone is let go',
    script: calling(...takesCall, waitsForTest),
    then: ({ far }) => vanishes(far),
    ending: GONE,
  },
  {
    name: 'her phone vanishes: he is hung up on',
    script: calling(...takesCall, ...isHungUp),
    then: ({ far, other }) => Promise.all([vanishes(other), wentAsWritten(far)]),
    ending: GONE,
  },
  {
    name: 'he vanishes in his slot: nobody is rung for him',
    script: calling(...takesCall, waitsForTest),
    first: async ({ number, other, office }) => {
      const desk = await office.deskOf(other.id);
      const [call] = await office.rows(
        `select id from call where state = 'talking' and from_number = '+86${number}'`,
      );
      const parked = await desk.post(`/api/calls/${String(call?.['id'])}/park`, {});
      expect([parked.status, await parked.text()]).toEqual([200, expect.anything()]);
      desk.close();
    },
    then: ({ far }) => vanishes(far),
    ending: GONE,
  },
  {
    name: 'he only says nothing, but answers when he is asked: they talk on',
    script: calling(...takesCall, receives('OPTIONS'), answers(200), ...hangsUp),
    then: async ({ far, other }) => {
      far.ear.hush();
      await far.sipp.logged(/^OPTIONS /m, NOTICED_MS);
      await talks(far, { hz: OTHER_HZ }, other);
      await tell(far);
      await wentAsWritten(far);
    },
    ending: TALK,
  },
  {
    name: 'her phone holds him, is silent and answers when it is asked: held while others are ended, and taken back',
    script: calling(...takesCall, ...isHungUp),
    hers: answering(
      ...[...isTaken, waitsForTest, ...says(1, 'sendonly'), receives('OPTIONS'), answers(200)],
      ...[
        waitsForTest,
        ...says(2, 'sendrecv'),
        waitsForTest,
        asks('BYE', { cseq: 3 }),
        receives(200),
      ],
    ),
    then: async ({ far, other, office }) => {
      await tell(other);
      await other.sipp.logged(/CSeq: 1 ACK/);
      other.ear.hush();
      await hearsMusic(far.ear);
      await other.sipp.logged(/^OPTIONS /m, NOTICED_MS);
      await office.became(`+86${numberOf(VANISHES)}`, GONE, NOTICED_MS);
      await hearsMusic(far.ear);
      await tell(other);
      await talks(far, { hz: OTHER_HZ }, other);
      await tell(other);
      await wentAsWritten(far);
    },
    ending: TALK,
  },
  {
    name: 'our refresh comes when he is about to describe himself anew (491): his goes first, and they hear each other on',
    script: calling(
      asks('INVITE', {
        sdp: true,
        headers: ['Supported: timer', 'Session-Expires: 90;refresher=uas'],
      }),
      ...[progress, receives(200), asks('ACK')],
      ...[receives('INVITE'), answers(491), receives('ACK')],
      ...[asks('INVITE', { cseq: 2, sdp: 2 }), receives(100, { optional: true }), receives(200)],
      asks('ACK', { cseq: 2 }),
      ...hangsUp,
    ),
    then: async ({ far, other }) => {
      await far.sipp.logged(/CSeq: 2 ACK/, NOTICED_MS);
      await talks(far, { hz: OTHER_HZ }, other);
      await tell(far);
      await wentAsWritten(far);
    },
    ending: TALK,
  },
];

needs('sipp', 'baresip')('far ends that fall silent', () => {
  let office: Office;
  let watched: WatchedEnds;
  const verdicts = new Map<string, Promise<unknown>>();

  /** Judged when its turn comes. */
  function begins(name: string, verdict: Promise<unknown>): void {
    verdict.catch(() => undefined);
    verdicts.set(name, verdict);
  }

  beforeAll(async () => {
    watched = await WatchedEnds.open();
    // Longer than it takes to notice.
    office = await Office.open((plan) =>
      watched.into({
        ...plan,
        stores: plan.stores.map((store) => ({ ...store, parkSeconds: 300 })),
      }),
    );
    await office.areReady();
    await watched.signIn(office);
    for (const [name, story] of WATCHED) begins(name, watched[story](office));
    const others = await office.others(...rows.map(({ hers }) => hers ?? phone));
    const all: Promise<unknown>[] = [];
    for (const [i, row] of rows.entries()) {
      const number = numberOf(i);
      const far = await office.calls(row.script, { from: number });
      // One after the other up to here: each phone gets the call of its row.
      const other = await waitFor('a phone to have the call', () =>
        others.find(({ sipp }) => sipp.messages().includes(number)),
      );
      const talk: Talk = { number, far, other, office };
      const begun = talks(far, { hz: OTHER_HZ }, other).then(() => row.first?.(talk));
      begins(
        row.name,
        begun.then(() => row.then(talk)),
      );
      all.push(begun);
    }
    // Their phones and desks are nobody's any more with the next plan.
    await Promise.allSettled(all);
  }, 120_000);

  afterAll(async () => {
    watched?.close();
    await office?.close();
  }, 30_000);

  test('both gateways are silent: she is told that he cannot be reached', async () => {
    const silent = await Promise.all(
      [1, 2].map(() => office.waits(answering(ignores('INVITE'), waitsForTest))),
    );
    await office.apply((plan) => ({
      ...plan,
      trunks: plan.trunks.map((trunk) =>
        trunk.id === 'carrier'
          ? {
              ...{ ...trunk, watch: false },
              to: silent.map(({ sipp }) => `sip:127.0.0.1:${sipp.port}`),
            }
          : trunk,
      ),
    }));
    const from = office.wang.phone.events.length;
    await office.wang.desk.post('/api/calls', { number: '13800000699' });
    await picksUp(office.wang, from);
    await office.wang.phone.events.next('the end', ({ type }) => type === 'CALL_CLOSED', {
      ...{ from, deadlineMs: 20_000 },
    });
    await office.became('+8613800000699', {
      ...{ outcome: 'unanswered', cause: 'unreachable', segments: [] },
    });
  }, 60_000);

  test.each(rows)(
    '$name',
    async ({ name, ending }) => {
      await verdicts.get(name);
      await office.became(
        `+86${numberOf(rows.findIndex((row) => row.name === name))}`,
        ending,
        NOTICED_MS,
      );
    },
    NOTICED_MS + 20_000,
  );

  test.each(WATCHED)('%s', (name) => verdicts.get(name), NOTICED_MS + 30_000);

  test('phones and gateways that answer are asked every 30 s', () => {
    for (const { askedAt } of watched.there) {
      const gaps = askedAt.slice(1).map((at, i) => at - (askedAt[i] ?? 0));
      expect(gaps.length).toBeGreaterThan(1);
      for (const ms of gaps) expect(Math.abs(ms - ASKED_EVERY_MS)).toBeLessThan(LATE_MS);
    }
  });

  test('nothing is left of any of them', () => office.nothingIsLeft(40_000), 60_000);
});

const numberOf = (index: number): string => `138000006${String(index).padStart(2, '0')}`;
