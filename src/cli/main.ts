import { Command, CommanderError } from 'commander';
import { addDiff } from './diff.js';
import { ExitCode } from './exit-code.js';
import { addExport } from './export.js';
import { addGet } from './get.js';
import { giveUp } from './give-up.js';
import { addKeys } from './keys.js';
import { addLoad } from './load.js';
import { addMaterialize } from './materialize.js';
import { addRehearse } from './rehearse.js';
import { addRepair } from './repair.js';
import { surviveSignals } from './signals.js';
import { addStats } from './stats.js';
import { addVerify } from './verify.js';
import { version } from './version.js';

const program = new Command('rdbkit')
  .description('Inspect and verify what Redis and Valkey leave on disk.')
  .version(version(), '-V, --version')
  .option('--no-color', 'no colours (also: NO_COLOR)')
  .showHelpAfterError('(rdbkit --help, or rdbkit COMMAND --help)')
  .exitOverride();

addVerify(program);
addRepair(program);
addStats(program);
addKeys(program);
addExport(program);
addGet(program);
addDiff(program);
addLoad(program);
addMaterialize(program);
addRehearse(program);

program
  .command('explain')
  .argument('<code>', 'a code from a report, such as RDB_CHECKSUM_MISMATCH; "list" names all')
  .description('what a finding means, and what to do')
  .option('--json', 'one JSON document')
  .addHelpText('after', '\nExamples:\n  rdbkit explain RDB_CHECKSUM_MISMATCH\n  rdbkit explain list')
  .action(async (code: string, options: { json?: boolean }) => {
    const { runExplain } = await import('./explain.js');
    process.exitCode = runExplain(code, options);
  });

program
  .command('completion')
  .argument('<shell>', 'bash, zsh or fish')
  .description('print a completion script for a shell')
  .addHelpText(
    'after',
    '\nExamples:\n  source <(rdbkit completion bash)\n  rdbkit completion fish | source\n  rdbkit completion zsh > ~/.zfunc/_rdbkit',
  )
  .action(async (shell: string) => {
    const { runCompletion } = await import('./completion.js');
    process.exitCode = runCompletion(shell, program);
  });

process.on('uncaughtException', giveUp);
surviveSignals();
try {
  await program.parseAsync();
} catch (error) {
  // Help and version are answers; everything else is usage.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? ExitCode.OK : ExitCode.TROUBLE;
  else giveUp(error);
}
