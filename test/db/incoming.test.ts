import { incomingLeads } from '../../src/app/incoming';
import { webFormDesk } from '../../src/app/web-forms';
import type { WebForm } from '../../src/domain/intake/web-form';
import { seconds } from '../../src/domain/time';
import { uuidv7Maker } from '../../src/engine/id';
import type { Handed, HandedResult } from '../../src/http/incoming-ports';
import { signatureHeaders } from '../../src/jobs/webhooks/sign';
import { beginRun, goOn, type CleaningWorld } from '../../src/store/customers/cleaning-runs';
import { mayBeDialledSql } from '../../src/store/customers/dialable-leads';
import { hashKeyOf } from '../../src/store/customers/erased-numbers';
import { invalidateLead } from '../../src/store/customers/invalid-leads';
import { useDatabase } from '../support/postgres';
import { NOW, PLAN } from '../support/two-stores';

/** Leads of web forms and of HQ in a real database. */
const database = useDatabase();
const makeId = uuidv7Maker();
const KEY = Buffer.alloc(32, 9);
let at = NOW;
const parts = () => ({ db: database.db, key: KEY, makeId, now: () => at, plan: () => PLAN });
const desk = () => webFormDesk(parts());
const leads = () => incomingLeads(parts());

beforeEach(async () => {
  at = NOW;
  await database.db('store').insert(
    ['bj01', 'sh01'].map((id) => ({
      ...{ id, name: id, timezone: 'Asia/Shanghai', controller: `store:${id}` },
    })),
  );
});

const SETTINGS = {
  ...{ name: '官网', stores: ['bj01'], channel: 'web', source: 'web' as const },
  ...{ perMinute: 60, state: 'active' as const },
};
const madeForm = () => desk().make(SETTINGS, 'zhao', () => undefined);

const handed = (key: string, said: Handed['said'] = {}, storeId?: string): Handed => ({
  ...{ key, storeId, consent: null },
  said: { number: '13800138000', name: '王芳', ...said },
});
const HQ = { system: 'hq', by: 'song', storeIds: ['bj01', 'sh01'] };
const dialled = async (): Promise<string[]> => {
  const { rows } = await database.db.raw<{ rows: { number: string }[] }>(
    `select l.number from lead l where ${mayBeDialledSql('l')} order by l.number`,
  );
  return rows.map(({ number }) => number);
};
const count = async (table: string): Promise<number> =>
  Number((await database.db(table).count<{ count: string }[]>())[0]?.count);
const leadIdOf = (result: HandedResult | undefined): string =>
  result && result.is !== 'rejected' ? (result.leadId ?? '') : '';

async function cleaned(controller: string): Promise<void> {
  const world: CleaningWorld = {
    ...{ db: database.db, makeId, now: () => at, key: hashKeyOf(KEY), plan: () => PLAN },
    ...{ busy: () => new Set<string>(), stopped: () => false },
    onError: (error) => {
      throw error;
    },
  };
  const { run } = await beginRun(world, { controller, why: 'asked', by: 'chen' });
  await goOn(world, run.id);
}

test('A25, A22: a lead of a web form is a lead as any other, with what was agreed to, and is not dialled before it is cleaned', async () => {
  const { form } = await madeForm();
  const lead = {
    ...handed('request-1', { interestModel: '320i', bornOn: '1990/5/1', message: '想试驾' }),
    consent: { given: true, text: '同意联系' },
  };
  const taken = await leads().ofForm(form, lead);
  expect(taken).toMatchObject({ key: 'request-1', is: 'accepted', differs: false });
  const [row] = await database
    .db('lead as l')
    .join('customer as c', 'c.id', 'l.customer_id')
    .join('incoming_lead as i', 'i.lead_id', 'l.id')
    .select('l.source', 'l.channel', 'l.validity', 'l.number', 'l.interest_model', 'c.name')
    .select('i.consent', 'i.consent_text', 'c.note', 'c.source as origin');
  expect(row).toEqual({
    ...{ source: 'web', channel: 'web', validity: 'unchecked', number: '+8613800138000' },
    ...{ interest_model: '320i', name: '王芳', consent: true, consent_text: '同意联系' },
    ...{ note: '想试驾', origin: `form:${form.id}` },
  });
  expect(await dialled()).toEqual([]);
  await cleaned('store:bj01');
  expect(await dialled()).toEqual(['+8613800138000']);
});

test('the same request makes one lead, also when it comes several times at once', async () => {
  const { form } = await madeForm();
  const results = await Promise.all(
    [1, 2, 3, 4].map(() => leads().ofForm(form, handed('request-1'))),
  );
  const outcomes = results.map(({ is }) => is).sort();
  expect(outcomes).toEqual(['accepted', 'duplicate', 'duplicate', 'duplicate']);
  expect(new Set(results.map(leadIdOf)).size).toBe(1);
  expect(await count('lead')).toBe(1);
});

describe('a request of a web form', () => {
  const BODY = Buffer.from('{"number":"13800138000"}');
  let form: WebForm;
  let secret: Buffer;
  beforeEach(async () => {
    const made = await madeForm();
    form = made.form;
    secret = bytesOf(made.secret);
  });
  const bytesOf = (text: string) => Buffer.from(text.slice('whsec_'.length), 'base64');
  const signed = (by = secret, sentAt = NOW) => {
    const headers = signatureHeaders({ id: 'r-1', at: sentAt, body: BODY.toString() }, [by]);
    const { 'webhook-timestamp': timestamp = '', 'webhook-signature': signature = '' } = headers;
    return { id: 'r-1', timestamp, signature, body: BODY };
  };
  const isTaken = async (request = signed(), id = form.id): Promise<boolean> =>
    (await desk().signedBy(id, request)) !== null;

  test('is known by its signature, which is of its id, its time and each byte of its body', async () => {
    expect(await isTaken()).toBe(true);
    expect(await isTaken({ ...signed(), id: 'r-2' })).toBe(false);
    expect(await isTaken({ ...signed(), body: Buffer.from('{"number":"13800138001"}') })).toBe(
      false,
    );
    expect(await isTaken({ ...signed(), signature: '' })).toBe(false);
    expect(await isTaken(signed(Buffer.alloc(32, 1)))).toBe(false);
  });

  test('is taken for five minutes, by the clock of either side', async () => {
    const request = signed();
    for (const [off, isGood] of [
      [-301, false],
      [-300, true],
      [300, true],
      [301, false],
    ] as const) {
      at = NOW + seconds(off);
      expect([off, await isTaken(request)]).toEqual([off, isGood]);
    }
  });

  test('is none of a form that is paused, removed, or another one; nor is one whose seal is of another form', async () => {
    const other = await madeForm();
    expect(await isTaken(signed(), other.form.id)).toBe(false);
    expect(await isTaken(signed(), makeId())).toBe(false);
    expect(await isTaken(signed(), 'no id')).toBe(false);
    const { sealed } = (await database.db('web_form').where({ id: form.id }).first()) as {
      sealed: string;
    };
    expect(Buffer.from(sealed, 'base64url').includes(secret)).toBe(false);
    await database.db('web_form').where({ id: other.form.id }).update({ sealed });
    expect(await isTaken(signed(), other.form.id)).toBe(false);
    await desk().change(form, { ...SETTINGS, state: 'paused' });
    expect(await isTaken()).toBe(false);
    await desk().change(form, SETTINGS);
    expect(await isTaken()).toBe(true);
    await desk().remove(form);
    expect(await isTaken()).toBe(false);
  });

  test('may be signed by the former secret until that is over', async () => {
    const next = await desk().rotate(form, seconds(60));
    expect([await isTaken(), await isTaken(signed(bytesOf(next.secret)))]).toEqual([true, true]);
    at = NOW + seconds(61);
    expect([await isTaken(), await isTaken(signed(bytesOf(next.secret)))]).toEqual([false, true]);
    const last = await desk().rotate(form, 0);
    expect(await isTaken(signed(bytesOf(next.secret)))).toBe(false);
    expect(await isTaken(signed(bytesOf(last.secret)))).toBe(true);
  });
});

test('A25: HQ is told of each lead what became of it, and one with a fault stops none of the others', async () => {
  const batch = [
    handed('a-1', { level: 'H' }, 'bj01'),
    handed('a-2', { number: '138****8000' }, 'bj01'),
    handed('a-3', { number: '13800138003', name: '李伟' }, 'sh01'),
    handed('a-4', {}, 'gz01'),
    handed('a-1', { level: 'A' }, 'bj01'),
  ];
  const results = await leads().ofHq(HQ, batch);
  expect(results.map(({ key, is }) => [key, is])).toEqual([
    ...[
      ['a-1', 'accepted'],
      ['a-2', 'rejected'],
      ['a-3', 'accepted'],
    ],
    ...[
      ['a-4', 'rejected'],
      ['a-1', 'duplicate'],
    ],
  ]);
  expect(results[1]).toMatchObject({ refusals: [{ field: 'number', code: 'NUMBER_MASKED' }] });
  expect(results[3]).toMatchObject({ refusals: [{ field: 'store', code: 'STORE_UNKNOWN' }] });
  expect(results[4]).toMatchObject({ differs: true, leadId: leadIdOf(results[0]) });

  const again = await leads().ofHq(HQ, batch);
  expect(again.map(({ is }) => is)).toEqual([
    ...['duplicate', 'rejected', 'duplicate', 'rejected', 'duplicate'],
  ]);
  expect(again.map(leadIdOf)).toEqual(results.map(leadIdOf));
  expect([await count('lead'), await count('customer')]).toEqual([2, 2]);
  const [lead] = await database.db('lead').where({ store_id: 'bj01' });
  expect(lead).toMatchObject({ level: 'H', source: 'hq', validity: 'unchecked' });
  expect(await dialled()).toEqual([]);
});

test('HQ may hand leads to its own stores alone, and another system’s ids are others', async () => {
  const [outside] = await leads().ofHq({ ...HQ, storeIds: ['bj01'] }, [handed('a-1', {}, 'sh01')]);
  expect(outside).toMatchObject({ is: 'rejected' });
  const first = await leads().ofHq(HQ, [handed('a-1', {}, 'bj01')]);
  const second = await leads().ofHq({ ...HQ, system: 'crm' }, [handed('a-1', {}, 'bj01')]);
  expect([first[0]?.is, second[0]?.is]).toEqual(['accepted', 'accepted']);
  // He has an open lead in the store: it is that one.
  expect(leadIdOf(second[0])).toBe(leadIdOf(first[0]));
  expect(await count('lead')).toBe(1);
});

test('what became of leads of HQ is told since a cursor, each change once', async () => {
  const three = ['1', '2', '3'].map((n) =>
    handed(`a-${n}`, { number: `1380013800${n}` }, n === '3' ? 'sh01' : 'bj01'),
  );
  const results = await leads().ofHq(HQ, three);
  const told = (after?: string, storeIds = HQ.storeIds, limit = 2) =>
    leads().results({ system: 'hq', storeIds }, { limit, ...(after && { after }) });
  expect((await told()).items).toEqual([]);
  at = NOW + seconds(10);
  const first = await told();
  expect(first.items.map(({ id }) => id)).toEqual(['a-1', 'a-2']);
  expect(first.items[0]).toMatchObject({
    ...{ storeId: 'bj01', state: 'open', level: null, validity: 'unchecked', ownerId: null },
  });
  const second = await told(first.next ?? '');
  expect([second.items.map(({ id }) => id), second.next]).toEqual([['a-3'], null]);
  const nothing = await told(second.last ?? '');
  expect(nothing).toEqual({ items: [], next: null, last: second.last });

  await database.db.transaction((trx) =>
    invalidateLead(trx, {
      ...{ leadId: leadIdOf(results[1]), reason: 'not-a-customer', at, key: hashKeyOf(KEY) },
    }),
  );
  at += seconds(10);
  const { items } = await told(second.last ?? '');
  expect(items).toMatchObject([{ id: 'a-2', state: 'invalid', validity: 'invalid' }]);
  expect((await told(undefined, ['sh01'], 9)).items.map(({ id }) => id)).toEqual(['a-3']);
  // Its data are deleted, and stay so, whatever HQ sends again (A23).
  expect((await leads().ofHq(HQ, three.slice(1, 2)))[0]).toMatchObject({ is: 'duplicate' });
  expect(await database.db('lead').where({ number: '+8613800138002' })).toEqual([]);
});
