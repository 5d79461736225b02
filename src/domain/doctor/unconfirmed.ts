/** What the doctor says of leads of HQ that wait for their confirmation call (A26): while nobody calls them, no dealer does. Pure. */
import type { Finding } from './findings';

/** `count`: those that should have been called a day ago. */
export function unconfirmed(count: number): Finding {
  const what = 'confirmations';
  if (count === 0)
    return {
      ...{ what, state: 'ok', zh: '没有总部线索久等外呼确认。' },
      en: 'No lead of HQ waits for its confirmation call for long.',
    };
  const setting = 'leads: { confirmation: { levels: [] } }';
  return {
    ...{ what, state: 'warn' },
    zh: `${count} 条总部高意向线索等待外呼确认超过一天，门店尚未收到。请安排确认；不做确认时，请在方案中写 ${setting}。`,
    en: `${count} leads of HQ wait for their confirmation call for more than a day, and no dealer has them. Have them called, or say ${setting} in the plan where nobody confirms.`,
  };
}
