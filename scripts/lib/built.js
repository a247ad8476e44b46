import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whether dist is there and no source is newer: the tests of the command line run what is built, and a stale build
 * would test yesterday's code.
 * @param {string} root of the repository
 */
export function isBuilt(root) {
  const built = statSync(join(root, 'dist/bin/main.js'), { throwIfNoEntry: false })?.mtimeMs;
  return built !== undefined && ['src', 'assembly'].every((folder) => newest(join(root, folder)) <= built);
}

/**
 * The latest modification in a folder, in ms. The folders count as well: a removed file shows there.
 * @param {string} folder
 */
function newest(folder) {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Math.max(...[folder, ...entries.map((entry) => join(folder, entry))].map((path) => statSync(path).mtimeMs));
}
