// Precision, recall and F1 of findings against labels.

/** The types of Presidio's labels that the scanner's own types answer to; a label `SECRET` matches any secret. */
const TYPES = new Map([
  ['EMAIL_ADDRESS', 'email'],
  ['PHONE_NUMBER', 'phone'],
  ['PH_MOBILE_NUMBER', 'phone'],
  ['TR_PHONE_NUMBER', 'phone'],
  ['US_SSN', 'ssn'],
  ['CREDIT_CARD', 'credit_card'],
  ['IBAN_CODE', 'iban'],
  ['IP_ADDRESS', 'ip_address'],
  ['SECRET', 'secret'],
]);

/** The six types that every scanner of personal data looks for. */
const COMMON = ['email', 'phone', 'ssn', 'credit_card', 'iban', 'ip_address'];

/** Scores the findings of one file's texts. */
export function scoreFile(rows, seconds) {
  const wanted = wantedTypes(rows);
  const types = Object.fromEntries(wanted.map((type) => [type, { tp: 0, fp: 0, fn: 0 }]));
  const missed = [];
  const wrong = [];
  for (const row of rows) {
    const entities = row.entities.map((each) => ({ ...each, type: TYPES.get(each.type) }));
    const findings = row.findings.map((each) => ({ ...each, type: each.category === 'secret' ? 'secret' : each.type }));
    for (const entity of entities.filter(({ type }) => wanted.includes(type))) {
      const hit = findings.some((finding) => finding.type === entity.type && overlap(finding, entity));
      types[entity.type][hit ? 'tp' : 'fn'] += 1;
      if (!hit) missed.push({ ...entity, text: row.text });
    }
    for (const [index, finding] of findings.entries()) {
      if (!wanted.includes(finding.type)) continue;
      if (!entities.some((entity) => entity.type === finding.type && overlap(finding, entity))) {
        types[finding.type].fp += 1;
        wrong.push({ ...row.findings[index], text: row.text, target: row.target });
      }
    }
  }
  for (const counts of Object.values(types)) Object.assign(counts, f1Of(counts));
  const present = Object.values(types).filter(({ tp, fn }) => tp + fn > 0);
  const empty = rows.filter((row) => row.entities.length === 0);
  return {
    texts: rows.length,
    types,
    macroF1: present.length === 0 ? undefined : present.reduce((sum, { f1 }) => sum + f1, 0) / present.length,
    microF1: present.length === 0 ? undefined : f1Of(sumOf(Object.values(types))).f1,
    withoutEntities: {
      texts: empty.length,
      findingsPer1000:
        empty.length === 0 ? 0 : (1_000 * empty.reduce((sum, row) => sum + row.findings.length, 0)) / empty.length,
      types: countOf(empty.flatMap((row) => row.findings.map(({ type }) => type))),
    },
    megabytesPerSecond: rows.reduce((sum, row) => sum + Buffer.byteLength(row.text), 0) / 1e6 / seconds,
    missed,
    wrong,
  };
}

/** What has labels can be wrong: nobody has marked the secrets in texts that were labelled for personal data. */
function wantedTypes(rows) {
  const labels = new Set(rows.flatMap((row) => row.entities.map(({ type }) => TYPES.get(type))));
  const wanted = [
    ...(COMMON.some((type) => labels.has(type)) ? COMMON : []),
    ...(labels.has('secret') ? ['secret'] : []),
  ];
  return wanted.length > 0 ? wanted : [...COMMON, 'secret'];
}

/** The score of one file as lines for people. */
export function reportOf(
  { file, texts, types, macroF1, microF1, withoutEntities, megabytesPerSecond, missed, wrong },
  most,
) {
  const lines = [`\n${file}: ${texts} texts, ${megabytesPerSecond.toFixed(0)} MB/s`];
  for (const [type, { tp, fp, fn, precision, recall, f1 }] of Object.entries(types)) {
    if (tp + fp + fn === 0) continue;
    const shares = `precision ${share(precision)}  recall ${share(recall)}  F1 ${share(f1)}`;
    lines.push(`  ${type.padEnd(12)} ${shares}  (${tp} found, ${fp} wrong, ${fn} missed)`);
  }
  if (macroF1 !== undefined) lines.push(`  macro F1 ${share(macroF1)}, micro F1 ${share(microF1)}`);
  if (withoutEntities.texts > 0) {
    const { findingsPer1000, types: which } = withoutEntities;
    const list = Object.entries(which).map(([type, count]) => `${count} ${type}`);
    lines.push(
      `  ${findingsPer1000.toFixed(1)} findings per 1,000 of ${withoutEntities.texts} texts without entities` +
        (list.length > 0 ? `: ${list.join(', ')}` : ''),
    );
  }
  for (const each of missed.slice(0, most)) lines.push(`  missed ${each.rule ?? each.type}: ${excerpt(each)}`);
  for (const each of wrong.slice(0, most)) lines.push(`  wrong ${each.type} (${each.target ?? ''}): ${excerpt(each)}`);
  return lines.join('\n');
}

function overlap(left, right) {
  return left.start < right.end && right.start < left.end;
}

function f1Of({ tp, fp, fn }) {
  return {
    precision: tp + fp === 0 ? 1 : tp / (tp + fp),
    recall: tp + fn === 0 ? 1 : tp / (tp + fn),
    f1: tp === 0 ? (fp + fn === 0 ? 1 : 0) : (2 * tp) / (2 * tp + fp + fn),
  };
}

function sumOf(counts) {
  return counts.reduce((sum, { tp, fp, fn }) => ({ tp: sum.tp + tp, fp: sum.fp + fp, fn: sum.fn + fn }), {
    tp: 0,
    fp: 0,
    fn: 0,
  });
}

function countOf(names) {
  const counts = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function share(value) {
  return value.toFixed(3);
}

function excerpt({ text, start, end }) {
  const from = Math.max(0, start - 40);
  return JSON.stringify(
    `${text.slice(from, start)}⟦${text.slice(start, Math.min(end, start + 120))}⟧${text.slice(end, end + 30)}`,
  );
}
