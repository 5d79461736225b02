/**
 * What callers, agents and desktops saw is laid beside what the records say, caller by caller: a call, form or promise
 * that is missing, there twice, another's, or of another time is a contradiction. Pure.
 */

/** A caller and his one call. */
export interface CallerSaw {
  number: string;
  dialledAt: number;
  end: 'answered' | 'cancelled' | 'busy';
}

/** A phone that was picked up; `toTheEnd`: its agent hung up after the talk. */
export interface AgentSaw {
  number: string;
  agent: string;
  toTheEnd: boolean;
}

/** A form that was accepted; those of one agent in the order of their answers. */
export interface DeskSaw {
  callId: string;
  agent: string;
  note: string;
}

export interface Seen {
  callers: readonly CallerSaw[];
  agents: readonly AgentSaw[];
  desks: readonly DeskSaw[];
}

export interface CallRow {
  id: string;
  number: string;
  agent: string | null;
  outcome: string | null;
  arrivedAt: number;
  endedAt: number;
}

export interface PromiseRow {
  callId: string;
  number: string;
  reason: string;
  openedAt: number;
}

export interface FormRow {
  callId: string;
  state: string;
  filledBy: string | null;
  filledAt: number | null;
  note: string | null;
}

export interface Rows {
  calls: readonly CallRow[];
  promises: readonly PromiseRow[];
  forms: readonly FormRow[];
}

/** Between one process's clock reading and another's on a loaded machine; a replay comes a minute later. */
const CLOCK_MS = 2000;

/** How a call may have ended, by what its caller saw. Who hangs up while he is being told is promised a call. */
const OUTCOMES: Record<CallerSaw['end'], readonly string[]> = {
  answered: ['talk', 'promise', 'left'],
  cancelled: ['left', 'promise'],
  busy: ['over-capacity', 'refused', 'blocked', 'broken'],
};

/** Which promise goes with an outcome. */
const REASONS: Record<string, readonly string[]> = {
  left: ['abandoned'],
  promise: ['over-capacity', 'nobody-signed-in', 'hopeless'],
  'over-capacity': ['over-capacity'],
};

/** In words, one for each thing that is wrong; empty is well. */
export function contradictions(seen: Seen, rows: Rows): string[] {
  const calls = grouped(rows.calls, ({ number }) => number);
  const promises = grouped(rows.promises, ({ number }) => number);
  const known = new Set(seen.callers.map(({ number }) => number));
  return [
    ...seen.callers.flatMap((caller) => ofCaller(caller, calls.get(caller.number) ?? [])),
    ...rows.calls.flatMap(({ number }) => (known.has(number) ? [] : [`${number} never called`])),
    ...outOfOrder(rows.calls),
    ...rows.calls.flatMap((call) => ofPromise(call, promises.get(call.number) ?? [])),
    ...ofTalks(seen.agents, rows.calls),
    ...ofForms(seen.desks, rows.forms),
  ];
}

function ofCaller({ number, dialledAt, end }: CallerSaw, calls: readonly CallRow[]): string[] {
  const [call] = calls;
  if (call === undefined || calls.length > 1) return [`${number} has ${calls.length} calls`];
  const faults: string[] = [];
  if (!OUTCOMES[end].includes(call.outcome ?? 'none'))
    faults.push(`${number}: he saw ${end}, the records say ${call.outcome}`);
  if (Math.abs(call.arrivedAt - dialledAt) > CLOCK_MS)
    faults.push(`${number} came ${call.arrivedAt - dialledAt} ms after he dialled`);
  return faults;
}

/** The app's ids (UUIDv7) are made as calls come. */
function outOfOrder(calls: readonly CallRow[]): string[] {
  const byId = calls.filter(({ id }) => id[14] === '7').sort((a, b) => (a.id < b.id ? -1 : 1));
  return byId.flatMap(({ number, arrivedAt }, at) =>
    arrivedAt < (byId[at - 1]?.arrivedAt ?? 0) ? [`${number} stands behind who came later`] : [],
  );
}

function ofPromise(call: CallRow, promises: readonly PromiseRow[]): string[] {
  const { number, outcome } = call;
  const reasons = REASONS[outcome ?? ''];
  const expected = reasons === undefined ? 0 : 1;
  if (promises.length !== expected)
    return [`${number}, ${outcome}: ${promises.length} promises, not ${expected}`];
  return promises.flatMap(({ callId, reason, openedAt }) => [
    ...(callId === call.id ? [] : [`the promise to ${number} is of another call`]),
    ...(reasons?.includes(reason) ? [] : [`the promise to ${number}, ${outcome}: ${reason}`]),
    ...(openedAt >= call.arrivedAt && openedAt <= call.endedAt + CLOCK_MS
      ? []
      : [`the promise to ${number} was not made while he called`]),
  ]);
}

function ofTalks(agents: readonly AgentSaw[], calls: readonly CallRow[]): string[] {
  const key = (number: string, agent: string | null) => `${number} with ${agent}`;
  const talks = new Set(
    calls.flatMap(({ number, agent, outcome }) => (outcome === 'talk' ? [key(number, agent)] : [])),
  );
  const pickedUp = new Set(agents.map(({ number, agent }) => key(number, agent)));
  const ended = agents.filter(({ toTheEnd }) => toTheEnd);
  return [
    ...ended.flatMap(({ number, agent }) =>
      talks.has(key(number, agent)) ? [] : [`the talk of ${key(number, agent)} is missing`],
    ),
    ...[...talks].flatMap((talk) => (pickedUp.has(talk) ? [] : [`nobody had the talk of ${talk}`])),
  ];
}

function ofForms(desks: readonly DeskSaw[], forms: readonly FormRow[]): string[] {
  const byCall = new Map(forms.map((form) => [form.callId, form]));
  const filledAt = new Map<string, number>();
  return desks.flatMap(({ callId, agent, note }) => {
    const form = byCall.get(callId);
    if (form?.state !== 'complete' || form.note !== note || form.filledBy !== agent)
      return [`the form ${note} of ${agent} is not as he filled it in: ${JSON.stringify(form)}`];
    const before = filledAt.get(agent) ?? 0;
    filledAt.set(agent, form.filledAt ?? 0);
    return (form.filledAt ?? 0) < before
      ? [`${agent} filled in ${note} before an earlier one`]
      : [];
  });
}

function grouped<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}
