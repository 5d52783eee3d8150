import { isGlob } from '../../call/glob.js';
import { argumentsOf, type DescribedTool, type Effect, judgeTool } from './judge-tool.js';

/** Where editors find the JSON Schema of policies: it is published with the package. */
export const SCHEMA_URL = 'https://unpkg.com/mcp-governance/docs/reference/policy.schema.json';

const LONGEST_NAME = 256;
const LONGEST_COMMENT = 70;

interface Group {
  readonly effect: Effect;
  readonly name: string;
  readonly action: string;
  readonly risk: string;
  readonly comment: string;
}

const GROUPS: readonly Group[] = [
  { effect: 'reads', name: 'reading', action: 'allow', risk: 'low', comment: 'These seem to read only.' },
  {
    effect: 'reveals',
    name: 'revealing',
    action: 'review',
    risk: 'high',
    comment: 'These read what opens other doors: a person is asked.',
  },
  {
    effect: 'writes',
    name: 'writing',
    action: 'review',
    risk: 'medium',
    comment: 'These change something, or may: a person is asked.',
  },
  {
    effect: 'destroys',
    name: 'destroying',
    action: 'block',
    risk: 'high',
    comment: 'These destroy something. To have a person asked instead, write review.',
  },
];

/**
 * Writes a policy to start from: reading is allowed, writing and reading secrets are reviewed, destroying is blocked, and
 * the rest reviewed.
 */
export function writeStartingPolicy(server: string, tools: readonly DescribedTool[]): string {
  const known = isName(server) ? server : undefined;
  const usable = tools.filter(({ name }) => isName(name));
  const groups = GROUPS.map((group) => ({ group, members: usable.filter((tool) => judgeTool(tool) === group.effect) }));
  const filled = groups.filter(({ members }) => members.length > 0);
  const lines = [
    `# yaml-language-server: $schema=${SCHEMA_URL}`,
    '# A policy to start from, made of what the server says of its tools. Those are claims: read it before you use it.',
    '# The first rule that matches a call decides. What no rule matches is reviewed, new tools of the server included.',
    'version: 1',
    ...(known === undefined ? [] : [`name: ${JSON.stringify(known)}`]),
    'defaults: { action: review, risk: medium }',
    filled.length === 0 ? 'rules: []' : 'rules:',
    ...filled.flatMap(({ group, members }) => writeRule(group, known, members)),
    ...(filled.length === 0 ? [] : ['# Run by: mcp-governance policy test <file>', 'tests:']),
    ...filled.map(({ group, members: [first] }) => writeTest(group, known, first?.name ?? '')),
  ];
  return `${lines.join('\n')}\n`;
}

function writeRule(
  { name, action, risk, comment }: Group,
  server: string | undefined,
  tools: readonly DescribedTool[],
) {
  const paths = tools
    .flatMap(({ inputSchema }) => argumentsOf(inputSchema))
    .filter((each) => /^(path|file_?path|directory)$/i.test(each));
  return [
    `  # ${comment}`,
    `  - name: ${name}`,
    '    match:',
    ...(server === undefined ? [] : [`      server: ${JSON.stringify(server)}`]),
    '      tool:',
    ...tools.map((tool) => `        - ${JSON.stringify(tool.name)}${commentOn(tool)}`),
    ...(action === 'allow' && paths[0] !== undefined
      ? [`    # To allow this in one directory only: when: { args.${paths[0]}: { within_path: /srv/data } }`]
      : []),
    `    action: ${action}`,
    `    risk: ${risk}`,
  ];
}

function writeTest({ action, name }: Group, server: string | undefined, tool: string): string {
  const from = server === undefined ? '' : `server: ${JSON.stringify(server)}, `;
  return `  - { call: { ${from}tool: ${JSON.stringify(tool)} }, expect: ${action}, rule: ${name} }`;
}

function commentOn({ description = '' }: DescribedTool): string {
  // Descriptions come from others: what is no plain sign could end the comment or fool whoever reads it.
  const plain = description.replace(/[^\p{L}\p{N}\p{P}\p{S}]+/gu, ' ').trim();
  if (plain === '') return '';
  return ` # ${plain.length > LONGEST_COMMENT ? `${plain.slice(0, LONGEST_COMMENT).trimEnd()}...` : plain}`;
}

function isName(name: string): boolean {
  return name !== '' && name.length <= LONGEST_NAME && !isGlob(name);
}
