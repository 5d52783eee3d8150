import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import process from 'node:process';
import { AuditError } from '../audit-error.js';

/** Keys that were warned of. */
const warned = new Set<string>();

/**
 * Reads the key that signs, and makes one at the first use.
 *
 * A new key is written whole before it gets its name, so that a crash leaves none or a good one, and of two processes that
 * make one at once both use the same.
 *
 * @param file - An Ed25519 key, PKCS #8 in PEM; made with the rights 0600 where it is missing.
 * @throws AuditError where the file cannot be read or made, or holds another kind of key.
 */
export function loadSigningKey(file: string): KeyObject {
  return readKey(file) ?? makeKey(file);
}

/** The public half of a key: its DER form (SPKI) in base64. */
export function createPublicKeyText(key: KeyObject): string {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64');
}

/** Reads a key; undefined where there is no such file. Warns, once a file, where others than its owner may read it. */
export function readKey(file: string): KeyObject | undefined {
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch (fault) {
    const { code } = fault as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new AuditError(`The key ${file} cannot be read (${code ?? 'unknown fault'}).`, { cause: fault });
  }
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') {
      warnOfReaders(file);
      return key;
    }
  } catch {
    // What is wrong with it is nobody's business but its owner's: the text could quote it.
  }
  throw new AuditError(`The key ${file} is no Ed25519 key in PEM. \`openssl genpkey -algorithm ed25519\` makes one.`);
}

/** A warning and no refusal: orchestrators hand out secrets that a group may read. Windows knows no such rights. */
function warnOfReaders(file: string): void {
  if (process.platform === 'win32' || warned.has(file)) return;
  const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0;
  if ((mode & 0o077) === 0) return;
  warned.add(file);
  process.emitWarning(
    `Others than its owner may use the key ${file}: who reads it can sign a forged record. chmod 600 it.`,
    'AuditWarning',
  );
}

function makeKey(file: string): KeyObject {
  const { privateKey } = generateKeyPairSync('ed25519');
  const draft = `${file}.${randomUUID()}`;
  try {
    const descriptor = openSync(draft, 'wx', 0o600);
    try {
      writeSync(descriptor, privateKey.export({ format: 'pem', type: 'pkcs8' }) as string);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    linkSync(draft, file);
    return privateKey;
  } catch (fault) {
    const { code } = fault as NodeJS.ErrnoException;
    const theirs = code === 'EEXIST' ? readKey(file) : undefined;
    if (theirs !== undefined) return theirs;
    throw new AuditError(`The key ${file} cannot be made (${code ?? 'unknown fault'}).`, { cause: fault });
  } finally {
    rmSync(draft, { force: true });
  }
}
