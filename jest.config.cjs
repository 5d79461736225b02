/** One configuration for every kind of test; `npx jest test/unit` runs one kind. */
module.exports = {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/data/'],
  // A look at a global of the test's context costs up to a hundred times what it costs a program: encoding a second of
  // sound was 0.5 s. These are none that a fake clock replaces, or that a package declares for itself.
  sandboxInjectedGlobals: [
    ...['Math', 'Number', 'Object', 'Array', 'String', 'Map', 'JSON', 'Symbol', 'Error'],
    ...['Int16Array', 'Uint8Array', 'Float64Array', 'Int32Array', 'Uint32Array'],
  ],
  moduleNameMapper: { '/worker-entry$': '<rootDir>/test/support/built-worker-entry.ts' },
  // What test files leave behind adds up: with two gigabytes of it a worker is several times slower.
  workerIdleMemoryLimit: '700MB',
  testTimeout: 20000,
};
