/** Who has acknowledged which text. */
import type { AgentId } from '../../domain/ids';
import type { AcknowledgementSnapshot } from '../../domain/sign-in/acknowledgement';
import type { Instant } from '../../domain/time';
import type { Journal } from '../ports';

export class Acknowledgements {
  private readonly known = new Set<string>();

  constructor(
    private readonly journal: Journal,
    private readonly now: () => Instant,
  ) {}

  restore(acknowledgements: readonly AcknowledgementSnapshot[]): void {
    for (const one of acknowledgements) this.known.add(keyOf(one));
  }

  has(personId: AgentId, version: string): boolean {
    return this.known.has(keyOf({ personId, version }));
  }

  /** The first time counts; resolves when it is on disk. */
  async add(personId: AgentId, version: string): Promise<void> {
    if (this.has(personId, version)) return;
    const acknowledgement = { personId, version, at: this.now() };
    this.known.add(keyOf(acknowledgement));
    this.journal.append(this.now(), { kind: 'acknowledgement.saved', acknowledgement });
    await this.journal.flush();
  }
}

const keyOf = ({ personId, version }: { personId: AgentId; version: string }): string =>
  `${personId}\n${version}`;
