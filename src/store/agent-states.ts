/** Rows of agents' intents, seats, desktops and wrap-ups, so that a restarted app knows who was ready, where he sits,
 * whose desktop it waits for, and who is not to be disturbed. */
import type { Knex } from 'knex';
import type { AgentIntent, AgentSnapshot } from '../domain/records';
import { instant, run, timestamp, upsert, type Line, type Row } from './statement';

const SAVE = upsert(
  'agent_state',
  {
    ...{ agent_id: 'text', intent: 'text', reason: 'text', since: 'timestamptz', seat: 'text' },
    ...{ desktop: 'boolean', wrap_up_call: 'text', wrap_up_since: 'timestamptz' },
    wrap_up_until: 'timestamptz',
  },
  'agent_id',
);

interface AgentStateDbRow {
  agent_id: string;
  intent: AgentIntent['is'];
  reason: string | null;
  since: Date;
  seat: string | null;
  desktop: boolean;
  wrap_up_call: string | null;
  wrap_up_since: Date | null;
  wrap_up_until: Date | null;
}

/** Writes each agent's intent as it is now. At most one snapshot an agent. */
export async function saveAgentStates(line: Line, agents: readonly AgentSnapshot[]): Promise<void> {
  await run(line, SAVE, agents.map(toRow));
}

/** The last written intent of every agent that ever had one. */
export async function loadAgentStates(db: Knex): Promise<AgentSnapshot[]> {
  const rows = await db<AgentStateDbRow>('agent_state').orderBy('agent_id');
  return rows.map((row) => ({
    id: row.agent_id,
    intent:
      row.intent === 'not-ready'
        ? { is: row.intent, reason: row.reason ?? '' }
        : { is: row.intent },
    since: instant(row.since),
    ...(row.seat === null ? {} : { seat: row.seat }),
    ...(row.desktop ? { desktop: true as const } : {}),
    ...wrapUpOf(row),
  }));
}

function wrapUpOf(row: AgentStateDbRow): Pick<AgentSnapshot, 'wrapUp'> {
  const { wrap_up_call: callId, wrap_up_since: since, wrap_up_until: until } = row;
  return callId === null || since === null || until === null
    ? {}
    : { wrapUp: { callId, since: instant(since), until: instant(until) } };
}

function toRow(agent: AgentSnapshot): Row {
  return {
    agent_id: agent.id,
    intent: agent.intent.is,
    reason: agent.intent.is === 'not-ready' ? agent.intent.reason : null,
    since: timestamp(agent.since),
    seat: agent.seat ?? null,
    desktop: agent.desktop ?? false,
    wrap_up_call: agent.wrapUp?.callId ?? null,
    wrap_up_since: timestamp(agent.wrapUp?.since ?? null),
    wrap_up_until: timestamp(agent.wrapUp?.until ?? null),
  };
}
