/** What is known of who signed in, from a former life of the app to this one. */
import { IDLE_MS } from '../domain/sign-in/session';
import type { Instant } from '../domain/time';
import { Sessions } from '../engine/sign-in/sessions';
import { loadSessions } from '../store/sign-in/sessions';
import type { Parts } from './centre';

/** The journal stands in the database by then. */
export async function restoreSignIn({ db, journal, makeId }: Parts, now: () => Instant) {
  const sessions = new Sessions({ journal, makeId, now, idleMs: () => IDLE_MS });
  sessions.restore(await loadSessions(db, now()));
  return { sessions };
}
