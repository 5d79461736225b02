import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aSession, startHttp, type TestHttp, type TestOptions } from '../../support/http';
import { builtInFolder } from '../../../src/prompts/files';
import { aForm } from '../../support/records';
import { aBatch } from '../../support/fake-imports';
import { aWebForm } from '../../support/fake-incoming';
import { aWebhook } from '../../support/fake-webhooks';
import { NOW, PLAN, call, lead, person, promise, recording } from '../../support/two-stores';

/** A server that has one of everything that rows ask for; all of it is of bj01. */
export function startScene(options: TestOptions = {}): TestHttp {
  const http = startHttp(options);
  writeFileSync(join(http.recordingsDir, 'rec-1.wav'), 'RIFF');
  setScene(http);
  return http;
}

/** Everything is as if nobody had asked for anything. */
export function setScene(http: TestHttp): void {
  const { live, rows, guard, sessions, owes, webhooks, customers, imports, promptsDir } = http;
  http.incoming.theForms = ['form-1', 'form-2'].map((id) => aWebForm({ id }));
  const texts = { appointment: { 'zh-CN': '您的预约：{time}' } };
  live.thePlan = {
    ...PLAN,
    stores: PLAN.stores.map((store) => ({ ...store, texts })),
    people: [...PLAN.people, person('zhu', 'direct-salesperson', 'bj01')],
  };
  customers.forget();
  rows.texts = [];
  const refused = { id: 'o-1', scope: 'store:bj01', at: NOW, by: 'wang', how: 'said so' };
  rows.optOuts = [{ ...refused, number: '+8613800138010' }];
  live.theCalls = [call('call-2', { state: 'talking', agentId: 'wang', outcome: null })];
  guard.held.add('192.0.2.1');
  rows.calls = [call('call-1')];
  rows.forms = [aForm({ callId: 'call-1' })];
  rows.recordings = [recording('rec-1')];
  rows.leads = [lead('lead-1', { number: '+861082345678' })];
  sessions.restore([{ ...aSession('li'), id: 'session-li' }]);
  imports.batches = [aBatch()];
  webhooks.hooks = ['hook-1', 'hook-2'].map((id) => aWebhook({ id }));
  mkdirSync(join(promptsDir, 'en'), { recursive: true });
  for (const name of ['en/beep', 'music'])
    cpSync(join(builtInFolder(), 'en/beep.wav'), join(promptsDir, `${name}.wav`));
  rows.promises = [];
  for (const id of ['promise-1', 'promise-2', 'promise-3'])
    owes({ ...promise(id, 'bj01'), number: id });
}
