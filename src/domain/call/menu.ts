/**
 * The menu of a hotline: a caller says by a key what he calls for, before he stands in a line.
 *
 *     answering --200--> greeting, notice, menu --1, 2, 3--> the line of that queue, at the place of his arrival
 *                          ^  |  |--nothing, or nothing that is in it, twice--> that of sales
 *                          |  '--9--> in the other language
 *                          '--*, or another key for the first time
 *
 * It is answered at once, without the rings that cost nothing. It keeps nobody: what cannot be played is not asked.
 */
import type { Effect } from '../effects';
import type { EndCause } from '../end-cause';
import type { DomainEvent, PlayEnded } from '../events';
import type { CallerFacts } from '../queue/place';
import type { MenuChoice } from '../records';
import type { PromptKey, Spoken } from '../spoken';
import { stay, type Step } from '../step';
import type { Instant } from '../time';
import { snapshot, type Call, type CallIn } from './call';
import { answerCaller, callerNote } from './caller-line';
import { finish, followedBy, outcomeOf } from './closing';
import { ask, keysTimer, stepAsking, type Asking, type AskStep } from './keypad';
import { promiseOwed } from './promise-owed';
import { messagePrompts, welcomePrompts } from './prompts';
import type { Menu } from './routing';

type Choosing = CallIn<'routing'>;

/** Where a caller stands who has not chosen. */
export interface Choice {
  /** Null until he is answered. */
  readonly asking: Asking | null;
  /** How often the menu was said, and how often he pressed what is not in it. */
  readonly said: number;
  readonly wrong: number;
}

/** Who hears it again and again takes nothing from others but a stream. */
const MOST_SAID = 6;
const MOST_WRONG = 2;
const OTHER_LANGUAGE = '9';
const AGAIN = '*';

const PROMPTS: Record<MenuChoice, PromptKey> = {
  sales: 'menu-sales',
  'after-sales': 'menu-after-sales',
  complaint: 'menu-complaint',
};

/** He is answered, and asked then. */
export const beginMenu = (call: Call): Step<Call> => ({
  next: { ...call, stage: { is: 'routing', asking: null, said: 0, wrong: 0 } },
  effects: answerCaller(call),
});

/** A caller who is to choose. */
export function stepMenu(call: Choosing, event: DomainEvent, now: Instant): Step<Call> {
  const { stage, route } = call;
  const { menu } = route;
  if (event.type === 'leg.ended')
    return event.legId === call.callerLegId ? left(call, event.cause, now) : stay<Call>(call);
  if (event.type === 'leg.answered' && event.legId === call.callerLegId && stage.asking === null) {
    const answered = { ...call, answeredAt: now };
    const first = [...messagePrompts(call), ...welcomePrompts('rings-out', call.noticeOwed)];
    const asked = say(answered, first, now);
    return { next: asked.next, effects: [callerNote(answered), listen(call), ...asked.effects] };
  }
  if (stage.asking === null || menu === undefined) return stay<Call>(call);
  if (event.type === 'play.ended' && event.playId === stage.asking.playId) {
    if (event.reason === 'cut') return choose(call, 'sales', now);
    return answer(heard(call, event), stepAsking(call, stage.asking, event, now), now);
  }
  return answer(call, stepAsking(call, stage.asking, event, now), now);
}

/** What came of the keys. */
function answer(call: Choosing, step: AskStep | null, now: Instant): Step<Call> {
  const { stage } = call;
  if (step === null) return stay<Call>(call);
  const known = { ...call, stage: { ...stage, asking: step.next } };
  const { reply, effects } = step;
  if (!reply) return { next: known, effects };
  const then = (next: Step<Call>): Step<Call> => ({
    next: next.next,
    effects: [...effects, ...next.effects],
  });
  if (reply.is === 'none')
    return then(reply.why === 'wrong' ? onceMore(known, now) : choose(known, 'sales', now));
  if (reply.keys === AGAIN) return then(again(known, [], now));
  const language = call.route.menu?.language;
  if (reply.keys === OTHER_LANGUAGE && language !== undefined)
    return then(again(inLanguage(known, language), [], now));
  const chosen = call.route.menu?.choices.find(({ key }) => key === reply.keys);
  return then(choose(known, chosen?.name ?? 'sales', now));
}

/** From here on he is spoken to in it, and the other one is offered. */
function inLanguage(call: Choosing, language: Menu['language']): Choosing {
  const { route } = call;
  const { menu } = route;
  if (menu === undefined || language === undefined) return call;
  const { language: before, ...others } = route;
  const usual = before ?? menu.usual;
  return { ...call, route: { ...others, language, menu: { ...menu, language: usual } } };
}

function onceMore(call: Choosing, now: Instant): Step<Call> {
  const wrong = call.stage.wrong + 1;
  if (wrong >= MOST_WRONG) return choose(call, 'sales', now);
  return again({ ...call, stage: { ...call.stage, wrong } }, ['invalid-entry'], now);
}

const again = (call: Choosing, first: Spoken[], now: Instant): Step<Call> =>
  call.stage.said >= MOST_SAID ? choose(call, 'sales', now) : say(call, first, now);

function say(call: Choosing, first: Spoken[], now: Instant): Step<Call> {
  const { menu } = call.route;
  if (menu === undefined) return choose(call, 'sales', now);
  const { language, choices } = menu;
  const said = call.stage.said + 1;
  const { next: asking, effects } = ask(
    call,
    {
      name: `menu-${said}`,
      say: [
        ...first,
        ...choices.map(({ name }) => PROMPTS[name]),
        ...(language === undefined ? [] : [{ in: language, say: 'menu-language' } as const]),
        'menu-repeat',
      ],
      wants: {
        oneOf: `${choices.map(({ key }) => key).join('')}${language === undefined ? '' : OTHER_LANGUAGE}${AGAIN}`,
      },
      ...{ isOptional: true, tries: 1, patienceMs: menu.patienceMs },
    },
    now,
  );
  return { next: { ...call, stage: { ...call.stage, asking, said } }, effects };
}

/** The notice is said with the greeting; who presses a key before its end may not have heard it. */
const heard = (call: Choosing, { reason }: PlayEnded): Choosing => ({
  ...call,
  noticeOwed: call.noticeOwed && !(reason === 'finished' && call.stage.said === 1),
});

/** Into the line of that queue, where he hears music until there is news for him. */
function choose(call: Choosing, name: MenuChoice, now: Instant): Step<Call> {
  const { menu, language } = call.route;
  const chosen = menu?.choices.find((one) => one.name === name)?.route ?? call.route;
  const { menu: _, ...route } = chosen;
  const standing: CallerFacts = {
    ...call.standing,
    ...(name === 'complaint' ? { complaint: true as const } : {}),
  };
  const stands = Object.keys(standing).length === 0 ? {} : { standing };
  const next: CallIn<'queued'> = {
    ...call,
    ...stands,
    route: { ...route, ...(language === undefined ? {} : { language }) },
    menu: name,
    stage: { is: 'queued', line: { is: 'music' } },
  };
  const { id: callId, callerLegId: legId, ids, arrivedAt } = call;
  return {
    next,
    effects: [
      { type: 'timer.clear', timer: keysTimer(callId) },
      { type: 'media.music', callId, legId },
      callerNote(next),
      { type: 'journal.write', record: { kind: 'call.saved', call: snapshot(next) } },
      { type: 'notify', notice: { kind: 'call.updated', call: snapshot(next) } },
      {
        type: 'raise',
        event: {
          ...{ type: 'entry.joined', at: now, entryId: ids.entryId, callId },
          ...{ queueId: next.route.queueId, joinedAt: arrivedAt },
          ...(next.standing ? { caller: next.standing } : {}),
        },
      },
    ],
  };
}

/** Keys are commands to us here, and his partner's later. */
const listen = ({ id: callId, callerLegId: legId }: Call): Effect => ({
  ...{ type: 'media.keys', callId, legId, relay: true },
});

/** He hung up before he stood in a line: he left all the same, and is called back. */
function left(call: Choosing, cause: EndCause, now: Instant): Step<Call> {
  const outcome = outcomeOf('left', cause);
  const ended = finish(call, { outcome, cause, hangup: 'withdrawn' }, now);
  return followedBy(ended, {
    next: ended.next,
    effects: [
      { type: 'timer.clear', timer: keysTimer(call.id) },
      ...(outcome === 'refused' ? [] : promiseOwed(call, { reason: 'abandoned' }, now)),
    ],
  });
}
