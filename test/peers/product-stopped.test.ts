/**
 * Ctrl-C in the middle of a talk: both sides are told, and everything about the call is in the
 * database, because nobody will ask the edge for it again.
 */
import { recordingOf, closedCall } from '../support/facts';
import { needs } from '../support/needs';
import { emptyPlan, withoutNotice, withStaticAgents } from '../support/plan';
import { testDatabase, type TestDatabase } from '../support/postgres';
import { startProduct } from '../support/product';
import { freeUdpPort, runSipp, startSippAgent, type SippRun } from '../support/sipp';
import { Client } from 'pg';

needs('sipp')('the product stopped in mid-call', () => {
  let database: TestDatabase;
  let db: Client;
  let agent: SippRun;

  beforeAll(async () => {
    database = await testDatabase();
    db = new Client({ connectionString: database.url });
    await db.connect();
  }, 60_000);

  afterAll(async () => {
    await agent?.stop();
    await db?.end();
    await database?.drop();
  });

  test('the caller gets a BYE; the recording is filed with call and lead, no leg stands open', async () => {
    const product = await startProduct({ env: { DATABASE_URL: database.url } });
    const port = await freeUdpPort();
    agent = await startSippAgent({ scenario: 'agent-answers', port });
    await product.apply(
      withoutNotice(withStaticAgents(emptyPlan(), 1, { host: '127.0.0.1', port })),
    );
    const caller = await runSipp({ scenario: 'caller-waits-for-bye', target: product.sip() });
    await Promise.all([agent.logged(/^ACK /m), caller.logged(/^ACK /m)]);
    await product.stop();
    expect((await caller.done).code).toBe(0);

    expect(product.stderr()).not.toMatch(/"level":50/);
    const call = await closedCall(db, '+8613800000001');
    expect(call).toMatchObject({ outcome: 'broken', end_cause: 'edge-stopped' });
    expect(await recordingOf(db, call['id'])).toMatchObject({
      state: 'stored',
      lead_id: call['lead_id'],
    });
    const { rows } = await db.query('select role from leg where ended_at is null');
    expect(rows).toEqual([]);
  }, 60_000);
});
