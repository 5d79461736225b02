/**
 * Forms of calls that go on or ended a moment ago, and those that are still open: filling them in needs no database.
 * Whoever fills in an older one brings it along.
 */
import type { FormSnapshot } from '../domain/form/form';
import type { CallId } from '../domain/ids';

/** More than a busy day. */
export const FORM_LIMIT = 10_000;

/** Keeps the ten thousand that changed last. */
export class RecentForms {
  private readonly forms = new Map<CallId, FormSnapshot>();
  private readonly open = new Map<CallId, FormSnapshot>();

  get(callId: CallId): FormSnapshot | undefined {
    return this.forms.get(callId);
  }

  /** Those that are not complete, also of talks that go on; the one that changed last comes last. */
  unclassified(): FormSnapshot[] {
    return [...this.open.values()];
  }

  set(form: FormSnapshot): void {
    this.forget(form.callId);
    this.forms.set(form.callId, form);
    if (form.state === 'unclassified') this.open.set(form.callId, form);
    if (this.forms.size <= FORM_LIMIT) return;
    const oldest = this.forms.keys().next();
    if (!oldest.done) this.forget(oldest.value);
  }

  forget(callId: CallId): void {
    this.forms.delete(callId);
    this.open.delete(callId);
  }
}
