import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import process from 'node:process';

/** One process that writes to a store. */
export interface Writer {
  readonly id: string;
  readonly pid: number;
  /** Within which `pid` means one process: the host's name and, on Linux, the namespace of its process ids. */
  readonly host: string;
  /** When the process began, as its system counts; empty where the system does not say. */
  readonly started: string;
}

/** How often a writer says that it lives, to those on other hosts, in milliseconds. */
export const SIGN_EVERY_MS = 30_000;
/** Milliseconds after which a writer on another host that gave no sign is taken for gone. */
export const SILENT_FOR_MS = 120_000;

/** Makes the writer of this process and thread. */
export function createWriter(): Writer {
  return { id: randomUUID(), pid: process.pid, host: hostOf(), started: startOf(process.pid) ?? '' };
}

/**
 * Whether a writer is gone for good, so that nobody will settle its intents.
 *
 * A process id alone says little: ids are used again, and in containers every process may be number 1.
 *
 * @param seenAt - When it last gave a sign, in milliseconds since 1970.
 */
export function isGone(writer: Writer, seenAt: number, now = Date.now()): boolean {
  if (writer.host !== hostOf()) return now - seenAt > SILENT_FOR_MS;
  const started = startOf(writer.pid);
  if (started !== undefined) return started !== writer.started;
  try {
    process.kill(writer.pid, 0);
    return writer.started !== '';
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code !== 'EPERM';
  }
}

/** Two containers may have one name, but no two processes of one namespace have one id. */
function hostOf(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/** When a process began: boot of the system and ticks since then. Linux tells; undefined elsewhere and for the dead. */
function startOf(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold anything, brackets and blanks too: fields are counted from behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : `${boot}:${fields[19] ?? ''}`;
  } catch {
    return undefined;
  }
}
