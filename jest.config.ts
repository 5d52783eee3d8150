/** @jest-config-loader ts-node */
/** @jest-config-loader-options {"transpileOnly": true} */
import type { Config } from 'jest';

const config: Config = {
  rootDir: '.',
  testEnvironment: 'node',
  // The default leaves one processor idle, which on a machine of two is half of it.
  maxWorkers: '100%',
  // A machine that has other work to do must not fail a test; one that hangs is ended all the same.
  testTimeout: 30_000,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  // Types are the business of `npm run types`: a test run only strips them.
  transform: { '^.+\\.ts$': ['ts-jest', { useESM: true, diagnostics: false }] },
  setupFiles: ['<rootDir>/test/fast-check-seed.ts'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // The examples import the package by name, as users do; tests run them against the sources.
    '^mcp-governance$': '<rootDir>/src/index.ts',
    '^mcp-governance/([a-z]+)$': '<rootDir>/src/$1/index.ts',
  },
  // Without this, haste finds a second package named mcp-governance in the folders of the pack tests.
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.cache/'],
  reporters: ['default', '<rootDir>/scripts/jest-summary-reporter.mjs'],
  // Not v8: it counts each line of a file that holds types only as one that never ran.
  coverageProvider: 'babel',
  coverageReporters: ['text-summary', 'lcov'],
  // Out: barrels and process entry points (the dist tests run those in a process of their own).
  collectCoverageFrom: ['src/**/*.ts', '!src/**/index.ts', '!src/cli/main.ts'],
  coverageThreshold: { global: { lines: 90, branches: 85 } },
};

export default config;
