import { isGlob } from '../../call/glob.js';
import type { PolicyDocument } from '../../policy/document.js';
import { listOf } from '../../policy/lint/covers-names.js';
import { LINT_CODES } from '../../policy/lint/lint-finding.js';
import { lintPolicy } from '../../policy/lint/lint-policy.js';
import { readToolList, type ToolList } from '../../policy/lint/tool-list.js';
import { type Command, EXIT, UsageError } from '../command.js';
import { parseFlagsAndWords } from '../parse-flags.js';
import { harmless } from '../scan/harmless.js';
import { askServer, type ServerPlace, splitCommand } from './ask-server.js';
import { writeExcerpt } from './excerpt.js';
import { readText } from './read-lines.js';
import { onlyFile, readPolicy } from './read-policy.js';
import { UnusableInput } from './unusable-input.js';

const FLAGS = {
  tools: { type: 'string' },
  url: { type: 'string' },
  server: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** `mcp-governance policy lint`: what in a valid policy is hardly meant so. */
export const lint: Command = {
  name: 'lint',
  summary: 'finds rules that never decide, conditions that make no sense, and texts that evade them',
  help: [
    'Usage: mcp-governance policy lint <file> [--tools tools.json | --url url] [--server name] [--json] [-- command ...]',
    '',
    'Looks for what is hardly meant so in a valid policy. With the tools of a server, their names and types are checked,',
    'too: from a file, or asked from a server that is started by the command behind -- or answers at the URL.',
    '',
    'Options:',
    '  --tools f      the result of tools/list as a JSON file',
    '  --url url      an MCP server over Streamable HTTP',
    '  --server name  the name under which the rules know that server; by default what the server calls itself',
    '  --json         print an array of { code, line, column, message, fix } and nothing else',
    '  --help         this text',
    '',
    'Exit codes:',
    `  ${EXIT.ok}        nothing was found`,
    `  ${EXIT.failed}        something was found`,
    `  ${EXIT.usage}        the command line cannot be understood, or something cannot be read`,
    '',
    'Codes:',
    `  ${LINT_CODES.join(' ')}`,
  ].join('\n'),
  async run(args, terminal) {
    const { own, command } = splitCommand(args);
    const { given, words } = parseFlagsAndWords(own, FLAGS);
    if (given.help === true) {
      terminal.out(`${lint.help}\n`);
      return EXIT.ok;
    }
    const sources = [given.tools !== undefined, given.url !== undefined, command.length > 0].filter(Boolean).length;
    if (sources > 1) throw new UsageError('--tools, --url and a command exclude one another');
    const { file, text, policy, locate } = readPolicy(onlyFile(words));
    const { document } = policy;
    const tools =
      given.tools === undefined
        ? await toolsOf({ url: given.url, command }, given.server)
        : toolsIn(given.tools, given.server ?? onlyServer(document));
    const findings = lintPolicy(document, { tools, now: new Date() })
      .map(({ steps, ...finding }) => ({ ...locate(steps, 'value'), ...finding }))
      .sort((a, b) => a.line - b.line || a.column - b.column);
    if (given.json === true) {
      terminal.out(`${JSON.stringify(findings, null, 2)}\n`);
    } else {
      for (const { code, line, column, message, fix } of findings) {
        terminal.out(`${harmless(`${file}:${line}:${column}: ${code}: ${message}`)}\n`);
        terminal.out(`${writeExcerpt(text, line, column)}      ${terminal.paint('cyan', harmless(fix))}\n`);
      }
      terminal.out(
        `${findings.length === 0 ? 'no' : findings.length} ${findings.length === 1 ? 'finding' : 'findings'}\n`,
      );
    }
    return findings.length === 0 ? EXIT.ok : EXIT.failed;
  },
};

async function toolsOf(place: ServerPlace, server: string | undefined): Promise<ToolList | undefined> {
  if (place.url === undefined && place.command.length === 0) return undefined;
  const asked = await askServer(place);
  return { server: server ?? asked.name, tools: asked.tools };
}

function toolsIn(file: string, server: string | undefined): ToolList {
  const tools = readToolList(parse(readText(file)));
  if (tools === undefined) {
    throw new UnusableInput(
      `${harmless(file)}: is no result of tools/list: { "tools": [{ "name": ..., "inputSchema": ... }] }`,
    );
  }
  return { server, tools };
}

/** The server that a policy names; undefined where it names none. */
function onlyServer({ rules, tools = {} }: PolicyDocument): string | undefined {
  const named = rules.flatMap(({ match }) => listOf(match?.server)).concat(Object.keys(tools));
  const servers = new Set(named.filter((name) => !isGlob(name)));
  if (servers.size > 1) {
    throw new UsageError('the policy names several servers: say with --server whose tools these are');
  }
  return [...servers][0];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
