import type { Call, Stage } from '../../../../src/domain/call/call';
import { stepCall } from '../../../../src/domain/call/call-machine';
import type { Asking } from '../../../../src/domain/call/keypad';
import type { NumberTalk } from '../../../../src/domain/call/number-talk';
import { BugError } from '../../../../src/domain/errors';
import { EVENTS, NOW } from '../events';

const offer = {
  offerId: 'offer',
  agentId: 'bob',
  phoneId: 'phone',
  legId: 'agent-leg',
  recordingId: 'recording',
  offeredAt: NOW,
  dialled: false,
  why: { by: 'recall' as const },
};

const talking = {
  is: 'talking',
  agentId: 'bob',
  agentLegId: 'agent-leg',
  recordingId: 'recording',
} as const;

const calling = {
  is: 'calling',
  out: {
    agentId: 'bob',
    agentLegId: 'agent-leg',
    by: 'desk',
    to: { kind: 'number', number: '+8613800000001', via: ['carrier'] },
    talk: 'recording',
    emergency: false,
  },
} as const;

const WHILE_CALLING = {
  'offer.made': 'BugError',
  'leg.answered (caller)': 'talking, joined',
  'leg.ended (broken)': 'wrapping-up',
  'leg.ended': 'wrapping-up',
  'leg.ended (caller)': 'wrapping-up',
  'timer calling': 'wrapping-up',
};

const asking: Asking = {
  question: { name: 'q', say: ['number-confirm'], wants: { oneOf: '2' }, isOptional: true },
  ...{ begunAt: NOW, said: 2, repeated: 0, playId: 'caller-leg:wait', digits: '' },
};
const confirming: Asking = {
  ...asking,
  said: 1,
  question: { ...asking.question, wants: { oneOf: '12' } },
};
const choosing = {
  is: 'routing',
  ...{ caller: undefined, said: 1, wrong: 0 },
  asking: {
    ...{ ...asking, said: 1, playId: 'caller-leg:menu' },
    question: { ...asking.question, wants: { oneOf: '1*' }, tries: 1 },
  },
} as const;
const talk: NumberTalk = {
  asking: confirming,
  number: '+8613800000001',
  isEntered: false,
  asked: 0,
};
const announcing = {
  is: 'announcing',
  why: 'nobody-signed-in',
  opensAt: null,
  promised: '+8613800000001',
  former: [],
  unwritten: null,
  recordingId: null,
} as const;

const WHILE_ANNOUNCING = {
  'offer.made': 'BugError',
  'leg.ended (caller)': 'wrapping-up',
  'recording.finished': 'announcing, answering',
};

const WHILE_RATING = {
  'offer.made': 'BugError',
  'leg.ended (caller)': 'wrapping-up',
  'timer overdue': 'wrapping-up',
};

const asked = {
  to: { kind: 'phone', agentId: 'dan', phoneId: 'phone-dan' },
  shown: '',
  by: { agentId: 'bob', name: 'Bob' },
  at: NOW,
  offerId: 'consult-offer',
  legId: 'third-leg',
  recordings: { consult: 'consult-recording', talk: 'next-recording' },
  entryId: 'entry-2',
  dialled: false,
  answered: false,
  recording: false,
} as const;
const there = { ...asked, dialled: true, answered: true, recording: true } as const;
const consulting = {
  is: 'consulting',
  agentId: 'bob',
  agentLegId: 'agent-leg',
  recordingId: 'recording',
  asked,
  hears: 'third',
  handsOver: false,
} as const;

const rating = {
  is: 'rating',
  ...{ agentId: 'bob', recordingId: 'recording', talkEndedAt: NOW },
} as const;
const rated: Asking = {
  ...{ ...asking, said: 1, playId: 'caller-leg:score' },
  question: { ...asking.question, wants: { oneOf: '12' } },
};

/** Every stage, in every variant that answers differently. */
const STAGES: Record<string, Stage> = {
  'routing, answering': { ...choosing, asking: null, said: 0 },
  'routing, asked': choosing,
  'queued, arrived': { is: 'queued', line: { is: 'arrived' } },
  'queued, ringing': { is: 'queued', line: { is: 'ringing' } },
  'queued, sounding': { is: 'queued', line: { is: 'sounding', welcome: 'all-busy' } },
  'queued, answering': { is: 'queued', line: { is: 'answering', welcome: 'all-busy' } },
  'queued, welcome': { is: 'queued', line: { is: 'welcome', playId: 'caller-leg:welcome' } },
  'queued, music': { is: 'queued', line: { is: 'music' } },
  'queued, told': { is: 'queued', line: { is: 'told', playId: 'caller-leg:wait' } },
  'queued, asked': { is: 'queued', line: { is: 'asked', talk } },
  'offered, asked': {
    is: 'offered',
    line: { is: 'asked', talk },
    offers: [{ ...offer, dialled: true }],
  },
  'offered, ringing': { is: 'offered', line: { is: 'ringing' }, offers: [offer] },
  'offered, dialled': {
    is: 'offered',
    line: { is: 'ringing' },
    offers: [{ ...offer, dialled: true }],
  },
  'offered, answering': {
    is: 'offered',
    line: { is: 'answering', welcome: 'rings-out' },
    offers: [{ ...offer, dialled: true }],
  },
  'offered, welcome': {
    is: 'offered',
    line: { is: 'welcome', playId: 'caller-leg:welcome' },
    offers: [{ ...offer, dialled: true }],
  },
  'calling, phone': { ...calling, line: { is: 'phone' } },
  'calling, dialled': { ...calling, line: { is: 'dialled' } },
  'calling, ringing': { ...calling, line: { is: 'ringing' } },
  'calling, early': { ...calling, line: { is: 'early' } },
  'talking, answering': { ...talking, line: { is: 'answering' } },
  'talking, notice': { ...talking, line: { is: 'notice', playId: 'caller-leg:notice' } },
  'talking, joined': { ...talking, line: { is: 'joined' } },
  'talking, held': { ...talking, line: { is: 'held', atDesk: true } },
  'consulting, shown': consulting,
  'consulting, rings': { ...consulting, asked: { ...asked, dialled: true } },
  'consulting, third': { ...consulting, asked: there },
  'consulting, customer': { ...consulting, asked: there, hears: 'customer' },
  'consulting, all': { ...consulting, asked: there, hears: 'all' },
  'consulting, handing over': { ...consulting, asked, handsOver: true },
  'consulting, alone': { ...consulting, agentLegId: null, recordingId: null, handsOver: true },
  forwarded: {
    is: 'forwarded',
    agentId: 'bob',
    outsideLegId: 'third-leg',
    number: '+8613900000009',
    recordingId: 'recording',
  },
  parked: { is: 'parked', slot: '701', by: 'bob', since: NOW, until: NOW + 90_000 },
  'announcing, answering': { ...announcing, step: { is: 'answering' } },
  'announcing, number': { ...announcing, step: { is: 'number', talk } },
  'announcing, owed': { ...announcing, unwritten: announcing.promised, step: { is: 'owed' } },
  'announcing, refused': { ...announcing, unwritten: announcing.promised, step: { is: 'refused' } },
  'announcing, told': { ...announcing, step: { is: 'told', asking } },
  'announcing, invited': {
    ...announcing,
    step: { is: 'invited', playId: 'caller-leg:wait' },
  },
  'announcing, message': {
    ...announcing,
    ...{ recordingId: 'recording', step: { is: 'message' } },
  },
  'announcing, goodbye': {
    ...announcing,
    step: { is: 'goodbye', playId: 'caller-leg:farewell' },
  },
  'wrapping-up': { is: 'wrapping-up', recordingId: 'recording' },
  'wrapping-up, no recording': { is: 'wrapping-up', recordingId: null },
  closed: { is: 'closed' },
  'rating, score': { ...rating, step: { is: 'score', asking: rated } },
  'rating, settled': { ...rating, step: { is: 'settled', asking: rated, score: 4 } },
  'rating, thanked': { ...rating, step: { is: 'thanked', playId: 'caller-leg:wait' } },
};

/** Stage -> event -> stage and line afterwards. What is not named stays and wants nothing done. */
const TABLE: Record<string, Record<string, string>> = {
  'routing, answering': {
    'offer.made': 'BugError',
    'leg.answered (caller)': 'routing',
    'leg.ended (caller)': 'wrapping-up',
  },
  'routing, asked': {
    'offer.made': 'BugError',
    'key.pressed (caller, 1)': 'queued, music',
    'key.pressed (caller, 2)': 'routing',
    'key.pressed (caller, #)': 'routing',
    'timer keys-due': 'queued, music',
    'leg.ended (caller)': 'wrapping-up',
  },
  'queued, arrived': {
    'wait.known': 'queued, arrived',
    'call.picked-up': 'queued, arrived',
    'recording.finished': 'queued, arrived',
    'offer.made': 'offered, ringing',
    'entry.held': 'queued, answering',
    'queue.deserted': 'announcing, answering',
    'leg.ended (caller)': 'wrapping-up',
    'timer caller-rings': 'queued, answering',
  },
  'queued, ringing': {
    'wait.known': 'queued, ringing',
    'call.picked-up': 'queued, ringing',
    'recording.finished': 'queued, ringing',
    'offer.made': 'offered, ringing',
    'entry.held': 'queued, answering',
    'queue.deserted': 'announcing, answering',
    'leg.ended (caller)': 'wrapping-up',
    'timer caller-rings': 'queued, answering',
  },
  'queued, sounding': {
    'wait.known': 'queued, sounding',
    'call.picked-up': 'queued, sounding',
    'recording.finished': 'queued, sounding',
    'offer.made': 'offered, sounding',
    'queue.deserted': 'announcing, answering',
    'leg.ringing (caller)': 'queued, answering',
    'leg.ringing (early)': 'queued, welcome',
    'leg.ended (caller)': 'wrapping-up',
    'timer caller-rings': 'queued, answering',
  },
  'queued, answering': {
    'wait.known': 'queued, answering',
    'call.picked-up': 'queued, answering',
    'recording.finished': 'queued, answering',
    'offer.made': 'offered, answering',
    'queue.deserted': 'announcing, answering',
    'leg.answered (caller)': 'queued, welcome',
    'leg.ended (caller)': 'wrapping-up',
  },
  'queued, welcome': {
    'wait.known': 'queued, welcome',
    'key.pressed (caller, 1)': 'queued, asked',
    'call.picked-up': 'queued, welcome',
    'recording.finished': 'queued, welcome',
    'offer.made': 'offered, welcome',
    'queue.deserted': 'announcing, number',
    'play.ended': 'queued, music',
    'leg.ended (caller)': 'wrapping-up',
  },
  'queued, music': {
    'wait.known': 'queued, music',
    'key.pressed (caller, 1)': 'queued, asked',
    'call.picked-up': 'queued, music',
    'recording.finished': 'queued, music',
    'offer.made': 'offered, music',
    'queue.deserted': 'announcing, number',
    'leg.ended (caller)': 'wrapping-up',
  },
  'queued, told': {
    'wait.known': 'queued, told',
    'key.pressed (caller, 1)': 'queued, asked',
    'play.ended (wait)': 'queued, music',
    'call.picked-up': 'queued, told',
    'recording.finished': 'queued, told',
    'offer.made': 'offered, told',
    'queue.deserted': 'announcing, number',
    'leg.ended (caller)': 'wrapping-up',
  },
  'queued, asked': {
    'wait.known': 'queued, asked',
    'key.pressed (caller, 1)': 'announcing, owed',
    'key.pressed (caller, 2)': 'queued, asked',
    'key.pressed (caller, #)': 'queued, asked',
    'play.ended (wait)': 'queued, asked',
    'timer keys-due': 'queued, told',
    'call.picked-up': 'queued, asked',
    'recording.finished': 'queued, asked',
    'offer.made': 'offered, asked',
    'queue.deserted': 'announcing, number',
    'leg.ended (caller)': 'wrapping-up',
  },
  'offered, asked': {
    'wait.known': 'offered, asked, dialled',
    'key.pressed (caller, 1)': 'announcing, owed',
    'key.pressed (caller, 2)': 'offered, asked, dialled',
    'key.pressed (caller, #)': 'offered, asked, dialled',
    'play.ended (wait)': 'offered, asked, dialled',
    'timer keys-due': 'offered, told, dialled',
    'call.picked-up': 'queued, asked',
    'recording.finished': 'offered, asked, dialled',
    'offer.made': 'BugError',
    'timer offer-ring': 'queued, asked',
    'offer.revoked': 'queued, asked',
    'leg.answered': 'talking, notice',
    'leg.ended (broken)': 'queued, asked',
    'leg.ended': 'queued, asked',
    'leg.ended (caller)': 'wrapping-up',
  },
  'offered, ringing': {
    'wait.known': 'offered, ringing',
    'call.picked-up': 'queued, ringing',
    'recording.finished': 'offered, ringing',
    'offer.made': 'BugError',
    'offer.received': 'offered, ringing, dialled',
    'timer.fired': 'offered, ringing, dialled',
    'timer offer-ring': 'queued, ringing',
    'offer.revoked': 'queued, ringing',
    'timer caller-rings': 'offered, answering',
    'leg.answered': 'talking, answering',
    'leg.ended (broken)': 'queued, ringing',
    'leg.ended': 'queued, ringing',
    'leg.ended (caller)': 'wrapping-up',
  },
  'offered, dialled': {
    'wait.known': 'offered, ringing, dialled',
    'call.picked-up': 'queued, ringing',
    'recording.finished': 'offered, ringing, dialled',
    'offer.made': 'BugError',
    'timer offer-ring': 'queued, ringing',
    'offer.revoked': 'queued, ringing',
    'timer caller-rings': 'offered, answering, dialled',
    'leg.answered': 'talking, answering',
    'leg.ended (broken)': 'queued, ringing',
    'leg.ended': 'queued, ringing',
    'leg.ended (caller)': 'wrapping-up',
  },
  'offered, answering': {
    'wait.known': 'offered, answering, dialled',
    'call.picked-up': 'queued, answering',
    'recording.finished': 'offered, answering, dialled',
    'offer.made': 'BugError',
    'timer offer-ring': 'queued, answering',
    'offer.revoked': 'queued, answering',
    'leg.answered': 'talking, answering',
    'leg.answered (caller)': 'offered, welcome, dialled',
    'leg.ended (broken)': 'queued, answering',
    'leg.ended': 'queued, answering',
    'leg.ended (caller)': 'wrapping-up',
  },
  'offered, welcome': {
    'wait.known': 'offered, welcome, dialled',
    'key.pressed (caller, 1)': 'offered, asked, dialled',
    'call.picked-up': 'queued, welcome',
    'recording.finished': 'offered, welcome, dialled',
    'offer.made': 'BugError',
    'timer offer-ring': 'queued, welcome',
    'offer.revoked': 'queued, welcome',
    'play.ended': 'offered, music, dialled',
    'leg.answered': 'talking, notice',
    'leg.ended (broken)': 'queued, welcome',
    'leg.ended': 'queued, welcome',
    'leg.ended (caller)': 'wrapping-up',
  },
  'calling, phone': {
    'talk.hung-up': 'calling, phone',
    ...WHILE_CALLING,
    'help.refused': 'calling, phone',
    'leg.answered': 'calling, dialled',
    'leg.ringing (caller)': 'calling, ringing',
    'leg.ringing (early)': 'calling, early',
  },
  'calling, dialled': {
    'talk.hung-up': 'calling, dialled',
    ...WHILE_CALLING,
    'help.refused': 'calling, dialled',
    'leg.ringing (caller)': 'calling, ringing',
    'leg.ringing (early)': 'calling, early',
  },
  'calling, ringing': {
    'talk.hung-up': 'calling, ringing',
    ...WHILE_CALLING,
    'help.refused': 'calling, ringing',
    'leg.ringing (early)': 'calling, early',
  },
  'calling, early': {
    ...WHILE_CALLING,
    'talk.hung-up': 'calling, early',
    'help.refused': 'calling, early',
  },
  'talking, answering': {
    'talk.hung-up': 'talking, answering',
    'offer.made': 'BugError',
    'leg.answered (caller)': 'talking, notice',
    'recording.finished': 'talking, answering',
    'leg.ended (broken)': 'queued, answering',
    'leg.ended': 'queued, answering',
    'leg.ended (caller)': 'wrapping-up',
  },
  'talking, notice': {
    'talk.hung-up': 'talking, notice',
    'offer.made': 'BugError',
    'play.ended (notice)': 'talking, joined',
    'timer overdue': 'talking, joined',
    'recording.finished': 'talking, notice',
    'leg.ended (broken)': 'queued, welcome',
    'leg.ended': 'queued, welcome',
    'leg.ended (caller)': 'wrapping-up',
  },
  'talking, joined': {
    'talk.taken-over': 'talking, joined',
    'talk.hung-up': 'talking, joined',
    'talks.joined': 'talking, joined',
    'talks.joined (other)': 'wrapping-up',
    'talk.parked': 'parked',
    'offer.made': 'BugError',
    'recording.finished': 'talking, joined',
    'keys.pressed': 'talking, joined',
    'talk.muted': 'talking, joined',
    'leg.held': 'talking, held',
    'leg.held (caller)': 'talking, held',
    'talk.held': 'talking, held',
    'talk.transferred': 'queued, music',
    'consult.begun': 'consulting, shown',
    'leg.ended (broken)': 'queued, music',
    'leg.ended': 'wrapping-up',
    'leg.ended (caller)': 'wrapping-up',
  },
  'talking, held': {
    'talk.taken-over': 'talking, held',
    'talk.hung-up': 'talking, held',
    'talks.joined': 'talking, joined',
    'talks.joined (other)': 'wrapping-up',
    'talk.parked': 'parked',
    'offer.made': 'BugError',
    'recording.finished': 'talking, held',
    'keys.pressed': 'talking, held',
    'talk.muted': 'talking, held',
    'leg.held': 'talking, held',
    'leg.held (caller)': 'talking, held',
    'talk.resumed': 'talking, joined',
    'talk.transferred': 'queued, music',
    'consult.begun': 'consulting, shown',
    'leg.ended (broken)': 'queued, music',
    'leg.ended': 'wrapping-up',
    'leg.ended (caller)': 'wrapping-up',
  },
  'consulting, shown': {
    'talk.hung-up': 'consulting, shown',
    'offer.made': 'BugError',
    'talk.muted': 'consulting, shown',
    'recording.finished': 'consulting, shown',
    'offer.received (third)': 'consulting, rings',
    'offer.revoked (third)': 'talking, held',
    'timer offer-receipt (third)': 'consulting, rings',
    'timer offer-ring (third)': 'talking, held',
    'leg.answered (third)': 'consulting, third',
    'leg.ended (third)': 'talking, held',
    'leg.ended (third, broken)': 'talking, held',
    'consult.ordered (end)': 'talking, joined',
    'consult.ordered (complete)': 'consulting, handing over',
    'leg.ended': 'consulting, alone',
    'leg.ended (broken)': 'queued, music',
    'leg.ended (caller)': 'wrapping-up',
  },
  'consulting, rings': {
    'talk.hung-up': 'consulting, rings',
    'offer.made': 'BugError',
    'talk.muted': 'consulting, rings',
    'recording.finished': 'consulting, rings',
    'offer.revoked (third)': 'talking, held',
    'timer offer-ring (third)': 'talking, held',
    'leg.answered (third)': 'consulting, third',
    'leg.ended (third)': 'talking, held',
    'leg.ended (third, broken)': 'talking, held',
    'consult.ordered (end)': 'talking, joined',
    'consult.ordered (complete)': 'consulting, handing over',
    'leg.ended': 'consulting, alone',
    'leg.ended (broken)': 'queued, music',
    'leg.ended (caller)': 'wrapping-up',
  },
  'consulting, third': {
    'talk.hung-up': 'consulting, third',
    'offer.made': 'BugError',
    'talk.muted': 'consulting, third',
    'recording.finished': 'consulting, third',
    'keys.pressed': 'consulting, third',
    'consult.ordered': 'consulting, customer',
    'consult.ordered (conference)': 'consulting, all',
    'consult.ordered (complete)': 'talking, joined',
    'consult.ordered (end)': 'talking, joined',
    'leg.ended (third)': 'talking, held',
    'leg.ended (third, broken)': 'talking, held',
    'leg.ended': 'talking, joined',
    'leg.ended (broken)': 'queued, music',
    'leg.ended (caller)': 'wrapping-up',
  },
  'consulting, customer': {
    'talk.hung-up': 'consulting, customer',
    'offer.made': 'BugError',
    'talk.muted': 'consulting, customer',
    'recording.finished': 'consulting, customer',
    'keys.pressed': 'consulting, customer',
    'consult.ordered': 'consulting, third',
    'consult.ordered (conference)': 'consulting, all',
    'consult.ordered (complete)': 'talking, joined',
    'consult.ordered (end)': 'talking, joined',
    'leg.ended (third)': 'talking, joined',
    'leg.ended (third, broken)': 'talking, joined',
    'leg.ended': 'talking, joined',
    'leg.ended (broken)': 'queued, music',
    'leg.ended (caller)': 'wrapping-up',
  },
  'consulting, all': {
    'talk.hung-up': 'consulting, all',
    'offer.made': 'BugError',
    'talk.muted': 'consulting, all',
    'recording.finished': 'consulting, all',
    'keys.pressed': 'consulting, all',
    'consult.ordered': 'consulting, third',
    'consult.ordered (complete)': 'talking, joined',
    'consult.ordered (end)': 'talking, joined',
    'leg.ended (third)': 'talking, joined',
    'leg.ended (third, broken)': 'talking, joined',
    'leg.ended': 'talking, joined',
    'leg.ended (broken)': 'queued, music',
    'leg.ended (caller)': 'wrapping-up',
  },
  'consulting, handing over': {
    'talk.hung-up': 'consulting, handing over',
    'offer.made': 'BugError',
    'talk.muted': 'consulting, handing over',
    'recording.finished': 'consulting, handing over',
    'offer.received (third)': 'consulting, handing over',
    'offer.revoked (third)': 'talking, joined',
    'timer offer-receipt (third)': 'consulting, handing over',
    'timer offer-ring (third)': 'talking, joined',
    'leg.answered (third)': 'talking, joined',
    'leg.ended (third)': 'talking, joined',
    'leg.ended (third, broken)': 'talking, joined',
    'consult.ordered (end)': 'talking, joined',
    'consult.ordered (complete)': 'consulting, handing over',
    'leg.ended': 'consulting, alone',
    'leg.ended (broken)': 'queued, music',
    'leg.ended (caller)': 'wrapping-up',
  },
  'consulting, alone': {
    'offer.made': 'BugError',
    'recording.finished': 'consulting, alone',
    'offer.received (third)': 'consulting, alone',
    'offer.revoked (third)': 'queued, music',
    'timer offer-receipt (third)': 'consulting, alone',
    'timer offer-ring (third)': 'queued, music',
    'leg.answered (third)': 'talking, joined',
    'leg.ended (third)': 'queued, music',
    'leg.ended (third, broken)': 'queued, music',
    'leg.ended (caller)': 'wrapping-up',
  },
  forwarded: {
    'leg.released': 'wrapping-up',
    'offer.made': 'BugError',
    'recording.finished': 'forwarded',
    'leg.ended (third)': 'wrapping-up',
    'leg.ended (third, broken)': 'queued, music',
    'leg.ended (caller)': 'wrapping-up',
  },
  parked: {
    'offer.made': 'BugError',
    'call.picked-up': 'queued, music',
    'timer park-limit': 'queued, music',
    'recording.finished': 'parked',
    'leg.ended (caller)': 'wrapping-up',
  },
  'announcing, answering': {
    ...WHILE_ANNOUNCING,
    'leg.answered (caller)': 'announcing, number',
    'timer overdue': 'wrapping-up',
  },
  'announcing, number': {
    ...WHILE_ANNOUNCING,
    'recording.finished': 'announcing, number',
    'key.pressed (caller, 1)': 'announcing, told',
    'key.pressed (caller, 2)': 'announcing, number',
    'key.pressed (caller, #)': 'announcing, number',
    'play.ended (wait)': 'announcing, number',
    'timer keys-due': 'announcing, told',
  },
  'announcing, owed': {
    ...WHILE_ANNOUNCING,
    'recording.finished': 'announcing, owed',
    'promise.written': 'announcing, told',
    'timer overdue': 'wrapping-up',
  },
  'announcing, refused': {
    ...WHILE_ANNOUNCING,
    'recording.finished': 'announcing, refused',
    'promise.written': 'wrapping-up',
    'timer overdue': 'wrapping-up',
  },
  'announcing, told': {
    ...WHILE_ANNOUNCING,
    'recording.finished': 'announcing, told',
    'key.pressed (caller, 1)': 'announcing, goodbye',
    'key.pressed (caller, 2)': 'announcing, invited',
    'key.pressed (caller, #)': 'announcing, goodbye',
    'play.ended (wait)': 'announcing, told',
    'timer keys-due': 'announcing, goodbye',
  },
  'announcing, invited': {
    ...WHILE_ANNOUNCING,
    'recording.finished': 'announcing, invited',
    'play.ended (wait)': 'announcing, message',
    'timer overdue': 'wrapping-up',
  },
  'announcing, message': {
    ...WHILE_ANNOUNCING,
    'recording.finished': 'announcing, goodbye',
    'key.pressed (caller, #)': 'announcing, goodbye',
    'timer keys-due': 'announcing, goodbye',
  },
  'announcing, goodbye': {
    ...WHILE_ANNOUNCING,
    'recording.finished': 'announcing, goodbye',
    'play.ended (farewell)': 'wrapping-up',
    'timer overdue': 'wrapping-up',
  },
  'wrapping-up': {
    'offer.made': 'BugError',
    'recording.finished': 'wrapping-up',
    'timer overdue': 'closed',
  },
  'wrapping-up, no recording': {
    'offer.made': 'BugError',
    'recording.finished': 'wrapping-up',
    'timer overdue': 'closed',
  },
  closed: { 'offer.made': 'BugError' },
  'rating, score': {
    ...WHILE_RATING,
    'recording.finished': 'rating, score',
    'key.pressed (caller, 1)': 'rating, settled',
    'key.pressed (caller, 2)': 'rating, settled',
    'key.pressed (caller, #)': 'rating, score',
    'timer keys-due': 'wrapping-up',
  },
  'rating, settled': {
    ...WHILE_RATING,
    'recording.finished': 'rating, settled',
    'key.pressed (caller, 1)': 'rating, thanked',
    'key.pressed (caller, 2)': 'rating, thanked',
    'key.pressed (caller, #)': 'rating, settled',
    'timer keys-due': 'rating, thanked',
  },
  'rating, thanked': {
    ...WHILE_RATING,
    'recording.finished': 'rating, thanked',
    'play.ended (wait)': 'wrapping-up',
  },
};

const MENU = { choices: [], usual: 'zh-CN', patienceMs: 5000 } as const;

const isOver = (stage: Stage) => stage.is === 'wrapping-up' || stage.is === 'closed';

const callIn = (stage: Stage): Call => ({
  id: 'call',
  direction: 'inbound',
  route: {
    storeId: 'bj01',
    storeName: 'Beijing One',
    queueId: 'sales',
    hotline: '400',
    notice: true,
    ringMs: 20_000,
    wrapUpMs: 30_000,
    ...(stage.is === 'routing' ? { menu: MENU } : {}),
  },
  trunkId: 'carrier',
  from: '+8613800000001',
  to: '400',
  displayName: '',
  ids: { entryId: 'entry', leadId: 'lead', promiseId: 'promise' },
  callerLegId: 'caller-leg',
  lookup: 'none',
  callerName: '',
  leadId: 'lead',
  customerId: null,
  agentId: null,
  colleagueId: null,
  arrivedAt: NOW,
  offeredAt: null,
  answeredAt: null,
  talkStartedAt: null,
  bridgedAt: null,
  endedAt: isOver(stage) ? NOW : null,
  outcome: isOver(stage) ? 'talk' : null,
  endCause: isOver(stage) ? 'hangup' : null,
  noticeOwed: true,
  // Another leg stands for one that was hung up before and has not ended.
  legs: ['caller-leg', 'agent-leg', 'third-leg', 'other'],
  holding: [],
  muted: [],
  emergency: false,
  earlier: [],
  stage,
});

function nameOf({ stage }: Call): string {
  if (stage.is === 'consulting') return `consulting, ${nameOfConsult(stage)}`;
  if (stage.is === 'announcing' || stage.is === 'rating') return `${stage.is}, ${stage.step.is}`;
  if (!('line' in stage)) return stage.is;
  const dialled = stage.is === 'offered' && stage.offers[0]?.dialled ? ', dialled' : '';
  return `${stage.is}, ${stage.line.is}${dialled}`;
}

function nameOfConsult(stage: Extract<Stage, { is: 'consulting' }>): string {
  if (stage.agentLegId === null) return 'alone';
  if (stage.handsOver) return 'handing over';
  if (stage.asked.answered) return stage.hears;
  return stage.asked.dialled ? 'rings' : 'shown';
}

const PAIRS = Object.keys(STAGES).flatMap((stage) =>
  Object.keys(EVENTS).map((event) => [stage, event, TABLE[stage]?.[event] ?? 'stays'] as const),
);

describe('every stage and every event', () => {
  test.each(PAIRS)('%s + %s -> %s', (stageName, eventName, expected) => {
    const stage = STAGES[stageName];
    const event = EVENTS[eventName];
    if (!stage || !event) throw new Error('a row of the table names what is not there');
    const call = callIn(stage);
    if (expected === 'BugError') {
      expect(() => stepCall(call, event, NOW)).toThrow(BugError);
      return;
    }
    const { next, effects } = stepCall(call, event, NOW);
    if (expected !== 'stays') {
      expect(nameOf(next)).toBe(expected);
      return;
    }
    expect(effects).toEqual([]);
    // That a leg has ended is remembered in every stage.
    const legs =
      event.type === 'leg.ended' ? call.legs.filter((id) => id !== event.legId) : call.legs;
    // And that its far side listens no more, for when it is joined.
    const holding =
      event.type === 'leg.held' && legs.includes(event.legId) ? [event.legId] : call.holding;
    expect(next).toEqual({ ...call, legs, holding });
  });

  test('the table names no stage and no event that is not there', () => {
    expect(Object.keys(TABLE)).toEqual(Object.keys(STAGES));
    for (const row of Object.values(TABLE))
      for (const event of Object.keys(row)) expect(EVENTS).toHaveProperty([event]);
  });
});

describe('wrapping up', () => {
  test('closes with the last leg when no recording is running', () => {
    const call = { ...callIn({ is: 'wrapping-up', recordingId: null }), legs: ['caller-leg'] };
    const { next, effects } = stepCall(call, EVENTS['leg.ended (caller)']!, NOW);
    expect(next.stage.is).toBe('closed');
    expect(effects).toContainEqual({ type: 'media.close', callId: 'call' });
  });

  test('waits for the recording after the last leg', () => {
    const call = { ...callIn({ is: 'wrapping-up', recordingId: 'recording' }), legs: [] };
    const { next, effects } = stepCall(call, EVENTS['recording.finished']!, NOW);
    expect(next.stage.is).toBe('closed');
    expect(effects.map(({ type }) => type)).toEqual([
      'journal.write',
      'timer.clear',
      'timer.clear',
      'media.close',
    ]);
  });
});
