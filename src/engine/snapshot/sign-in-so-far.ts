/** Who may sign in and who is signed in, by what was journalled; what the plan says of passwords comes with the plan. */
import type { AgentId } from '../../domain/ids';
import type { JournalRecord } from '../../domain/records';
import type { AcknowledgementSnapshot } from '../../domain/sign-in/acknowledgement';
import { isStanding, type ApiTokenSnapshot } from '../../domain/sign-in/api-token';
import type {
  CredentialSnapshot,
  FactorSnapshot,
  SessionSnapshot,
} from '../../domain/sign-in/snapshots';
import type { Instant } from '../../domain/time';

export interface SignInKnown {
  /** By person: what the plan says, hashed. */
  planned: [AgentId, string][];
  credentials: CredentialSnapshot[];
  /** Those that stand. */
  sessions: SessionSnapshot[];
  acknowledgements: AcknowledgementSnapshot[];
  factors: FactorSnapshot[];
  /** Those that stand. */
  tokens: ApiTokenSnapshot[];
}

export const NOBODY_KNOWN: SignInKnown = {
  ...{ planned: [], credentials: [], sessions: [], acknowledgements: [], factors: [], tokens: [] },
};

export class SignInSoFar {
  private planned: [AgentId, string][];
  private readonly credentials: Map<AgentId, CredentialSnapshot>;
  private readonly sessions: Map<string, SessionSnapshot>;
  private readonly acknowledgements: Map<string, AcknowledgementSnapshot>;
  private readonly factors: Map<AgentId, FactorSnapshot>;
  private readonly tokens: Map<string, ApiTokenSnapshot>;

  constructor(known: SignInKnown) {
    this.planned = known.planned;
    this.credentials = byPerson(known.credentials);
    this.sessions = new Map(known.sessions.map((one) => [one.id, one]));
    this.acknowledgements = new Map(known.acknowledgements.map((one) => [keyOf(one), one]));
    this.factors = byPerson(known.factors);
    this.tokens = new Map(known.tokens.map((one) => [one.id, one]));
  }

  plannedBy(hashes: ReadonlyMap<AgentId, string>): void {
    this.planned = [...hashes];
  }

  take(record: JournalRecord): void {
    switch (record.kind) {
      case 'credential.saved':
        return void this.credentials.set(record.credential.personId, record.credential);
      case 'factor.saved':
        return void this.factors.set(record.factor.personId, record.factor);
      case 'acknowledgement.saved':
        return void this.acknowledgements.set(
          keyOf(record.acknowledgement),
          record.acknowledgement,
        );
      case 'token.saved':
        return void this.tokens.set(record.token.id, record.token);
      case 'session.saved':
        if (record.session.end) this.sessions.delete(record.session.id);
        else this.sessions.set(record.session.id, record.session);
        return;
      default:
    }
  }

  now(at: Instant): SignInKnown {
    for (const [id, { expiresAt }] of this.sessions) if (expiresAt <= at) this.sessions.delete(id);
    for (const [id, token] of this.tokens) if (!isStanding(token, at)) this.tokens.delete(id);
    return {
      planned: this.planned,
      credentials: [...this.credentials.values()],
      sessions: [...this.sessions.values()],
      acknowledgements: [...this.acknowledgements.values()],
      factors: [...this.factors.values()],
      tokens: [...this.tokens.values()],
    };
  }
}

const byPerson = <T extends { personId: AgentId }>(all: readonly T[]): Map<AgentId, T> =>
  new Map(all.map((one) => [one.personId, one]));

const keyOf = ({ personId, version }: AcknowledgementSnapshot): string => `${personId}|${version}`;
