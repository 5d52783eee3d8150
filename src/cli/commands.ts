import { audit } from './audit.js';
import type { Command } from './command.js';
import { controlplane } from './controlplane.js';
import { demo } from './demo.js';
import { pins } from './pins.js';
import { policy } from './policy.js';
import { proxy } from './proxy.js';
import { scan } from './scan.js';
import { unwrap } from './unwrap.js';
import { wrap } from './wrap.js';

/** Every command there is, in the order in which `--help` lists them. */
export const COMMANDS: readonly Command[] = [demo, proxy, wrap, unwrap, scan, policy, audit, pins, controlplane];
