/**
 * Aliyun SMS (Dysmsapi 2017-05-25, `SendSms`), signed as its RPC interface demands: HMAC-SHA1 over the sorted, doubly
 * escaped parameters. Texts are templates that Aliyun has approved; ours fills in their values.
 */
import { createHmac } from 'node:crypto';
import type { AliyunTextSettings } from '../../text-settings';
import { asked, type GatewayAnswer, type TextGateway } from './gateway';

/** RFC 3986 §2.1, all but unreserved characters. */
const escaped = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );

export function aliyunGateway(
  { url, keyId, keySecret, sign, templates }: AliyunTextSettings,
  { now, makeId }: { now: () => number; makeId: () => string },
): TextGateway {
  return {
    send: async ({ id, kind, language, number, values }) => {
      const template = templates[`${kind}:${language}`];
      if (template === undefined)
        return { is: 'refused', detail: `TEXTS_ALIYUN_TEMPLATES has no ${kind}:${language}` };
      const parameters: Record<string, string> = {
        ...{ Action: 'SendSms', Version: '2017-05-25', Format: 'JSON', RegionId: 'cn-hangzhou' },
        ...{ SignatureMethod: 'HMAC-SHA1', SignatureVersion: '1.0', SignatureNonce: makeId() },
        ...{ AccessKeyId: keyId, Timestamp: new Date(now()).toISOString().replace(/\.\d+/, '') },
        ...{ PhoneNumbers: number.replace(/^\+86/, ''), SignName: sign, TemplateCode: template },
        ...{ TemplateParam: JSON.stringify(values), OutId: id },
      };
      const query = Object.keys(parameters)
        .sort()
        .map((name) => `${escaped(name)}=${escaped(parameters[name] ?? '')}`)
        .join('&');
      const text = `POST&${escaped('/')}&${escaped(query)}`;
      const signature = createHmac('sha1', `${keySecret}&`).update(text).digest('base64');
      const body = `Signature=${escaped(signature)}&${query}`;
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      return asked(url, { method: 'POST', headers, body }, answerOf);
    },
  };
}

function answerOf(status: number, text: string): GatewayAnswer {
  const said = parsed(text);
  const detail = [said.Code ?? status, said.Message, said.BizId]
    .filter(Boolean)
    .join(' ')
    .slice(0, 200);
  if (said.Code === 'OK') return { is: 'taken', detail };
  if (said.Code === undefined)
    return { is: status >= 500 || status === 200 ? 'unknown' : 'refused', detail };
  return {
    is: /LIMIT_CONTROL|Throttling|ServiceUnavailable/.test(said.Code) ? 'busy' : 'refused',
    detail,
  };
}

function parsed(text: string): { Code?: string; Message?: string; BizId?: string } {
  try {
    const said: unknown = JSON.parse(text);
    return typeof said === 'object' && said !== null ? said : {};
  } catch {
    return {};
  }
}
