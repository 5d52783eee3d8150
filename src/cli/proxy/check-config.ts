import process from 'node:process';
import { PolicyDocumentError, type PolicyProblem, toLine } from '../../policy/policy-document-error.js';
import { readPolicyFile } from '../../policy/yaml/read-policy-file.js';
import { readProxyConfig } from '../../proxy/config/read-config.js';
import { EXIT } from '../command.js';
import { harmless } from '../scan/harmless.js';
import type { Terminal } from '../terminal.js';

/** Says whether a configuration of the proxy can be used; nothing is started. */
export function checkConfig(file: string, terminal: Terminal): number {
  try {
    const { servers } = readProxyConfig(readPolicyFile(file), file, process.env);
    const count = `${servers.length} ${servers.length === 1 ? 'server' : 'servers'}`;
    terminal.out(`${harmless(file)}: ${terminal.paint('green', 'valid')}, ${count}\n`);
    return EXIT.ok;
  } catch (fault) {
    if (!(fault instanceof PolicyDocumentError)) throw fault;
    terminal.out(writeConfigProblems(file, fault.problems));
    return EXIT.failed;
  }
}

/** Problems as lines. What stands in the file is not shown: it may be a secret. */
export function writeConfigProblems(file: string, problems: readonly PolicyProblem[]): string {
  return problems.map((problem) => `${harmless(toLine(file, problem))}\n`).join('');
}
