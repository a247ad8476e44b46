import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const MOST_AGAIN = 5;
/** What a property test says that found a counterexample: random cases that fail now would hardly be drawn again. */
const COUNTEREXAMPLE = /Property failed/;

/**
 * Runs vitest; returns its exit code. With `again`, when few files fail, each of them runs once more, alone: tests talk to
 * servers that fail over, restart and are killed, and a machine that is busy with others can disturb that. What fails
 * for another reason fails again. What passed only then is named at the end, so that somebody looks at it.
 * @param {string} root
 * @param {string[]} args
 * @param {{ again: boolean }} options
 * @returns {number}
 */
export function runVitest(root, args, { again }) {
  if (!again) return start(root, args);
  const folder = mkdtempSync(join(tmpdir(), 'rdbkit-results-'));
  try {
    const results = join(folder, 'results.json');
    const status = start(root, [...args, '--reporter=default', '--reporter=json', `--outputFile.json=${results}`]);
    const failed = status === 0 ? [] : failedFiles(root, results);
    if (failed.length === 0 || failed.length > MOST_AGAIN) return status;
    for (const file of failed) {
      console.error(`\nFailed, and runs again, alone: ${file}`);
      const secondStatus = start(root, ['run', file]);
      if (secondStatus !== 0) return secondStatus;
    }
    console.error(`\nPASSED ONLY WHEN RUN AGAIN, see above for why they failed first:\n  ${failed.join('\n  ')}`);
    return 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * The files with failed tests; none when that is not for the machine to blame: a counterexample, an error outside of tests.
 * @param {string} root
 * @param {string} path
 */
function failedFiles(root, path) {
  try {
    const text = readFileSync(path, 'utf8');
    if (COUNTEREXAMPLE.test(text)) return [];
    /** @type {{ testResults: { name: string, status: string }[] }} */
    const { testResults } = JSON.parse(text);
    return testResults.filter(({ status }) => status === 'failed').map(({ name }) => relative(root, name));
  } catch {
    return [];
  }
}

/**
 * @param {string} root
 * @param {string[]} args
 */
function start(root, args) {
  const { status, error } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (error) console.error(`vitest: ${error.message}`);
  return status ?? 1;
}
