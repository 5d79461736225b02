/** Whether hotlines take calls now; closing one by command, and opening it. */
import { BugError, CodedError, type RefusalCode } from '../../domain/errors';
import type { HotlineView } from '../../domain/notices';
import { mayIn, type Right } from '../../domain/rights';
import { callerName, type Caller } from '../auth';
import type { HttpDeps } from '../deps';
import { pageOf } from '../pages';
import { CloseBody, HotlineParams, HotlineSchema, MessageBody } from '../schemas/hotline';
import { PageOf, WholePageQuery, pageRequest } from '../schemas/page';
import { Type } from '@sinclair/typebox';
import { problems } from '../schemas/problem';
import { instantOf } from '../schemas/values';
import type { Routes } from './app';

const REFUSALS = [
  'INVALID_REQUEST',
  'NOT_AUTHENTICATED',
  'FORBIDDEN_POST',
  'CROSS_SITE',
  'NO_SUCH_HOTLINE',
] as const;

export function hotlineRoutes(app: Routes, { live, hotlines, audit, written }: HttpDeps): void {
  const those = (caller: Caller, right: Right): HotlineView[] =>
    live.hotlines().filter(({ storeId }) => may(caller, right, storeId));
  const closable = (caller: Caller): HotlineView[] => those(caller, 'hotlines.close');

  /** Answered when it is on disk. */
  const order = async (
    caller: Caller,
    number: string,
    give: (by: string) => RefusalCode | null,
  ): Promise<HotlineView> => {
    // That of a store in which he may not is none to him.
    if (!closable(caller).some((one) => one.number === number))
      throw new CodedError('NO_SUCH_HOTLINE');
    const refusal = give(caller.is === 'person' ? caller.person.id : 'admin-token');
    if (refusal) throw new CodedError(refusal);
    await written();
    const after = live.hotlines().find((one) => one.number === number);
    if (!after) throw new BugError(`hotline ${number} was ordered and is in no list`);
    return after;
  };

  app.get(
    '/api/hotlines',
    {
      config: { access: 'hotlines.read' },
      schema: {
        tags: ['hotlines'],
        summary: 'Hotlines of the own stores, whether they are open, and until when not.',
        querystring: Type.Object(WholePageQuery),
        response: {
          200: PageOf(HotlineSchema),
          ...problems('INVALID_REQUEST', 'BAD_CURSOR', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST'),
        },
      },
    },
    ({ caller, query }) =>
      pageOf(those(caller, 'hotlines.read'), pageRequest(query), ({ number }) => [number]),
  );

  app.post(
    '/api/hotlines/:number/close',
    {
      config: { access: 'hotlines.close' },
      schema: {
        tags: ['hotlines'],
        summary: 'Close a hotline at once, until a moment or until it is opened.',
        description:
          'Callers are told so, and promised a call for when it opens. Calls that wait or talk go on.',
        params: HotlineParams,
        body: CloseBody,
        response: { 200: HotlineSchema, ...problems(...REFUSALS, 'PAST_MOMENT') },
      },
    },
    ({ caller, params: { number }, body }) =>
      order(caller, number, (by) => hotlines.orderHotline(by, number, { until: untilOf(body) })),
  );

  app.post(
    '/api/hotlines/:number/open',
    {
      config: { access: 'hotlines.close' },
      schema: {
        tags: ['hotlines'],
        summary: 'End what was ordered by `close`: its hours count again.',
        params: HotlineParams,
        response: { 200: HotlineSchema, ...problems(...REFUSALS) },
      },
    },
    ({ caller, params: { number } }) =>
      order(caller, number, (by) => hotlines.orderHotline(by, number, null)),
  );

  app.post(
    '/api/hotlines/:number/message',
    {
      config: { access: 'hotlines.close' },
      schema: {
        tags: ['hotlines'],
        summary:
          'Have callers hear a prompt before the greeting, until a moment or until it is ended.',
        description:
          'Whoever is greeted hears it, also when the hotline is closed; whom a telemarketer picks up while it rings does not.',
        params: HotlineParams,
        body: MessageBody,
        response: { 200: HotlineSchema, ...problems(...REFUSALS, 'PAST_MOMENT') },
      },
    },
    ({ caller, params: { number }, body }) =>
      order(caller, number, (by) =>
        hotlines.tellCallers(by, number, { prompt: body.say, until: untilOf(body) }),
      ),
  );

  app.delete(
    '/api/hotlines/:number/message',
    {
      config: { access: 'hotlines.close' },
      schema: {
        tags: ['hotlines'],
        summary: 'End what was ordered by `message`.',
        params: HotlineParams,
        response: { 200: HotlineSchema, ...problems(...REFUSALS) },
      },
    },
    ({ caller, params: { number } }) =>
      order(caller, number, (by) => hotlines.tellCallers(by, number, null)),
  );

  testRoute(app, closable, { hotlines, audit });
}

function testRoute(
  app: Routes,
  closable: (caller: Caller) => HotlineView[],
  { hotlines, audit }: Pick<HttpDeps, 'hotlines' | 'audit'>,
): void {
  app.post(
    '/api/hotlines/:number/test',
    {
      config: { access: 'hotlines.close', kind: 'dials' },
      schema: {
        tags: ['hotlines'],
        summary: 'Call a hotline ourselves, now, to see whether it works.',
        description: 'What came of it is told by `hotline.updated`, and is in `test` from then on.',
        params: HotlineParams,
        response: { 200: HotlineSchema, ...problems(...REFUSALS) },
      },
    },
    async (request) => {
      const { number } = request.params;
      const hotline = closable(request.caller).find((one) => one.number === number);
      if (!hotline) throw new CodedError('NO_SUCH_HOTLINE');
      await audit({ who: callerName(request), what: 'hotline.tested', subject: number });
      const refusal = hotlines.testHotline(number);
      if (refusal) throw new CodedError(refusal);
      return hotline;
    },
  );
}

const untilOf = ({ until }: { until?: string }): number | null =>
  until === undefined ? null : instantOf(until);

const may = (caller: Caller, right: Right, storeId: string): boolean =>
  caller.is === 'admin-token' || (caller.is === 'person' && mayIn(caller.person, right, storeId));
