// What can stand between `<!-- generated: NAME -->` and `<!-- /generated -->`. Everything comes from the built package,
// so that a page can say only what the code says.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { policyKeys, policyOperators } from './policy-tables.mjs';

/** A value as a table cell: on one line, and with its bars escaped, which would end the cell. */
const cell = (value) => String(value).replace(/\s+/g, ' ').replaceAll('|', '\\|').trim();
const code = (value) => `\`${value}\``;
const words = (value) => value ?? '';

/** A Markdown table. Columns are `[heading, row => text]`. */
function table(rows, columns) {
  const line = (cells) => `| ${cells.map(cell).join(' | ')} |`;
  const head = [line(columns.map(([heading]) => heading)), line(columns.map(() => '---'))];
  return [...head, ...rows.map((row) => line(columns.map(([, read]) => read(row))))].join('\n');
}

/** The rows of a table in code, whether it is a list or a record. */
async function rowsOf(dist, module, name) {
  const file = join(dist, module);
  if (!existsSync(file)) throw new Error(`dist/${module} does not exist`);
  const exported = (await import(pathToFileURL(file).href))[name];
  if (exported === undefined || exported === null) throw new Error(`dist/${module} does not export ${name}`);
  return Object.values(exported);
}

/** Name, type and documentation of each member of an interface, as the declarations have them. */
function membersOf(dist, module, name) {
  const file = join(dist, module);
  if (!existsSync(file)) throw new Error(`dist/${module} does not exist`);
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found = source.statements.find((node) => ts.isInterfaceDeclaration(node) && node.name.text === name);
  if (found === undefined) throw new Error(`dist/${module} declares no interface ${name}`);
  return found.members.filter((member) => member.name !== undefined).map((member) => memberOf(member, source));
}

function memberOf(member, source) {
  const docs = ts.getJSDocCommentsAndTags(member).filter(ts.isJSDoc);
  const meaning = docs.map((doc) => ts.getTextOfJSDocComment(doc.comment)).join(' ');
  const tag = ts.getJSDocTags(member).find(({ tagName }) => tagName.text === 'defaultValue');
  const fallback = tag === undefined ? '' : ` Default: ${ts.getTextOfJSDocComment(tag.comment)}.`;
  const type = ts.isMethodSignature(member) ? 'function' : (member.type?.getText(source) ?? 'unknown');
  return { name: member.name.getText(source), type, meaning: `${meaning}${fallback}` };
}

/** Name -> Markdown. A name may be followed by an argument: `interface config/options.d.ts#PolicyConfig`. */
export const GENERATORS = {
  errors: async (dist) =>
    table(await rowsOf(dist, 'errors/codes.js', 'ERROR_CODES'), [
      ['Code', (row) => code(row.code)],
      ['Class', (row) => code(row.class)],
      ['Meaning', (row) => words(row.meaning)],
      ['What to do', (row) => words(row.whatToDo)],
    ]),

  environment: async (dist) =>
    table(await rowsOf(dist, 'config/env.js', 'ENVIRONMENT'), [
      ['Variable', (row) => code(row.name)],
      ['Option', (row) => (row.option.startsWith('(') ? row.option : code(row.option))],
      ['Meaning', (row) => row.meaning],
      ['Default', (row) => words(row.default)],
    ]),

  attributes: async (dist) =>
    table(await rowsOf(dist, 'telemetry/attributes.js', 'ATTRIBUTES'), [
      ['Attribute', (row) => code(row.name)],
      ['Type', (row) => row.type],
      ['Meaning', (row) => words(row.meaning)],
    ]),

  options: async (dist) =>
    table(await rowsOf(dist, 'config/option-docs.js', 'OPTION_DOCS'), [
      ['Option', (row) => code(row.name)],
      ['Meaning', (row) => words(row.meaning)],
      ['Default', (row) => words(row.default)],
    ]),

  findings: async (dist) => {
    const detectors = await rowsOf(dist, 'pii/detectors/all-detectors.js', 'ALL_DETECTORS');
    const { RegexPIIScanner } = await import(pathToFileURL(join(dist, 'pii/regex-pii-scanner.js')).href);
    const rows = RegexPIIScanner.types.map((type) => {
      const of = detectors.filter((detector) => detector.types.includes(type)).map(({ category }) => category);
      return { type, category: [...new Set(of)].join(', ') };
    });
    return table(rows, [
      ['Type', (row) => code(row.type)],
      ['Category', (row) => code(row.category)],
      [
        'Redacted to',
        (row) => (row.category === 'text' ? 'nothing: it is removed' : code(`##${row.type.toUpperCase()}##`)),
      ],
    ]);
  },

  providers: async (dist) => {
    const { PROVIDERS } = await import(pathToFileURL(join(dist, 'pii/detectors/secrets/provider-keys.js')).href);
    return `${PROVIDERS.size} providers: ${[...PROVIDERS.keys()].join(', ')}.`;
  },

  'policy-keys': async (dist, part) =>
    table(await policyKeys(dist, part), [
      ['Key', (row) => code(row.name)],
      ['Value', (row) => row.type],
      ['Meaning', (row) => words(row.meaning)],
    ]),

  'policy-operators': async (dist) =>
    table(await policyOperators(dist), [
      ['Operator', (row) => code(row.name)],
      ['Behind it', (row) => row.operand],
      ['It holds where', (row) => row.meaning],
      ['Value is missing', (row) => row.missing],
      ['Value of another type', (row) => row.wrongType],
      ['Example', (row) => code(row.example)],
    ]),

  interface: (dist, argument) => {
    const [module, name] = (argument ?? '').split('#');
    if (!module || !name) throw new Error('name it as `interface path/below/dist.d.ts#Name`');
    return table(membersOf(dist, module, name), [
      ['Name', (row) => code(row.name)],
      ['Type', (row) => code(row.type)],
      ['Meaning', (row) => words(row.meaning)],
    ]);
  },
};

// At the start of a line only: within a sentence a marker is being talked about.
const MARKED = /^<!-- generated: ([\w-]+)(?: (\S+))? -->$[\s\S]*?^<!-- \/generated -->$/gm;

/** The page with every generated part written anew. */
export async function writeGenerated(page, dist) {
  const parts = [];
  for (const [, name, argument] of page.matchAll(MARKED)) {
    const generate = Object.hasOwn(GENERATORS, name) ? GENERATORS[name] : undefined;
    const full = argument === undefined ? name : `${name} ${argument}`;
    if (generate === undefined) {
      throw new Error(`no generator is named "${name}"; there are: ${Object.keys(GENERATORS).join(', ')}`);
    }
    try {
      const text = await generate(dist, argument);
      parts.push(`<!-- generated: ${full} -->\n\n${text}\n\n<!-- /generated -->`);
    } catch (cause) {
      throw new Error(`generated: ${full}: ${cause.message}`, { cause });
    }
  }
  return page.replace(MARKED, () => parts.shift());
}
