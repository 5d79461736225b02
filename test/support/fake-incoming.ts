import type { WebForm } from '../../src/domain/intake/web-form';
import type { Handed, HandedResult, IncomingLeads, WebForms } from '../../src/http/incoming-ports';
import { NOW } from './two-stores';

export const aWebForm = (parts: Partial<WebForm> = {}): WebForm => ({
  ...{ id: 'form-1', name: '官网', stores: ['bj01'], channel: null, source: 'web', perMinute: 60 },
  ...{ state: 'active', formerUntil: null, madeAt: NOW, madeBy: 'zhao', changedAt: NOW },
  ...parts,
});

/** Web forms in memory, each with a signature that is good; leads that land nowhere. */
export class FakeIncoming implements WebForms, IncomingLeads {
  theForms: WebForm[] = [];
  /** Whatever changed something. */
  readonly done: string[] = [];
  readonly handed: Handed[] = [];
  /** What the next ones are answered. */
  answers: HandedResult[] = [];

  list: WebForms['list'] = async () => this.theForms;
  find: WebForms['find'] = async (id) => this.theForms.find((one) => one.id === id) ?? null;
  make: WebForms['make'] = async (settings, madeBy, noted) => {
    const form = aWebForm({ ...settings, id: `made-${this.theForms.length}`, madeBy });
    await noted(form.id);
    this.done.push('make');
    this.theForms.push(form);
    return { form, secret: 'whsec_AAAA' };
  };
  change: WebForms['change'] = async (form, settings) => this.set(form, settings);
  remove: WebForms['remove'] = async ({ id }) => {
    this.done.push('remove');
    this.theForms = this.theForms.filter((one) => one.id !== id);
  };
  rotate: WebForms['rotate'] = async (form, overlapMs) => ({
    form: this.set(form, { formerUntil: NOW + overlapMs }),
    secret: 'whsec_BBBB',
  });
  signedBy: WebForms['signedBy'] = async (id, { signature }) =>
    this.theForms.find((one) => one.id === id && signature === `v1,good-${id}`) ?? null;

  ofForm: IncomingLeads['ofForm'] = async (_form, lead) => {
    this.handed.push(lead);
    return this.answers.shift() ?? taken(lead);
  };
  ofHq: IncomingLeads['ofHq'] = async (_asked, leads) => {
    this.done.push('of-hq');
    this.handed.push(...leads);
    return leads.map((lead) => this.answers.shift() ?? taken(lead));
  };
  results: IncomingLeads['results'] = async () => ({ items: [], next: null, last: null });

  private set({ id }: WebForm, change: Partial<WebForm>): WebForm {
    this.done.push('set');
    this.theForms = this.theForms.map((one) => (one.id === id ? { ...one, ...change } : one));
    return this.theForms.find((one) => one.id === id) ?? aWebForm({ id });
  }
}

const taken = ({ key }: Handed): HandedResult => ({
  ...{ key, id: `in-${key}`, is: 'accepted', leadId: 'lead-1', differs: false },
});
