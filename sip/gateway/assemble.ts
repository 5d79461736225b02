import { join } from 'node:path';
import type { Door } from '../guard/door';
import { Absence } from './absence';
import { Admission } from './admission';
import { AnswerAlone } from './alone/answer-alone';
import { HotlineFile } from './alone/hotline-file';
import { ServedFile } from './alone/served-file';
import { Answers } from './answers';
import type { App } from './app';
import { AppSessions } from './app-sessions';
import { Apps } from './apps';
import { Cancels } from './cancels';
import type { Context } from './context';
import { DialogInbound } from './dialog-inbound';
import { DialogOutbound } from './dialog-outbound';
import { Endings } from './endings';
import { Inbound } from './inbound';
import { Outbound } from './outbound';
import { PassThrough } from './pass-through';
import { Handover } from './peer/handover';
import { Proxies } from './proxy';
import { Router } from './routing/router';
import { SessionRefresh } from './session-refresh';
import type { SignallingOptions } from './signalling-options';
import { Substitute } from './substitute';
import { Successes } from './successes';
import { AfterFall } from './survival/after-fall';
import { LateAnswers } from './survival/late-answers';

/** Makes the parts of the gateway and shows them to each other. Nothing is opened or begun. */
export function assemble(
  context: Context,
  limits: SignallingOptions,
  { apps, door }: { apps: Map<string, App>; door: Door },
) {
  const cancels = new Cancels(context);
  const endings = new Endings(context, cancels);
  const sessionRefresh = new SessionRefresh(context, endings);
  // The parts need each other: what is called later is looked up later.
  const answers = new Answers(context, endings, sessionRefresh, (incoming, app) =>
    admission.answered(incoming, app),
  );
  const successes = new Successes(context, endings);
  const hotlines = new HotlineFile(join(limits.dataDir, 'hotlines.json'), context.log);
  const served = new ServedFile(join(limits.dataDir, 'callers.jsonl'), context.log);
  const { announcements } = limits;
  const alone = new AnswerAlone(context, {
    ...{ answers, endings, announcements, hotlines, served },
    longestRingMs: limits.longestRingMs,
  });
  const { recover = false } = limits;
  const afterFall = new AfterFall(context, { endings, sessionRefresh, announcements, recover });
  const substitute = new Substitute(context, { answers, endings, sessionRefresh });
  const away = { endings, cancels, successes, alone, substitute };
  const absence = new Absence(context, apps, limits, away);
  for (const [name, list] of hotlines.all()) absence.expect(name, list);
  const proxy = new Proxies(context, limits.drachtio.secret);
  const passThrough = new PassThrough(context, (callId) => proxy.stamp(callId));
  const admission: Admission = new Admission(context, {
    alone,
    deliver: (incoming, app) => inbound.deliver(incoming, app),
  });
  const handover = new Handover(context, alone, apps, limits);
  const router = new Router(context, limits.outbound ?? NO_ROUTES, {
    proxy,
    takeApp: (socket, opener) => sessions.take(socket, opener),
    deliver: (incoming, app) => inbound.deliver(incoming, app),
    offer: (incoming, app) => inbound.offerTo(incoming, app),
  });
  const inbound: Inbound = new Inbound(context, {
    router,
    alone,
    handover,
    admission,
    absence,
    endings,
    proxy,
    passThrough,
    lateAnswers: new LateAnswers(context, successes),
    dialogs: new DialogInbound(context, { substitute, endings }),
  });
  const outbound = new Outbound(context, { cancels, successes, sessionRefresh });
  const dialogs = new DialogOutbound(context, { endings, successes, cancels, sessionRefresh });
  const forApps = { endings, answers, cancels, absence, inbound, outbound, dialogs, proxy };
  const users = new Apps(context, forApps);
  const sessions = new AppSessions(limits.drachtio.secret, users, door, limits.claims);
  const others = { alone, served, hotlines, afterFall, admission, handover };
  return { ...forApps, ...others, router, sessions };
}

/** All requests are for apps that connect to us. */
const NO_ROUTES = { routes: new Map(), ca: '' };

/** What the gateway is made of. */
export type Parts = ReturnType<typeof assemble>;
