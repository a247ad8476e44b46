import type { Range } from 'semver';
import { OptionsError } from './options-error.js';

/** Development builds call themselves 255.255.255 (Redis, Valkey): no release is anywhere near. */
const NO_RELEASE = 100;

/** Why a version is not in a range; undefined when it is. */
export type VersionCheck = (version: string) => string | undefined;

/**
 * Reads a semver range. Release candidates count by their number: 8.0.0-rc1 is in `>=7.2`, and not in `^7.2` or `>=8.0.0`.
 * Rejects with OptionsError for what is no range. The library is loaded here, since few need it.
 */
export async function readRange(text: string): Promise<VersionCheck> {
  const [{ default: SemverRange }, { default: coerce }] = await Promise.all([
    import('semver/classes/range.js'),
    import('semver/functions/coerce.js'),
  ]);
  let range: Range;
  try {
    range = new SemverRange(text, { includePrerelease: true });
  } catch {
    throw new OptionsError(`${JSON.stringify(text)} is no semver range; ranges are such as ">=7.2 <8" or "7.2.x"`);
  }
  const namesBuilds = range.set.flat().some(({ semver }) => semver.major >= NO_RELEASE);
  return (version) => {
    // `7.0-rc1` and `6.2.6.1` are not semver, and still a release each.
    const release = /^\d+\.\d+/.test(version) ? coerce(version, { includePrerelease: true }) : null;
    if (!release) return `its version, ${version}, is no number of a release`;
    if (release.major >= NO_RELEASE && !namesBuilds) {
      return `it was written by a development build (${version}), whose release is not known`;
    }
    return range.test(release) ? undefined : `it was written by version ${version}`;
  };
}
