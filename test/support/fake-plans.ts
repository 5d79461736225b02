import { CodedError } from '../../src/domain/errors';
import { differenceOf } from '../../src/domain/plan-difference/difference';
import type { PlanDocument } from '../../src/domain/plan-document';
import type { PlanFinding } from '../../src/domain/plan-lint/finding';
import type { PlanOrder, PlanResult, Plans, PlanVersion } from '../../src/http/ports';
import { NOW } from './two-stores';

/** Plans in memory: whatever names its stores is a good one. Versions begin with 7, which nobody guesses. */
export class FakePlans implements Plans {
  document: PlanDocument = FIRST;
  at = 7;
  findings: PlanFinding[] = [];
  readonly kept: (PlanVersion & { document: PlanDocument })[] = [];

  /** As in the beginning. */
  forget(): void {
    this.document = FIRST;
    this.at = 7;
    this.findings = [];
    this.kept.length = 0;
  }

  apply: Plans['apply'] = async (document, order) => this.take(document, 'applied', order);
  change: Plans['change'] = async (edit, order) => {
    this.demand(order);
    return this.take(edit(this.document), 'applied', order);
  };
  undo: Plans['undo'] = async ({ to, ...order }) => {
    const before = this.kept.find(({ version }) => version === (to ?? this.at - 1));
    if (!before) throw new CodedError('NOTHING_TO_UNDO');
    return this.take(before.document, 'undone', order);
  };
  standing: Plans['standing'] = async () => ({ version: this.at, document: this.document });
  check: Plans['check'] = async (document) =>
    'stores' in (document as object)
      ? { problems: [], findings: this.findings }
      : { problems: [MISSING], findings: [] };
  versions: Plans['versions'] = async () => ({
    items: this.kept.map(({ document: _document, ...version }) => version),
    next: null,
  });
  version: Plans['version'] = async (asked) =>
    this.kept.find(({ version }) => version === asked)?.document ?? null;

  private demand({ meant = () => true }: PlanOrder = {}): void {
    if (!meant(this.at)) throw new CodedError('PLAN_MOVED', { version: this.at });
  }

  private async take(
    raw: unknown,
    what: PlanVersion['what'],
    order: PlanOrder = {},
  ): Promise<PlanResult> {
    this.demand(order);
    const document = raw as PlanDocument;
    if (!('stores' in document)) return { applied: false, problems: [MISSING] };
    const changes = differenceOf(this.document, document);
    const version = this.at + 1;
    const who = order.who ?? '';
    if (!order.dryRun) {
      await order.noted?.();
      this.kept.push({ version, at: NOW, who, what, changes, document });
      this.document = document;
      this.at = version;
    }
    const summary = { stores: { added: 1, changed: 0, removed: 0 } };
    return { applied: true, summary, changes, version, findings: this.findings };
  }
}

const FIRST: PlanDocument = {
  stores: [{ id: 'bj01', name: '北京一店' }],
  hotlines: [{ number: '400', store: 'bj01' }],
  people: [{ id: 'wang', queues: ['sales'] }],
};
const MISSING = { at: 'stores', code: 'MISSING', zh: '缺少', en: 'missing' };
