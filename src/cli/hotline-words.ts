/** What `npx openline hotlines`, `close`, `open` and `message` say, in the terminal's language. */

export const HOTLINE_WORDS = {
  zh: {
    usage:
      '用法：npx openline hotlines [--json] | npx openline close 号码 [--until 18:00] | npx openline open 号码',
    messageUsage:
      '用法：npx openline message 号码 --say 提示音或文件 [--until 18:00] [--language zh-CN] | npx openline message 号码 --none',
    noMoment: (text: string) =>
      `“${text}”不是时间：应如 18:00（本机时钟），或带时区的 2026-07-02T08:00:00+08:00。`,
    head: ['号码', '专营店', '状态', '原因', '下次开放'],
    states: { open: '开放', closed: '关闭' },
    why: { 'after-hours': '非营业时间', holiday: '节假日', closure: '命令关闭' },
    by: (who: string) => `由 ${who} 关闭`,
    nobodyKnows: '未知',
    noHotline: '方案中没有热线。',
    noMessage: (number: string) => `${number}：没有留言播放`,
    hears: (number: string, say: string, until: string | null) =>
      `${number}：来电者先听到 ${say}，再听到问候语，${until === null ? '直到取消' : `直到 ${until}`}`,
    noPrompt: (say: string) => `${say} 既不是文件，也不是提示音（见 npx openline prompts list）。`,
  },
  en: {
    usage:
      'Usage: npx openline hotlines [--json] | npx openline close NUMBER [--until 18:00] | npx openline open NUMBER',
    messageUsage:
      'Usage: npx openline message NUMBER --say KEY|FILE [--until 18:00] [--language zh-CN] | npx openline message NUMBER --none',
    noMoment: (text: string) =>
      `"${text}" is no time: say 18:00 by this machine's clock, or 2026-07-02T08:00:00+08:00 with its zone.`,
    head: ['NUMBER', 'STORE', 'STATE', 'WHY', 'OPENS'],
    states: { open: 'open', closed: 'closed' },
    why: { 'after-hours': 'after-hours', holiday: 'holiday', closure: 'closure' },
    by: (who: string) => `by ${who}`,
    nobodyKnows: 'nobody can say',
    noHotline: 'The plan has no hotline.',
    noMessage: (number: string) => `${number}: no message`,
    hears: (number: string, say: string, until: string | null) =>
      `${number}: callers hear ${say} before the greeting, ${until === null ? 'until it is ended' : `until ${until}`}`,
    noPrompt: (say: string) => `${say} is neither a file nor a prompt (npx openline prompts list).`,
  },
};
export type HotlineWords = (typeof HOTLINE_WORDS)['zh' | 'en'];
