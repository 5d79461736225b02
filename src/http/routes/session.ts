/**
 * Signing in and out. A person who takes calls is signed in as an agent by the same step; when the
 * desk refuses that (no phone), he still gets his pages, and the answer says why.
 */
import { CodedError } from '../../domain/errors';
import type { RefusalCode } from '../../domain/errors';
import { postsOf } from '../../domain/organisation';
import type { PlanPerson } from '../../domain/plan';
import { rightsHeld, takesCalls } from '../../domain/rights';
import { mustAcknowledge, NOTICE } from '../../domain/sign-in/acknowledgement';
import { needsSecondFactor } from '../../domain/sign-in/settings';
import { SESSION_COOKIE, personOf, sessionOf } from '../auth';
import type { HttpDeps } from '../deps';
import type { Language } from '../errors';
import { answerFor, languageOf } from '../errors';
import { Guessing, guarded } from '../guessing';
import { problems } from '../schemas/problem';
import { SessionSchema, SignInBody } from '../schemas/session';
import type { Session } from '../session-token';
import { sessionSaid, signSession } from '../session-token';
import { addressOf } from '../trusted-proxies';
import type { Routes } from './app';
import { meRoutes } from './me';
import { secondFactorRoutes } from './second-factor';

/** Password checks take a core for some 50 ms each; more than these from one address is no shift. */
const SIGN_INS_PER_MINUTE = 600;

export function sessionRoutes(app: Routes, deps: HttpDeps): void {
  const guessing = new Guessing();
  addSignIn(app, deps, guessing);
  meRoutes(app, deps, guessing);
  secondFactorRoutes(app, deps, guessing);
  addWhoIsIt(app, deps);
  addSignOut(app, deps);
}

function addSignIn(app: Routes, deps: HttpDeps, guessing: Guessing): void {
  const { desk, sessionKey, now } = deps;
  app.post(
    '/api/session',
    {
      config: {
        access: 'public',
        rateLimit: { max: SIGN_INS_PER_MINUTE, timeWindow: 60_000 },
      },
      schema: {
        tags: ['session'],
        summary: 'Sign in; sets the session cookie and signs an agent in at his desk.',
        description:
          'The cookie is for pages. Programs send its value as `Authorization: Bearer`. Five wrong ' +
          'passwords block the account, thirty the address, for a growing time. A hundred are looked ' +
          'at at a time; who comes then is told to come again.',
        body: SignInBody,
        response: {
          200: SessionSchema,
          ...problems(
            'INVALID_REQUEST',
            'WRONG_CREDENTIALS',
            'CODE_NEEDED',
            'CROSS_SITE',
            'TOO_MANY_ATTEMPTS',
            'TOO_MANY_REQUESTS',
          ),
        },
      },
    },
    async (request, reply) => {
      const { user, password, code } = request.body;
      const attempt = { account: user, address: addressOf(request) };
      const verified = () => verify(deps, { user, password, code });
      const person = await guarded(guessing, attempt, { now, reply }, verified);
      if (!person) throw new CodedError('WRONG_CREDENTIALS');
      const from = { address: addressOf(request), client: request.headers['user-agent'] ?? '' };
      const session = sessionSaid(await deps.sessions.begin(person.id, from));
      reply.setCookie(SESSION_COOKIE, signSession(session, sessionKey), {
        path: '/',
        httpOnly: true,
        sameSite: 'strict',
        secure: request.protocol === 'https',
        expires: new Date(session.expiresAt),
      });
      const refusal = takesCalls(person) ? desk.signIn(person.id) : null;
      const language = languageOf(request.headers['accept-language']);
      return {
        ...sessionView(deps, person, session, language),
        ...(refusal && { deskRefusal: deskRefusal(refusal, language) }),
      };
    },
  );
}

/** Who it is; with a second factor a right password alone proves nothing, and does not count as a success. */
async function verify(
  { accounts, factors }: HttpDeps,
  { user, password, code }: { user: string; password: string; code: string | undefined },
): Promise<PlanPerson | null> {
  const person = await accounts.verify(user, password);
  if (!person || !factors.isOn(person.id)) return person;
  if (code === undefined) throw new CodedError('CODE_NEEDED');
  return (await factors.use(person.id, code)) ? person : null;
}

function addWhoIsIt(app: Routes, deps: HttpDeps): void {
  app.get(
    '/api/session',
    {
      config: { access: 'person', evenPending: true },
      schema: {
        tags: ['session'],
        summary: 'Who is signed in, with his rights.',
        response: { 200: SessionSchema, ...problems('NOT_AUTHENTICATED') },
      },
    },
    (request) => {
      const language = languageOf(request.headers['accept-language']);
      return sessionView(deps, personOf(request), sessionOf(request), language);
    },
  );
}

function addSignOut(app: Routes, { desk, sessions }: HttpDeps): void {
  app.delete(
    '/api/session',
    {
      config: { access: 'person', evenPending: true },
      schema: {
        tags: ['session'],
        summary: 'Sign out, of the desk too; the token is good for nothing any more.',
        response: { 204: { type: 'null' }, ...problems('NOT_AUTHENTICATED', 'CROSS_SITE') },
      },
    },
    async (request, reply) => {
      const person = personOf(request);
      await sessions.end([sessionOf(request).id], person.id, 'signed-out');
      // Refused only when he is not signed in at a desk, and then there is nothing to undo.
      if (takesCalls(person)) desk.signOut(person.id);
      return reply.clearCookie(SESSION_COOKIE, { path: '/' }).code(204).send();
    },
  );
}

function sessionView(deps: HttpDeps, person: PlanPerson, session: Session, language: Language) {
  const { live, accounts, factors } = deps;
  const { id, name, post, queues } = person;
  const store = live.plan().stores.find((one) => one.id === person.store);
  return {
    person: {
      id,
      name,
      post,
      posts: postsOf(person).map((one) => ({ post: one.post, stores: [...one.stores] })),
      store: {
        id: person.store,
        name: store?.name ?? person.store,
        timezone: store?.timezone ?? 'UTC',
      },
      queues,
    },
    rights: rightsHeld(person, live.plan()),
    expiresAt: session.expiresAt,
    ...(accounts.mustChange(id) && { mustChangePassword: true as const }),
    ...(needsSecondFactor(live.plan(), person) &&
      !factors.isOn(id) && { mustSetUpSecondFactor: true as const }),
    ...(mustAcknowledge(deps.live.plan(), person.id, deps.acknowledgements) && {
      mustAcknowledge: { version: NOTICE.version, text: NOTICE[language] },
    }),
    agent: live.agents().find((agent) => agent.id === id) ?? null,
  };
}

function deskRefusal(code: RefusalCode, language: Language) {
  const { message, whatToDo } = answerFor(code, language);
  return { code, message, ...(whatToDo !== undefined && { whatToDo }) };
}
