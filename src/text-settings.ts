/** What the settings say of the gateway of text messages. Decides which are right; config.ts reads them with all others. */

/** Each and its default, in the order of `.env.example`. */
export const TEXT_SETTINGS = {
  TEXTS_VIA: '',
  TEXTS_HTTP_URL: '',
  TEXTS_HTTP_BODY: '{"number":{number},"text":{text},"id":{id}}',
  TEXTS_HTTP_SECRET: '',
  TEXTS_ALIYUN_URL: 'https://dysmsapi.aliyuncs.com',
  TEXTS_ALIYUN_KEY_ID: '',
  TEXTS_ALIYUN_KEY_SECRET: '',
  TEXTS_ALIYUN_SIGN: '',
  TEXTS_ALIYUN_TEMPLATES: '',
} as const;

type Name = keyof typeof TEXT_SETTINGS;

export interface HttpTextSettings {
  via: 'http';
  url: string;
  /** JSON in which `{number}`, `{text}` and `{id}` stand for JSON texts. */
  body: string;
  /** Signs each request; never logged. */
  secret: string;
}

export interface AliyunTextSettings {
  via: 'aliyun';
  url: string;
  keyId: string;
  /** Never logged. */
  keySecret: string;
  /** 签名, as Aliyun has approved it. */
  sign: string;
  /** Its template by kind and language, `missed-call:zh-CN`. */
  templates: Record<string, string>;
}

export type TextSettings = HttpTextSettings | AliyunTextSettings;

const SECRETS: readonly Name[] = ['TEXTS_HTTP_SECRET', 'TEXTS_ALIYUN_KEY_SECRET'];

/** Null: TEXTS_VIA is empty, and no texts are sent. Problems go to `problems`, one line each, without secrets. */
export function textSettings(
  value: (name: Name) => string,
  { problems }: { problems: string[] },
): TextSettings | null {
  const wrong = (name: Name, expected: string): void => {
    const shown = SECRETS.includes(name) ? '(hidden)' : value(name);
    problems.push(`${name}=${shown}: expected ${expected}.`);
  };
  const url = (name: Name): string => {
    if (!isUrl(value(name))) wrong(name, 'https://…, or http:// of this machine');
    return value(name);
  };
  const secret = (name: Name): string => {
    if (value(name).length < 16) wrong(name, 'at least 16 characters');
    return value(name);
  };
  const given = (name: Name): string => {
    if (value(name) === '') wrong(name, 'what the gateway gave you');
    return value(name);
  };
  switch (value('TEXTS_VIA')) {
    case '':
      return null;
    case 'http':
      if (!isJsonTemplate(value('TEXTS_HTTP_BODY')))
        wrong('TEXTS_HTTP_BODY', 'JSON with {number} and {text}, without quotes around them');
      return {
        ...{ via: 'http', url: url('TEXTS_HTTP_URL'), body: value('TEXTS_HTTP_BODY') },
        secret: secret('TEXTS_HTTP_SECRET'),
      };
    case 'aliyun':
      return {
        ...{ via: 'aliyun', url: url('TEXTS_ALIYUN_URL'), keyId: given('TEXTS_ALIYUN_KEY_ID') },
        ...{ keySecret: secret('TEXTS_ALIYUN_KEY_SECRET'), sign: given('TEXTS_ALIYUN_SIGN') },
        templates: templates(value('TEXTS_ALIYUN_TEMPLATES'), () =>
          wrong('TEXTS_ALIYUN_TEMPLATES', 'missed-call:zh-CN=SMS_…, several divided by commas'),
        ),
      };
    default:
      wrong('TEXTS_VIA', 'http, aliyun, or nothing');
      return null;
  }
}

function isUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  const isHere = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  return protocol === 'https:' || (protocol === 'http:' && isHere);
}

function isJsonTemplate(text: string): boolean {
  if (!text.includes('{number}') || !text.includes('{text}')) return false;
  try {
    JSON.parse(text.replace(/\{(number|text|id)\}/g, '"x"'));
    return true;
  } catch {
    return false;
  }
}

function templates(text: string, wrong: () => void): Record<string, string> {
  const pairs = text.split(',').map((one) => one.trim().split('='));
  const fits = pairs.every(
    ([key = '', id = '']) =>
      /^(missed-call|appointment):(zh-CN|en)$/.test(key) && /^\w{1,40}$/.test(id),
  );
  if (!fits) wrong();
  return Object.fromEntries(pairs.map(([key = '', id = '']) => [key, id]));
}
