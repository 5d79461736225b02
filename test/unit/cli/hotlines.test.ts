import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOTLINE_WORDS } from '../../../src/cli/hotline-words';
import { hotlines, type HotlinesOptions } from '../../../src/cli/hotlines';
import { message } from '../../../src/cli/message';
import { momentOf, shown } from '../../../src/cli/moment';
import { loadSecret } from '../../../src/secrets';
import { startHttp, type TestHttp } from '../../support/http';

/** The command against the real HTTP edge. */
let folder: string;
let http: TestHttp;
let listen: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'openline-hotlines-'));
  const adminToken = loadSecret(join(folder, 'data'), 'admin');
  http = startHttp({ deps: { adminToken } });
  listen = await http.listen();
});
afterEach(async () => {
  await http.close();
  rmSync(folder, { recursive: true });
});

const { en, zh } = HOTLINE_WORDS;

const run = (command: HotlinesOptions['command'], ...args: string[]) => runIn({}, command, args);

async function runIn(env: NodeJS.ProcessEnv, command: HotlinesOptions['command'], args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await hotlines({
    ...{ command, args, cwd: folder, now: new Date(2026, 0, 31, 17, 0) },
    env: { HTTP_LISTEN: listen, ...env },
    terminal: { out: (line) => out.push(line), err: (line) => err.push(line) },
  });
  return { code, out, err };
}

test('lists all hotlines, for people and for programs', async () => {
  expect((await run('hotlines')).out.map((line) => line.split(/ +/).slice(0, 3))).toEqual([
    ['NUMBER', 'STORE', 'STATE'],
    ['400', 'bj01', 'open'],
    ['401', 'bj01', 'open'],
    ['500', 'sh01', 'open'],
  ]);
  const { out } = await run('hotlines', '--json');
  expect(JSON.parse(out.join(''))).toMatchObject({ items: [{ number: '400' }, {}, {}] });
});

test.each<[string[], Date | null]>([
  [[], null],
  [['--until', '18:00'], new Date(2026, 0, 31, 18, 0)],
  [['--until', '8:30'], new Date(2026, 1, 1, 8, 30)],
  [['--until', '2026-02-01T09:00:00+08:00'], new Date('2026-02-01T01:00:00Z')],
])('closes one %j', async (args, until) => {
  const { code, out } = await run('close', '400', ...args);
  expect([code, out[1]?.split(/ +/).slice(0, 3)]).toEqual([0, ['400', 'bj01', 'closed']]);
  const closure = JSON.stringify({ until: until && until.getTime() });
  expect(http.desk.asked).toEqual([`order(400, ${closure}) admin-token`]);
});

test('opens it', async () => {
  expect((await run('open', '400')).code).toBe(0);
  expect(http.desk.asked).toEqual(['order(400, null) admin-token']);
});

test('a number that is none is told, with what to do', async () => {
  const { code, err } = await run('close', '999');
  expect([code, err]).toEqual([1, ['The plan has no such hotline.']]);
});

test.each([
  ['close', []],
  ['close', ['400', '--until']],
  ['open', ['400', '--until', '18:00']],
  ['hotlines', ['400']],
] as const)('%s %j is not understood', async (command, args) => {
  expect(await run(command, ...args)).toEqual({ code: 2, out: [], err: [en.usage] });
  expect(http.desk.asked).toEqual([]);
});

test.each(['later', '25:00', '2026-02-01T09:00:00'])('%s is no moment', async (text) => {
  expect(await run('close', '400', '--until', text)).toEqual({
    ...{ code: 2, out: [], err: [en.noMoment(text)] },
  });
  expect(http.desk.asked).toEqual([]);
});

test('a terminal in Chinese is answered in Chinese, in columns', async () => {
  const [open, ...others] = http.live.theHotlines;
  const opensAt = new Date(2026, 1, 2, 9, 5).getTime();
  const closed = { ...open!, number: '4008001234', open: false, why: 'holiday' as const, opensAt };
  http.live.theHotlines = [closed, ...others];
  const LANG = { LANG: 'zh_CN.UTF-8' };
  expect((await runIn(LANG, 'hotlines', [])).out.slice(0, 3)).toEqual([
    '号码        专营店  状态  原因    下次开放',
    `4008001234  bj01    关闭  节假日  ${shown(new Date(opensAt))}`,
    '401         bj01    开放',
  ]);
  expect((await runIn(LANG, 'close', [])).err).toEqual([zh.usage]);
  expect((await runIn(LANG, 'close', ['999'])).err).toEqual(['方案中没有这条热线。']);
  const away = { ...LANG, HTTP_LISTEN: 'http://127.0.0.1:9' };
  expect((await runIn(away, 'hotlines', [])).err[0]).toMatch(/^Openline 在 .* 没有应答/);
});

test('a moment is shown by the clock of this machine, with its zone, and can be said again', () => {
  const at = new Date(2026, 6, 2, 18, 30);
  expect(shown(at)).toMatch(/^2026-07-02T18:30(Z|[+-]\d\d:\d\d)$/);
  expect(momentOf(shown(at), at)).toEqual(at);
});

describe('a message to callers', () => {
  async function told(...args: string[]) {
    const out: string[] = [];
    const err: string[] = [];
    const code = await message({
      ...{ args, cwd: folder, now: new Date(2026, 0, 31, 17, 0) },
      env: { HTTP_LISTEN: listen },
      terminal: { out: (line) => out.push(line), err: (line) => err.push(line) },
    });
    return { code, out, err };
  }

  test('one of the prompts, until a moment; and no more', async () => {
    const { code, out } = await told('400', '--say', 'holiday', '--until', '18:00');
    const until = new Date(2026, 0, 31, 18, 0);
    expect([code, out]).toEqual([
      ...[0, [`400: callers hear holiday before the greeting, until ${shown(until)}`]],
    ]);
    expect((await told('400', '--none')).code).toBe(0);
    const said = JSON.stringify({ prompt: 'holiday', until: until.getTime() });
    expect(http.desk.asked).toEqual([
      `tell(400, ${said}) admin-token`,
      'tell(400, null) admin-token',
    ]);
  });

  test('a file, which becomes a prompt of the store', async () => {
    const sound = join(__dirname, '../../../media/prompts/zh-CN/holiday.wav');
    copyFileSync(sound, join(folder, 'typhoon.wav'));
    const { code } = await told('400', '--say', 'typhoon.wav');
    expect(code).toBe(0);
    expect(existsSync(join(folder, 'data/prompts/zh-CN/message-400.wav'))).toBe(true);
    expect(http.desk.asked).toEqual([
      'tell(400, {"prompt":"message-400","until":null}) admin-token',
    ]);
  });

  test('what is neither is told', async () => {
    const { code, err } = await told('400', '--say', 'typhoon.wav');
    expect([code, err[0]]).toEqual([1, expect.stringContaining('neither a file nor a prompt')]);
  });

  test.each([[[]], [['400']], [['400', '--none', '--say', 'holiday']]])(
    '%j is not understood',
    async (args) => {
      expect(await told(...args)).toEqual({ code: 2, out: [], err: [en.messageUsage] });
    },
  );

  test('a moment that is none is told', async () => {
    const { code, err } = await told('400', '--say', 'holiday', '--until', 'later');
    expect([code, err]).toEqual([2, [en.noMoment('later')]]);
  });
});
