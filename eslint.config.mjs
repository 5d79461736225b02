/**
 * What the editor says while you write. The layering table and the list of pure folders come from
 * test/support/layers.json; test/architecture.test.ts checks the same from the sources, so that a
 * switched-off comment here does not switch off the rule.
 */
import { readFileSync } from 'node:fs';
import globals from 'globals';
import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const layers = JSON.parse(
  readFileSync(new URL('test/support/layers.json', import.meta.url), 'utf8'),
);

const isFile = (zone) => zone.endsWith('.ts');
const globOf = (zone) => (isFile(zone) ? zone : `${zone}/**/*.ts`);

/** `src/domain` as a zone of no-restricted-paths: everything of src and sip but what is allowed. */
function pathZones(zone, allowed) {
  const own = zone.startsWith('src/media/') ? [zone, 'src/media'] : [zone];
  return ['src', 'sip']
    .filter((from) => !allowed.includes(from))
    .map((from) => ({
      target: `./${zone}`,
      from: `./${from}`,
      except: [...own, ...allowed]
        .filter((path) => path === from || path.startsWith(`${from}/`))
        .map((path) => `./${path.slice(from.length + 1)}`),
      message: `${zone} may not import this (docs/architecture.md, "Who may import whom").`,
    }));
}

/** Packages that have one home, refused everywhere else; none at all for pure zones. */
function packageRule(zone, packages) {
  const away = Object.entries(layers.packageHomes)
    .filter(([, homes]) => !homes.some((home) => zone === home || zone.startsWith(`${home}/`)))
    .filter(([, homes]) => !homes.some((home) => home.startsWith(`${zone}/`)))
    .map(([name, homes]) => ({ name, message: `Belongs in ${homes.join(', ')} only.` }));
  const patterns =
    packages.length === 0
      ? [{ regex: '^[^.]', message: `${zone} uses no packages and no built-ins.` }]
      : [];
  return ['error', { paths: away, patterns }];
}

/** A later block overrides an earlier one, so the longest zone comes last and decides. */
const layering = Object.entries(layers.zones)
  .sort(([a], [b]) => a.length - b.length)
  .map(([zone, { imports, packages }]) => ({
    files: [globOf(zone)],
    rules: {
      'import-x/no-restricted-paths': ['error', { zones: pathZones(zone, imports) }],
      'no-restricted-imports': packageRule(zone, packages),
    },
  }));

const WORLD = ['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate'].concat([
  'queueMicrotask',
  'process',
  'crypto',
  'console',
  'fetch',
  'Promise',
]);
const AS_VALUE = 'Pure code takes time, chance and ids as values (docs/architecture.md).';

const purity = {
  files: layers.pure.map(globOf),
  rules: {
    'no-restricted-globals': ['error', ...WORLD.map((name) => ({ name, message: AS_VALUE }))],
    'no-restricted-properties': [
      'error',
      { object: 'Math', property: 'random', message: AS_VALUE },
    ],
    'no-restricted-syntax': [
      'error',
      { selector: ':function[async=true]', message: AS_VALUE },
      { selector: 'AwaitExpression', message: AS_VALUE },
      { selector: 'TSTypeReference[typeName.name=/^(Date|Promise)$/]', message: AS_VALUE },
    ],
  },
};

const WAIT = 'Wait for an event with a deadline (test/support/wait.ts), not for time to pass.';
const HIDES = 'Hides tests. A missing outside program is said with needs().';
const RESOLVES_LATER = 'CallExpression[callee.name=/^set(Timeout|Interval)$/]';

const tests = {
  files: ['test/**/*.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        paths: ['timers/promises', 'node:timers/promises'].map((name) => ({ name, message: WAIT })),
      },
    ],
    'no-restricted-syntax': [
      'error',
      {
        selector: `NewExpression[callee.name="Promise"] > :function > ${RESOLVES_LATER}`,
        message: WAIT,
      },
      {
        selector: `NewExpression[callee.name="Promise"] > :function > BlockStatement[body.length=1] > ExpressionStatement > ${RESOLVES_LATER}`,
        message: WAIT,
      },
      {
        selector:
          'MemberExpression[object.name=/^(describe|it|test)$/][property.name=/^(only|skip|todo)$/]',
        message: HIDES,
      },
    ],
    'no-restricted-globals': [
      'error',
      ...['fit', 'xit', 'fdescribe', 'xdescribe', 'xtest'].map((name) => ({
        name,
        message: HIDES,
      })),
    ],
  },
};

/** Core rules for slips that types do not find. */
const SLIPS = [
  'no-async-promise-executor',
  'no-case-declarations',
  'no-constant-binary-expression',
  'no-constant-condition',
  'no-control-regex',
  'no-dupe-else-if',
  'no-empty',
  'no-irregular-whitespace',
  'no-loss-of-precision',
  'no-self-assign',
  'no-unsafe-finally',
  'no-unsafe-optional-chaining',
  'no-useless-escape',
];

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', 'data/', 'recordings/', 'node_modules/'] },
  ...tseslint.configs.recommended,
  {
    languageOptions: { globals: globals.node },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [
        createNodeResolver({ extensions: ['.ts', '.tsx', '.js', '.json'] }),
      ],
    },
    rules: {
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      ...Object.fromEntries(SLIPS.map((rule) => [rule, 'error'])),
      // CommonJS packages without a default are taken by `import x = require(…)`.
      '@typescript-eslint/no-require-imports': ['error', { allowAsImport: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { prefer: 'type-imports', disallowTypeAnnotations: false },
      ],
    },
  },
  {
    // The two rules that need types and pay for them: a promise nobody waits for, a case forgotten.
    files: ['src/**/*.ts', 'sip/**/*.ts', 'test/**/*.ts'],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: ['**/*.cjs', 'docs/examples/*.js'],
    languageOptions: { sourceType: 'commonjs' },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  ...layering,
  purity,
  tests,
  { files: ['test/support/needs.ts'], rules: { 'no-restricted-syntax': 'off' } },
);
