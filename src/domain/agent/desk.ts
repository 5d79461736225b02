/**
 * Decides what an agent may ask for. Null means yes; a code says why not. Nothing changes here: the
 * fact is submitted by who asked.
 */
import type { RefusalCode } from '../errors';
import { wanted, type Agent } from './agent';
import { owesForm } from './open-forms';

/** What a desktop can ask for; the same names as the facts that follow. */
export type Request = 'sign-in' | 'ready' | 'not-ready' | 'wrap-up' | 'sign-out';

/** `isUnread`: he has first to acknowledge that he is recorded. Signing out is never refused: who is out already has what he wants. */
export function mayAsk(
  agent: Agent | undefined,
  request: Request,
  isUnread: boolean,
): RefusalCode | null {
  if (!agent || agent.retired) return 'NOT_AN_AGENT';
  if (request === 'sign-in' || request === 'sign-out') return null;
  if (wanted(agent).is === 'logged-out') return 'NOT_SIGNED_IN';
  if (request === 'ready' && agent.phones.length === 0) return 'NO_PHONE';
  if (request === 'ready' && isUnread) return 'NOTICE_UNREAD';
  if (request === 'wrap-up' && agent.activity.is !== 'wrap-up') return 'NOT_IN_WRAP_UP';
  if (request !== 'not-ready' && owesForm(agent)) return 'FORM_OPEN';
  return null;
}
