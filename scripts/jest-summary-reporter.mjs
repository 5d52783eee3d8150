import process from 'node:process';

/** The counts of a run as one line: `N passed, N failed`, and `, N skipped` where any were. */
function summaryLine(results) {
  if (results === undefined) return '0 passed, 1 failed';
  const skipped = results.numPendingTests + results.numTodoTests;
  // A file that could not be loaded has no tests to count. A run may also fail with every test passed: a coverage
  // threshold was missed, a snapshot is obsolete. Neither may read like a good run, so each counts as a failure.
  const counted = results.numFailedTests + results.numRuntimeErrorTestSuites;
  const failed = counted === 0 && results.success === false ? 1 : counted;
  return `${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * Ends a test run with one line for machines, alone on its line.
 *
 * It is written when the process exits: jest prints coverage and its own summary after this reporter's turn, and
 * settles `success` after every reporter's.
 */
export default class SummaryReporter {
  #results;

  onRunStart() {
    process.once('exit', () => process.stdout.write(`${summaryLine(this.#results)}\n`));
  }

  onRunComplete(_contexts, results) {
    this.#results = results;
  }
}
