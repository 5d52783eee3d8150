import { readFileSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { PolicyDocumentError } from '../policy-document-error.js';
import { MAX_BYTES, tooLarge } from './parse-text.js';

/** Reads a policy file; what is too large is not even read. */
export function readPolicyFile(path: string): string {
  return decodePolicy(
    readable(path, () => {
      checkFile(statSync(path), path);
      return readFileSync(path);
    }),
    path,
  );
}

/** The bytes of a policy file, read without keeping others waiting. */
export async function readPolicyBytes(path: string): Promise<Uint8Array> {
  try {
    checkFile(await stat(path), path);
    return await readFile(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Decodes the bytes of a policy file. */
export function decodePolicy(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw problem(path, 'is no text in UTF-8');
  }
}

function readable<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** A pipe or a device might never end. */
function checkFile(stats: { isFile(): boolean; readonly size: number }, path: string): void {
  if (!stats.isFile()) throw problem(path, 'is no file');
  if (stats.size > MAX_BYTES) throw tooLarge(path);
}

function unreadable(path: string, error: unknown): PolicyDocumentError {
  if (error instanceof PolicyDocumentError) return error;
  const { code, message } = error as { code?: string; message?: string };
  const reason = code === 'ENOENT' ? 'there is no such file' : (code ?? String(message));
  return problem(path, `cannot be read: ${reason}`, error);
}

function problem(path: string, message: string, cause?: unknown): PolicyDocumentError {
  return new PolicyDocumentError(path, [{ line: 0, column: 0, path: '', message }], 0, cause);
}
