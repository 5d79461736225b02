/** What `npx openline prompts` says, in the terminal's language. */

export type Words = (typeof MESSAGES)['zh' | 'en'];

export const MESSAGES = {
  zh: {
    usage: [
      '用法：',
      '  npx openline prompts list [--language zh-CN]',
      '  npx openline prompts import 文件或文件夹 [--language zh-CN] [--key greeting]',
      '  npx openline prompts reset [--language zh-CN] [--key greeting]',
      '  npx openline prompts reload',
      '  npx openline prompts export-texts',
    ].join('\n'),
    imported: (name: string, seconds: string) => `${name}：已导入，${seconds} 秒`,
    unknownKey: (name: string) =>
      `${name}：系统自带提示音中没有这个名称，只有明确播放它时才会听到。`,
    removed: (name: string) => `${name}：已恢复为系统自带`,
    nothing: '没有可处理的文件。',
    missing: (path: string) => `${path}：找不到该文件或文件夹。`,
    noLanguage: (path: string) =>
      `${path}：不知道是哪种语言。请用 --language zh-CN 指明，或放入以语言命名的文件夹。`,
    badLanguage: (language: string) => `“${language}”不是语言名称，应如 zh-CN 或 en。`,
    badKey: (key: string) => `“${key}”不是提示音名称，只能用小写字母、数字和连字符，如 greeting。`,
    keyForMany: '--key 只能用于单个文件。',
    notSound: (path: string, why: string) => `${path}：不是可用的声音文件（${why}）。`,
    silent: (path: string) => `${path}：文件里没有声音。`,
    length: (path: string, seconds: string, most: number) =>
      `${path}：长 ${seconds} 秒，应在 0.1 到 ${most} 秒之间。`,
    heard: (own: number) => `已生效，无需重启：共 ${own} 个本店文件。正在播放的不受影响。`,
    later: (why: string) =>
      `文件已就位，但未能通知运行中的系统（${why}）。启动后生效，或稍后执行 npx openline prompts reload。`,
    unusable: (file: string, why: string) => `${file}：边缘进程无法使用（${why}）。`,
    own: '本店',
    builtIn: '自带',
  },
  en: {
    usage: [
      'Usage:',
      '  npx openline prompts list [--language zh-CN]',
      '  npx openline prompts import FILE-OR-FOLDER [--language zh-CN] [--key greeting]',
      '  npx openline prompts reset [--language zh-CN] [--key greeting]',
      '  npx openline prompts reload',
      '  npx openline prompts export-texts',
    ].join('\n'),
    imported: (name: string, seconds: string) => `${name}: imported, ${seconds} s`,
    unknownKey: (name: string) =>
      `${name}: the built-in set has no prompt of that name; it is heard only where it is asked for.`,
    removed: (name: string) => `${name}: the built-in one again`,
    nothing: 'There was nothing to do.',
    missing: (path: string) => `${path}: there is no such file or folder.`,
    noLanguage: (path: string) =>
      `${path}: in which language? Say --language zh-CN, or put it into a folder named after it.`,
    badLanguage: (language: string) => `"${language}" is no language, such as zh-CN or en.`,
    badKey: (key: string) =>
      `"${key}" is no name of a prompt: lower-case letters, digits and hyphens, such as greeting.`,
    keyForMany: '--key is for a single file.',
    notSound: (path: string, why: string) => `${path}: no sound file that can be used (${why}).`,
    silent: (path: string) => `${path}: there is no sound in it.`,
    length: (path: string, seconds: string, most: number) =>
      `${path}: it lasts ${seconds} s; 0.1 to ${most} s are possible.`,
    heard: (own: number) =>
      `Heard from now on, without a restart: ${own} files of your own. What is being played goes on as it was.`,
    later: (why: string) =>
      `The files are in place, but the running Openline could not be told (${why}). They are heard after its next start, or after npx openline prompts reload.`,
    unusable: (file: string, why: string) => `${file}: the edge cannot use it (${why}).`,
    own: 'own',
    builtIn: 'built-in',
  },
} as const;
