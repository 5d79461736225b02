/** Reasons for being not ready that nobody gave himself, in words for who reads them: why it is, and what to do. */
import type { AgentIntent } from '../records';

interface Text {
  zh: string;
  en: string;
}

const TEXTS: Record<string, Text> = {
  'signed-in': {
    zh: '已签入，尚未示闲。点击“示闲”后开始接听来电。',
    en: 'Signed in. Say "ready" to take calls.',
  },
  'missed-offers': {
    zh: '连续未接来电，已自动示忙。回到座位后请点击“示闲”。',
    en: 'Several calls in a row were not answered. Say "ready" when you are back.',
  },
  'wrap-up overdue': {
    zh: '话后整理超时，上一通电话的表单尚未填写完整。填写完整后请点击“示闲”。',
    en: 'Wrap-up is over, and the form of a call is not complete. Complete it, and say "ready".',
  },
  'desktop-lost': {
    zh: '工作台连接中断，已自动示忙。请刷新页面并点击“示闲”。',
    en: 'The desktop lost its connection. Load the page again, and say "ready".',
  },
  'phone-hung-up': {
    zh: '话机的常连线路已被挂断，已自动示忙。点击“示闲”后系统会重新呼叫话机。',
    en: 'The phone hung up its standing line. Say "ready", and it is called again.',
  },
  'phone-line-lost': {
    zh: '话机的常连线路已中断，已自动示忙。请检查话机后点击“示闲”。',
    en: 'The standing line to the phone is lost. Check the phone, and say "ready".',
  },
  'phone-not-answered': {
    zh: '话机没有接听常连线路的呼叫，已自动示忙。请检查话机后点击“示闲”。',
    en: 'The phone did not pick up for its standing line. Check it, and say "ready".',
  },
};

/** Null while he is ready or out, and for a reason of his own. */
export const reasonText = (intent: AgentIntent): Text | null =>
  intent.is === 'not-ready' ? (TEXTS[intent.reason] ?? null) : null;
