// Writes the reference of the library to docs/api, from the comments of what src/index.ts exports. Fails when an export has no
// comment, or speaks of a type that is not exported.
//   node scripts/api-docs.js [--check]     --check: writes nothing
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Application } from 'typedoc';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

/** Every kind of export, and every public method, needs a comment; members of interfaces speak for themselves. */
const DOCUMENTED = ['Class', 'Interface', 'Function', 'Method', 'TypeAlias', 'Variable', 'Enum', 'Accessor'];

const app = await Application.bootstrap({
  entryPoints: ['src/index.ts'],
  tsconfig: 'tsconfig.build.json',
  name: 'rdbkit',
  readme: 'none',
  out: 'docs/api',
  cleanOutputDir: true,
  disableGit: true,
  disableSources: true,
  excludePrivate: true,
  excludeProtected: true,
  excludeInternal: true,
  excludeExternals: true,
  validation: { notExported: true, invalidLink: true, notDocumented: true },
  requiredToBeDocumented: DOCUMENTED,
  // What nobody outside needs to name.
  intentionallyNotExported: ['src/rdb/writer/block-pool.ts:BlockPool'],
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true,
  logLevel: 'Warn',
});
const project = await app.convert();
if (project) app.validate(project);
const failed = !project || app.logger.hasErrors() || app.logger.hasWarnings();
if (!failed && !process.argv.includes('--check')) {
  rmSync('docs/api', { recursive: true, force: true });
  await app.generateOutputs(project);
  console.log('docs/api/index.html');
}
process.exitCode = failed ? 1 : 0;
