/** A mail to whom alarms are mailed, to see that it arrives. */
import { Type } from '@sinclair/typebox';
import { callerName } from '../auth';
import type { HttpDeps } from '../deps';
import { problems } from '../schemas/problem';
import type { Routes } from './app';

const Tried = Type.Object({
  accepted: Type.Array(Type.String(), { description: 'Whom the mail server takes mail for.' }),
  rejected: Type.Array(Type.String()),
  response: Type.String({
    description: 'Its last line.',
    examples: ['250 2.0.0 Ok: queued as 4B1C'],
  }),
});

export function alarmMailRoutes(app: Routes, { testMail, audit }: HttpDeps): void {
  app.post(
    '/api/alarm-mail/test',
    {
      config: { access: 'data.care' },
      schema: {
        tags: ['administration'],
        summary:
          'Mail whom the settings name for alarms, now, and say what the mail server answered.',
        response: {
          200: Tried,
          ...problems('NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'CROSS_SITE'),
          ...problems('MAIL_OFF', 'NOBODY_MAILED', 'MAIL_FAILED'),
        },
      },
    },
    async (request) => {
      await audit({ who: callerName(request), what: 'mail.tested', subject: 'alarm-mail' });
      return testMail();
    },
  );
}
