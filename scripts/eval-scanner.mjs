#!/usr/bin/env node
// Scores the built scanner on labelled texts: `npm run eval:scanner -- <file> ... [--misses <n>] [--json]`.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { reportOf, scoreFile } from './eval/score.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const USAGE = `Usage: npm run eval:scanner -- <file> ... [--misses <n>] [--json] [--dist <dir>]

Scores the built-in scanner on labelled texts: precision, recall and F1 of each type, their macro and micro means,
findings per 1,000 texts without any entity, and MB/s. A file has one JSON object a line, and may be gzipped:

  {"text": "Call 415-555-0132", "entities": [{"type": "PHONE_NUMBER", "start": 5, "end": 17}], "target": "PHONE_NUMBER"}

"start" and "end" are UTF-16 offsets. A finding and an entity match where they overlap and are of one type. Types are
EMAIL_ADDRESS, PHONE_NUMBER, US_SSN, CREDIT_CARD, IBAN_CODE and IP_ADDRESS, and SECRET for a secret of any type; others
are left out, and a file is scored for personal data, for secrets or for both, as it has labels of them.
"target" is optional: the type that a text is a case of.

  --misses <n>   show up to n entities not found, and n findings too many, a file; prints parts of the texts
  --json         one JSON array on stdout
  --dist <dir>   a build other than dist/, which is brought up to date first
  --help         this text

Exit codes: 0 scored, 2 the command line or a file cannot be understood.`;

const OPTIONS = {
  misses: { type: 'string', default: '0' },
  json: { type: 'boolean', default: false },
  dist: { type: 'string' },
  help: { type: 'boolean', default: false },
};

const { values, positionals } = readArguments();
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
if (positionals.length === 0) fail('name at least one file of labelled texts');
if (!/^\d+$/.test(values.misses)) fail('--misses takes a number');

const { RegexPIIScanner } = await import(scannerModule());
const scanner = new RegexPIIScanner();
const reports = positionals.map((file) => {
  const rows = readRows(file);
  const started = performance.now();
  const scanned = rows.map((row) => ({ ...row, findings: scanner.scan(row.text) }));
  const seconds = (performance.now() - started) / 1_000;
  return { file: basename(file), ...scoreFile(scanned, seconds) };
});
if (values.json) console.log(JSON.stringify(reports, undefined, 2));
else for (const each of reports) console.log(reportOf(each, Number(values.misses)));

function readArguments() {
  try {
    return parseArgs({ allowPositionals: true, options: OPTIONS });
  } catch (fault) {
    return fail(fault.message);
  }
}

function scannerModule() {
  if (values.dist === undefined) {
    const { status } = spawnSync(process.execPath, [join(ROOT, 'scripts', 'build.mjs')], { stdio: 'inherit' });
    if (status !== 0) process.exit(2);
  }
  const dist = resolve(values.dist ?? join(ROOT, 'dist'));
  const module = join(dist, 'pii/regex-pii-scanner.js');
  return existsSync(module) ? pathToFileURL(module).href : fail(`${dist} is no build of this package`);
}

function readRows(file) {
  return textOf(file)
    .split('\n')
    .map((line, index) => ({ line, place: `${file}:${index + 1}` }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, place }) => rowOf(line, place));
}

function textOf(file) {
  try {
    const bytes = readFileSync(file);
    return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (fault) {
    return fail(`${file} cannot be read: ${fault.message}`);
  }
}

function rowOf(line, place) {
  let row;
  try {
    row = JSON.parse(line);
  } catch {
    return fail(`${place} is not JSON`);
  }
  const isEntity = (each) =>
    typeof each?.type === 'string' && Number.isInteger(each.start) && Number.isInteger(each.end);
  if (typeof row?.text !== 'string' || !Array.isArray(row.entities) || !row.entities.every(isEntity)) {
    return fail(`${place} must have "text", and "entities" with "type", "start" and "end"`);
  }
  return row;
}

function fail(message) {
  console.error(`eval:scanner: ${message}\nSee npm run eval:scanner -- --help.`);
  process.exit(2);
}
