import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { apply, lint, type ApplyOptions } from '../../../src/cli/apply';
import { CodedError } from '../../../src/domain/errors';
import { builtInFolder } from '../../../src/prompts/files';
import { linearWav } from '../../../src/prompts/linear-wav';
import { loadSecret } from '../../../src/secrets';
import { startHttp, type TestHttp } from '../../support/http';

/** The sounds of a plan file against the HTTP edge, with real files. */
let folder: string;
let http: TestHttp;
let listen: string;
let reload: () => Promise<{ own: number; unusable: [] }>;
let reloads = 0;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'openline-plan-prompts-'));
  const adminToken = loadSecret(join(folder, 'data'), 'admin');
  reloads = 0;
  reload = async () => {
    reloads += 1;
    return { own: 1, unusable: [] };
  };
  http = startHttp({ deps: { adminToken, prompts: { reload: () => reload() } } });
  listen = await http.listen();
  mkdirSync(join(folder, 'plans/sounds'), { recursive: true });
  for (const name of ['greeting', 'beep', 'goodbye'])
    writeFileSync(join(folder, `plans/sounds/${name}.wav`), builtIn(name));
});
afterEach(async () => {
  await http.close();
  rmSync(folder, { recursive: true });
});

const builtIn = (name: string) => readFileSync(join(builtInFolder(), `en/${name}.wav`));
const own = (name: string) => join(http.promptsDir, `${name}.wav`);

async function run(
  yaml: string,
  { does = apply, env = {}, ...options }: Partial<ApplyOptions> & { does?: typeof apply } = {},
) {
  writeFileSync(join(folder, 'plans/plan.yaml'), yaml);
  const out: string[] = [];
  const err: string[] = [];
  const code = await does({
    ...{ path: 'plans/plan.yaml', cwd: folder, input: () => Readable.from([]), ...options },
    env: { HTTP_LISTEN: listen, ...env },
    terminal: { out: (line) => out.push(line), err: (line) => err.push(line) },
  });
  return { code, out, err };
}

const PLAN = `
stores: [{ id: bj01 }]
prompts:
  - { language: en, key: goodbye, file: sounds/greeting.wav }
  - { key: music, file: sounds/beep.wav }
`;
const done = () => http.audited.map(({ what, subject }) => `${what} ${subject.split(' ')[0]}`);

test('sounds that differ are handed over and heard together; the second time nothing is done', async () => {
  const { code, out, err } = await run(PLAN);
  expect([code, err]).toEqual([0, []]);
  expect(out).toContain('prompts: 2 changed');
  expect(http.plans.document).toEqual({ stores: [{ id: 'bj01' }] });
  expect(done()).toEqual([
    ...['prompt.replaced en/goodbye', 'prompt.replaced music', 'prompts.reloaded edge'],
    'plan.applied plan',
  ]);
  expect([existsSync(own('en/goodbye')), existsSync(own('music')), reloads]).toEqual([
    ...[true, true, 1],
  ]);

  http.forget();
  expect((await run(PLAN)).out.filter((line) => line.startsWith('prompts'))).toEqual([]);
  expect(done()).toEqual(['plan.applied plan']);
  writeFileSync(join(folder, 'plans/sounds/beep.wav'), builtIn('goodbye'));
  expect((await run(PLAN)).out).toContain('prompts: 1 changed');
  expect(done()).toContain('prompt.replaced music');
});

test('where one cannot be put in place, those that could are heard all the same, and the plan stays', async () => {
  mkdirSync(join(http.promptsDir, 'music.json'), { recursive: true });
  expect((await run(PLAN)).code).not.toBe(0);
  expect(done()).toEqual([
    ...['prompt.replaced en/goodbye', 'prompt.replaced music', 'prompts.reloaded edge'],
  ]);
  expect(reloads).toBe(1);
});

test('a dry run says which, and does nothing', async () => {
  const { code, out } = await run(PLAN, { dryRun: true });
  expect(code).toBe(0);
  expect(out).toContain('prompts');
  expect(out.filter((line) => line.includes('sha256'))).toEqual([
    expect.stringMatching(/^ {2}~ en\/goodbye: sha256: \(nothing\) -> [0-9a-f]{64}$/),
    expect.stringMatching(/^ {2}~ music: sha256: \(nothing\) -> [0-9a-f]{64}$/),
  ]);
  expect([done(), existsSync(http.promptsDir), reloads]).toEqual([[], false, 0]);
  const [json = ''] = (await run(PLAN, { dryRun: true, json: true })).out;
  expect(JSON.parse(json)).toMatchObject({
    summary: { prompts: { added: 0, changed: 2, removed: 0 } },
  });
});

const FAULTS = `prompts:
  - { language: en, key: goodbye, file: sounds/greeting.wav }
  - { language: en, key: Hold, file: sounds/greeting.wav }
  - { language: English, key: hold, file: sounds/greeting.wav }
  - { key: hold, file: sounds/greeting.wav }
  - { language: en, key: hold, file: sounds/nowhere.wav }
  - { language: en, key: hold, file: plan.yaml }
  - { language: en, key: hold, file: sounds/silence.wav }
  - { language: en, key: hold, file: sounds/blink.wav }
  - { language: en, key: hold }
  - { language: en, key: hold, file: sounds/beep.wav, text: hello }
  - { language: en, key: goodbye, file: sounds/beep.wav }
  - hold
  - { language: en, key: music, file: sounds/beep.wav }
stores: [{ id: bj01 }]
`;

test('every sound that nobody could hear is told with its line, and nothing is done at all', async () => {
  writeFileSync(join(folder, 'plans/sounds/silence.wav'), linearWav(new Int16Array(8000), 8000));
  writeFileSync(
    join(folder, 'plans/sounds/blink.wav'),
    linearWav(new Int16Array(80).fill(9), 8000),
  );
  for (const [does, lang, words] of [
    [
      apply,
      'en_GB.UTF-8',
      [/no name of a prompt/, /no language/, /no language/, /no such file/, /no sound file/]
        .concat([
          /no sound in it/,
          /0\.1 to 120 s/,
          /A sound is/,
          /A sound is/,
          /twice/,
          /A sound is/,
        ])
        .concat([/no language/]),
    ],
    [
      lint,
      'zh_CN.UTF-8',
      [/不是提示音名称/, /不是语言名称/, /不是语言名称/, /找不到/, /不是可用的声音文件/]
        .concat([/没有声音/, /应在 0\.1 到 120 秒/, /应为/, /应为/, /两次/, /应为/])
        .concat([/不是语言名称/]),
    ],
  ] as const) {
    const { code, err } = await run(FAULTS, { does, env: { LANG: lang } });
    expect(code).toBe(1);
    const told = err.filter((line) => line.startsWith('plans/plan.yaml:'));
    expect(told.map((line) => Number(line.split(':')[1]))).toEqual([
      ...[3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14],
    ]);
    told.forEach((line, n) => expect(line).toMatch(words[n] ?? /^$/));
  }
  expect([done(), existsSync(http.promptsDir), reloads, http.plans.kept]).toEqual([
    ...[[], false, 0, []],
  ]);
});

test('a section that is no list is a fault; one without a line is none', async () => {
  expect((await run('prompts: en\nstores: []')).err.at(-1)).toContain(
    'plans/plan.yaml:1: prompts:',
  );
  expect((await run('prompts:\nstores: []')).code).toBe(0);
});

test('of a plan that is refused no sound is heard', async () => {
  const bad = PLAN.replace(/^stores.*\n/m, '');
  const { code, err } = await run(bad);
  expect([code, err.at(-1)]).toEqual([1, 'plans/plan.yaml:1: stores: missing']);
  expect([done(), existsSync(http.promptsDir)]).toEqual([[], false]);
  // Both kinds of faults are told at once.
  const both = await run(bad.replace('greeting.wav', 'nowhere.wav'));
  expect(both.err.slice(1).map((line) => line.split(':')[2]?.trim())).toEqual([
    ...['prompts[0].file', 'stores'],
  ]);
});

test('an edge that is away is told, and the plan is applied: it reads the sounds when it starts', async () => {
  reload = () => Promise.reject(new CodedError('EDGE_AWAY'));
  const { code, err } = await run(PLAN);
  expect([code, err]).toEqual([0, [expect.stringContaining('npx openline prompts reload')]]);
  expect(done().at(-1)).toBe('plan.applied plan');
});
