/**
 * Texts on their way: what a missed call brings into the queue, and what becomes of each when its moment has come. The row is
 * written before the gateway is asked and after it has answered, so that no text is sent twice: one that was at the
 * gateway when the app fell may have gone, and is `failed` as `unknown`.
 */
import type { Logger } from 'pino';
import { localTime } from '../../domain/hours/local-time';
import { decideText, type TextDecision, type TextFacts } from '../../domain/message/decide';
import { wantsText, type TextMessage } from '../../domain/message/message';
import type { OutsideData } from '../../domain/outside/event';
import type { Plan } from '../../domain/plan';
import type { Instant } from '../../domain/time';
import type { Jobs, Sql } from '../boss';
import type { OutsideListener } from '../outside';
import type { Job } from '../queue-worker';
import type { TextGateway } from './gateway';
import { TextAlarms, type TellAlarm } from './text-alarms';

export const TEXT_QUEUE = 'text-message';
/** Some six hours: then it is late, or the morning's. */
export const TEXT_TRIES = { retries: 9, retrySeconds: 45, expireSeconds: 60 };

export interface TextsOptions {
  jobs: Jobs;
  gateway: TextGateway;
  plan: () => Plan;
  /** Resolves when the queue is there. */
  queued: () => Promise<void>;
  add: (sql: Sql, message: TextMessage) => Promise<boolean>;
  find: (id: string) => Promise<TextMessage | null>;
  change: (id: string, change: Partial<TextMessage>) => Promise<void>;
  /** As of now, with all that was written before. */
  facts: (message: TextMessage, plan: Plan, now: Instant) => Promise<TextFacts>;
  alarm: TellAlarm;
  makeId: () => string;
  now: () => Instant;
  log: Logger;
}

/** What somebody wants to be sent. */
export type AskedText = Omit<
  TextMessage,
  'id' | 'state' | 'reason' | 'detail' | 'body' | 'price' | 'sentAt'
>;

interface TextJob {
  messageId: string;
}

export class Texts {
  private readonly alarms: TextAlarms;

  constructor(private readonly options: TextsOptions) {
    this.alarms = new TextAlarms(options.alarm);
  }

  /** Takes what was promised to callers: where the plan has a text for it, that is queued in the same transaction. */
  readonly listener: OutsideListener = async (events, sql) => {
    const { plan } = this.options;
    for (const { type, at, subject, storeId, data, personal } of events) {
      if (type !== 'promise.made' || storeId === null || !personal.number) continue;
      const { hotline } = data as OutsideData['promise.made'];
      const language = wantsText(plan(), { store: storeId, number: hotline });
      if (language === null) continue;
      await this.queue(sql, {
        ...{ key: `missed-call:${subject}`, kind: 'missed-call', storeId, language },
        ...{ number: personal.number, values: { hotline }, promiseId: subject },
        ...{ askedAt: at, askedBy: 'openline' },
      });
    }
  };

  /** Queues one in the transaction of `sql`; one that had that key before is not queued again. */
  async queue(sql: Sql, asked: AskedText): Promise<TextMessage> {
    const { jobs, queued, add, makeId } = this.options;
    await queued();
    const id = makeId();
    const message: TextMessage = {
      ...{ ...asked, id, state: 'queued', reason: null },
      ...{ detail: '', body: '', price: 0, sentAt: null },
    };
    if (await add(sql, message))
      await jobs.send(TEXT_QUEUE, [{ id, data: { messageId: id } }], sql);
    return message;
  }

  /** Rejects when it is to be tried again. */
  readonly handle = async ({ data: { messageId }, isLast }: Job<TextJob>): Promise<void> => {
    const { find, change, facts, plan, now } = this.options;
    const message = await find(messageId);
    if (message === null) return;
    if (message.state === 'sending')
      return change(messageId, { state: 'failed', reason: 'unknown' });
    if (message.state !== 'queued') return;
    const at = now();
    const store = plan().stores.find(({ id }) => id === message.storeId);
    const known = await facts(message, plan(), at);
    const decision = decideText(message, known, { store, now: at });
    if (decision.do === 'drop' && decision.reason === 'limit' && store)
      this.alarms.overLimit(store.id, localTime(at, store.timezone).day);
    await this.perform(message, decision, isLast);
  };

  private async perform(message: TextMessage, decision: TextDecision, isLast: boolean) {
    const { change, jobs, makeId } = this.options;
    switch (decision.do) {
      case 'drop':
        return change(message.id, { state: 'dropped', reason: decision.reason });
      case 'hold': {
        const job = { id: makeId(), data: { messageId: message.id }, startAfter: decision.until };
        return jobs.send(TEXT_QUEUE, [job]);
      }
      case 'send':
        return this.send(message, decision, isLast);
    }
  }

  private async send(
    message: TextMessage,
    { body, price }: { body: string; price: number },
    isLast: boolean,
  ): Promise<void> {
    const { gateway, change, now, log } = this.options;
    const { id } = message;
    // What it costs counts from here: of one that may have gone it is not known whether it must be paid.
    await change(id, { state: 'sending', body, price, sentAt: now() });
    const answer = await gateway.send(message, body);
    const { is, detail } = answer;
    this.alarms.answered(answer);
    if (is === 'taken') return change(id, { state: 'sent', detail });
    log.warn({ messageId: id, is, detail }, 'a text was not taken');
    if (is === 'unknown') return change(id, { state: 'failed', reason: 'unknown', detail });
    const free = { detail, price: 0, sentAt: null };
    if (is === 'refused' || isLast)
      return change(id, { state: 'failed', reason: 'refused', ...free });
    await change(id, { state: 'queued', ...free });
    throw new Error(detail);
  }
}
