import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../src/errors/config-error.js';
import type { Policy } from '../../src/policy/policy.js';
import { PolicyWatcher, type PolicyWatcherOptions } from '../../src/policy/policy-watcher.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

const document = (action: string) => `defaults: { action: ${action} }\n`;

describe('PolicyWatcher', () => {
  let folder: string;
  let path: string;
  let clock: ManualClock;
  let inForce: string[];
  let errors: string[];
  let watcher: PolicyWatcher;

  const target = {
    updatePolicy(policy: Policy) {
      inForce.push(policy.evaluate({ tool: 'x' }).action);
    },
  };

  const watch = (options: PolicyWatcherOptions = {}) =>
    new PolicyWatcher(target, path, {
      clock,
      onError: (error) => errors.push(error instanceof Error ? error.message : String(error)),
      ...options,
    });

  /** Lets one interval pass, and the look at the file come to its end. */
  const pass = async () => {
    await clock.advance(2000);
    await clock.untilPending();
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'policy-watcher-'));
    path = join(folder, 'policy.yaml');
    writeFileSync(path, document('allow'));
    clock = new ManualClock();
    [inForce, errors] = [[], []];
    watcher = watch();
  });

  afterEach(() => {
    watcher.stop();
    rmSync(folder, { recursive: true });
  });

  test('follow looks at the file after a moment only, whatever becomes of it until then', async () => {
    unlinkSync(path);
    watcher.follow();
    await pass();
    expect([inForce, errors]).toEqual([[], []]);
    writeFileSync(path, document('warn'));
    await pass();
    await pass();
    expect(inForce).toEqual(['warn']);
  });

  test('puts the file in force at once, and every change after a moment', async () => {
    await watcher.start();
    expect(inForce).toEqual(['allow']);
    await pass();
    expect(inForce).toEqual(['allow']);
    writeFileSync(path, document('block'));
    await pass();
    expect(inForce).toEqual(['allow', 'block']);
  });

  test('a file that no longer loads leaves the last good policy in force, and that is said once', async () => {
    await watcher.start();
    writeFileSync(path, document('alow'));
    await pass();
    await pass();
    expect(inForce).toEqual(['allow']);
    expect(errors).toEqual([expect.stringContaining(`${path}:1:21: defaults.action: must be one of`)]);
    writeFileSync(path, document('bock'));
    await pass();
    expect(errors).toHaveLength(2);
    writeFileSync(path, document('warn'));
    await pass();
    expect(inForce).toEqual(['allow', 'warn']);
  });

  test('a file that is missing for a moment is waited for; one that stays away is told once', async () => {
    await watcher.start();
    unlinkSync(path);
    await pass();
    expect(errors).toEqual([]);
    await pass();
    await pass();
    expect(errors).toEqual([`${path}: cannot be read: there is no such file`]);
    writeFileSync(path, document('block'));
    await pass();
    expect(inForce).toEqual(['allow', 'block']);
  });

  test('sees files that are replaced, and links that are swapped', async () => {
    await watcher.start();
    writeFileSync(join(folder, 'next'), document('warn'));
    renameSync(join(folder, 'next'), path);
    await pass();
    writeFileSync(join(folder, 'other.yaml'), document('block'));
    symlinkSync(join(folder, 'other.yaml'), join(folder, 'link'));
    renameSync(join(folder, 'link'), path);
    await pass();
    expect(inForce).toEqual(['allow', 'warn', 'block']);
  });

  test('the first load fails loudly', async () => {
    writeFileSync(path, '');
    await expect(watcher.start()).rejects.toThrow('is empty');
    unlinkSync(path);
    await expect(watcher.start()).rejects.toThrow('there is no such file');
    await expect(new PolicyWatcher(target, folder).start()).rejects.toThrow('is no file');
    expect(clock.pending).toBe(0);
  });

  test('a file that is too large is not read', async () => {
    await watcher.start();
    writeFileSync(path, `name: ${'x'.repeat(5 * 1024 * 1024)}\n`);
    await pass();
    await pass();
    expect(errors).toEqual([expect.stringContaining('is larger than 4 MiB')]);
  });

  test('does nothing once it is stopped, and starts again', async () => {
    await watcher.start();
    watcher.stop();
    writeFileSync(path, document('block'));
    await clock.advance(10_000);
    expect(clock.pending).toBe(0);
    expect(inForce).toEqual(['allow']);
    await watcher.start();
    expect(inForce).toEqual(['allow', 'block']);
  });

  test('tells of every policy, and outlives whoever is told', async () => {
    const told: number[] = [];
    watcher = watch({
      onReload: (policy) => {
        if (told.push(policy.rules.length) > 1) throw new Error('no time');
      },
      onError: (error) => {
        errors.push(String(error));
        throw new Error('no ear');
      },
    });
    await watcher.start();
    writeFileSync(path, document('block'));
    await pass();
    writeFileSync(path, document('warn'));
    await pass();
    expect(inForce).toEqual(['allow', 'block', 'warn']);
    expect(told).toEqual([0, 0, 0]);
    expect(errors).toEqual(['Error: no time', 'Error: no time']);
  });

  test('refuses a target and an interval that cannot be', () => {
    expect(() => new PolicyWatcher({} as never, path)).toThrow(ConfigError);
    for (const intervalMs of [0, -1, NaN, Infinity]) expect(() => watch({ intervalMs })).toThrow('intervalMs');
  });
});
