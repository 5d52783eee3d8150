import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../../src/cli/run-cli.js';
import { FakeTerminal, type Run } from '../run.js';

/** A folder of files, and the policy commands run in it. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'mcp-governance-policy-'));

  /** Writes a file and gives back its path. */
  write(name: string, content: string): string {
    writeFileSync(join(this.path, name), content);
    return join(this.path, name);
  }

  /** Runs `mcp-governance policy ...`; the folder's path and styles are left out of what it says. */
  async run(...args: string[]): Promise<Run> {
    const terminal = new FakeTerminal();
    const status = await runCli(['policy', ...args], terminal);
    const strip = (text: string): string =>
      text.replaceAll(`${this.path}/`, '').replace(/<\/?(?:bold|dim|red|green|yellow|cyan)>/g, '');
    return { status, stdout: strip(terminal.stdout), stderr: strip(terminal.stderr) };
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
