import { expect, test } from '@jest/globals';
import type { Finding } from '../../src/call/finding.js';
import { reportedFindings } from '../../src/pii/reported-findings.js';
import type { Hit } from '../../src/pii/scan-value.js';
import { finding } from './support.js';

const all = (): boolean => true;
const hit = (...findings: Finding[]): Hit => ({ place: undefined, kind: 'value', findings });
const many = (type: string, count: number): Finding[] =>
  Array.from({ length: count }, (_, at) => finding(type, at, at));

test('reports what is wanted in its order', () => {
  const [a, b, c] = [finding('a', 0, 1), finding('b', 2, 3), finding('a', 4, 5)];
  expect(reportedFindings([], all)).toEqual([]);
  expect(reportedFindings([hit(a, b), hit(c)], all)).toEqual([a, b, c]);
  expect(reportedFindings([hit(a, b), hit(c)], ({ type }) => type === 'a')).toEqual([a, c]);
  const most = many('a', 1_000);
  expect(
    reportedFindings(
      most.map((each) => hit(each)),
      all,
    ),
  ).toEqual(most);
});

test('reports 1,000 of more, the first of each type first', () => {
  const [early, late] = [many('early', 2_000), many('late', 2_000)];
  const report = reportedFindings([hit(...early), hit(...late)], all);
  expect(report).toEqual([early[0], late[0], ...early.slice(1, 999)]);
  expect(report).toHaveLength(1_000);
});

test('counts only what is wanted', () => {
  const wanted = finding('wanted', 0, 1);
  expect(reportedFindings([hit(...many('other', 2_000)), hit(wanted)], ({ type }) => type === 'wanted')).toEqual([
    wanted,
  ]);
});

test('never leaves out a type, nor a category of it, for either may be blocked', () => {
  const types = Array.from({ length: 1_500 }, (_, at) => finding(`type${at}`, 0, 1));
  const last = { ...finding('type0', 0, 1), category: 'secret' as const };
  expect(reportedFindings([hit(...types), hit(...many('type0', 9)), hit(last)], all)).toEqual([...types, last]);
});

test('takes any number of findings in one text', () => {
  expect(reportedFindings([{ place: undefined, kind: 'value', findings: many('a', 300_000) }], all)).toHaveLength(
    1_000,
  );
});
