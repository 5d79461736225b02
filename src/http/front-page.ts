/**
 * What a browser is shown at the address of the product: that it has reached it, whether what is typed can be read on the
 * way, whether this browser gives its microphone, and whether calls can be taken. It asks nothing of anybody and shows
 * nothing that `/ready` does not tell. No server text is put into it, so that nothing can be smuggled into it either.
 */
import { createHash } from 'node:crypto';

/** Texts by language, picked in the page; `%` stands for what is missing. */
const SCRIPT = `
  const zh = (navigator.languages[0] ?? 'zh').toLowerCase().startsWith('zh');
  document.documentElement.lang = zh ? 'zh-CN' : 'en';
  const show = (id, state, chinese, english) => {
    const line = document.getElementById(id);
    line.textContent = zh ? chinese : english;
    line.className = state;
  };
  show('reached', 'ok', '这台电脑已连接到 Openline。', 'This computer has reached Openline.');
  if (location.protocol === 'https:') show('connection', 'ok', '连接已加密。', 'The connection is encrypted.');
  else if (isSecureContext) show('connection', 'ok', '在本机打开，无需加密。', 'Opened on its own machine, where nothing has to be encrypted.');
  else show('connection', 'bad', '连接未加密：请改用 https:// 地址（在服务器上运行 npx openline doctor 查看）。', 'The connection is not encrypted: use the https:// address (npx openline doctor on the server tells it).');
  if (navigator.mediaDevices) show('microphone', 'ok', '浏览器可以使用麦克风。', 'This browser can give its microphone.');
  else show('microphone', 'bad', '浏览器不提供麦克风：需要 https:// 地址。', 'This browser gives no microphone: it wants an https:// address.');
  const ready = async () => {
    try {
      const answer = await fetch('/ready', { cache: 'no-store' });
      if (answer.ok) return show('ready', 'ok', '可以接听来电。', 'Calls can be taken.');
      const { details } = await answer.json();
      const missing = details.missing.join(', ');
      show('ready', 'bad', '还不能接听来电，缺少：' + missing + '。', 'Calls cannot be taken yet; missing: ' + missing + '.');
    } catch {
      show('ready', 'bad', '服务器没有回答。', 'The server does not answer.');
    }
  };
  void ready();
  setInterval(ready, 5000);
`;

const STYLE = `
  body { font: 16px/1.6 system-ui, sans-serif; max-width: 40em; margin: 3em auto; padding: 0 1em; }
  p::before { display: inline-block; width: 1.5em; }
  .ok::before { content: '✓'; color: #176b2c; }
  .bad::before { content: '✗'; color: #a61c1c; }
`;

/** The whole page. */
export const FRONT_PAGE = `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Openline</title>
<style>${STYLE}</style>
<h1>Openline</h1>
<p id="reached">Openline</p>
<p id="connection"></p>
<p id="microphone"></p>
<p id="ready"></p>
<noscript>请启用 JavaScript。 Please allow JavaScript.</noscript>
<script>${SCRIPT}</script>
</html>
`;

const hashOf = (text: string): string =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Runs and shows only what stands above, and speaks to this server only (CSP 3). */
export const FRONT_PAGE_POLICY = [
  "default-src 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "connect-src 'self'",
  `script-src ${hashOf(SCRIPT)}`,
  `style-src ${hashOf(STYLE)}`,
].join('; ');
