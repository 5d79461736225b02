/** Web forms as people set them up, and whether a request was signed with the secret of one. Secrets are told once and kept sealed. */
import { CodedError } from '../domain/errors';
import { MAX_WEB_FORMS, type WebForm } from '../domain/intake/web-form';
import { seconds, type Instant, type Millis } from '../domain/time';
import { seal, unseal } from '../engine/sign-in/sealed';
import type { SignedRequest, WebForms } from '../http/incoming-ports';
import { isSigned, makeSecret, secretText } from '../jobs/webhooks/sign';
import type { Database } from '../store/database';
import {
  findWebForm,
  removeWebForm,
  saveWebForm,
  webForms as storedForms,
  type StoredWebForm,
} from '../store/intake/web-forms';

/** A request that is older is somebody's who has kept one; clocks may differ by as much. */
export const SIGNED_WITHIN_MS: Millis = seconds(300);

export interface WebFormParts {
  db: Database;
  /** Seals secrets; 32 bytes. */
  key: Buffer;
  makeId: () => string;
  now: () => Instant;
}

export function webFormDesk({ db, key, makeId, now }: WebFormParts): WebForms {
  const owner = (id: string) => `web form ${id}`;
  const demand = async ({ id }: WebForm): Promise<StoredWebForm> => {
    const found = await findWebForm(db, id);
    if (found === null) throw new CodedError('NOT_FOUND');
    return found;
  };
  const keep = async (form: StoredWebForm): Promise<WebForm> => {
    await saveWebForm(db, form);
    return shown(form);
  };
  const newSecret = (id: string) => {
    const secret = makeSecret();
    return { secret: secretText(secret), sealed: seal(secret, key, owner(id)) };
  };
  // Nobody's: with it a form that is none takes as long to be refused as one that is.
  const decoy = makeSecret();

  return {
    list: async () => (await storedForms(db)).map(shown),
    find: async (id) => {
      const found = await findWebForm(db, id);
      return found && shown(found);
    },
    async make(settings, madeBy, noted) {
      if ((await storedForms(db)).length >= MAX_WEB_FORMS)
        throw new CodedError('WEB_FORM_LIMIT', { most: MAX_WEB_FORMS });
      const [id, at] = [makeId(), now()];
      const { secret, sealed } = newSecret(id);
      await noted(id);
      const made = { id, madeAt: at, madeBy, changedAt: at, formerUntil: null };
      return {
        form: await keep({ ...settings, ...made, sealed, formerSealed: null }),
        secret,
      };
    },
    change: async (form, settings) =>
      keep({ ...(await demand(form)), ...settings, changedAt: now() }),
    remove: (form) => removeWebForm(db, form.id),
    async rotate(form, overlapMs) {
      const stored = await demand(form);
      const { secret, sealed } = newSecret(form.id);
      const isKept = overlapMs > 0;
      const former = {
        formerSealed: isKept ? stored.sealed : null,
        formerUntil: isKept ? now() + overlapMs : null,
      };
      return { form: await keep({ ...stored, ...former, sealed, changedAt: now() }), secret };
    },
    async signedBy(formId, request) {
      const form = await findWebForm(db, formId);
      const at = now();
      const open = (sealed: string) => unseal(sealed, key, owner(formId));
      const formerIsGood = (form?.formerUntil ?? 0) > at;
      const secrets = [form?.sealed, formerIsGood ? form?.formerSealed : null]
        .flatMap((sealed) => (sealed ? (open(sealed) ?? []) : []))
        .filter((secret) => secret.length > 0);
      const isGood = isSigned(request, secrets.length > 0 ? secrets : [decoy]);
      if (form?.state !== 'active' || secrets.length === 0 || !isGood) return null;
      return isRecent(request, at) ? shown(form) : null;
    },
  };
}

const isRecent = ({ timestamp }: SignedRequest, at: Instant): boolean =>
  /^\d{1,12}$/.test(timestamp) && Math.abs(seconds(Number(timestamp)) - at) <= SIGNED_WITHIN_MS;

function shown({ sealed: _sealed, formerSealed: _former, ...form }: StoredWebForm): WebForm {
  return form;
}
