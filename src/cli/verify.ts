import { type Command, Option } from 'commander';
import { parseChoices, parseCount, parseDuration, parseList, parseNames, parseNumber, parseSize } from './parse.js';

const EXAMPLES = `
Several values of an option: repeat it, or put commas between them.

Examples:
  rdbkit verify dump.rdb                         is tonight's dump sound?
  gzip -dc dump.rdb.gz | rdbkit verify -         from a pipe (a gzip is read as it is, too)
  rdbkit verify --json --jobs 4 backups/         all dumps of a directory, for a script
  rdbkit verify --max-age 24h --min-keys 1000 dump.rdb    is it the one I think it is?
  rdbkit verify --shards --jobs 4 shards/        the dumps of a cluster, as one backup

Exit status: 0 sound, 1 damaged or not as expected, 2 could not be read, 3 cannot tell (newer than
this release knows).`;

const FAIL_ON = ['warning', 'error', 'partly', 'unknown'] as const;

/** What to look for, in the order of `--help`. */
const LOOK = [
  new Option('--level <level>', 'how deep to look').choices(['header', 'checksum', 'structure']).default('structure'),
  new Option('--no-duplicates', 'do not look for keys that stand twice'),
  new Option('--fail-on <what>', 'what else counts as a failure').choices(FAIL_ON).argParser(parseChoices(FAIL_ON)),
];

const EXPECTED = [
  new Option('--max-age <duration>', 'made within the last 90s, 24h, 7d').argParser(parseDuration),
  new Option('--min-keys <n>', 'at least so many keys').argParser(parseNumber),
  new Option('--max-keys <n>', 'at most so many keys').argParser(parseNumber),
  new Option('--min-size <size>', 'at least so large, unpacked: 10mb').argParser(parseSize),
  new Option('--expect-producer <name>', 'the server that wrote it').choices(['redis', 'valkey']),
  new Option('--expect-version <range>', 'of that server, as a semver range'),
  new Option('--require-checksum', 'saved with a checksum'),
];

const SERVER = [
  new Option('--for <server>', 'such as redis-8.0 or valkey-9.1').argParser(parseNames),
  new Option('--databases <n>', 'how many databases it has').argParser(parseCount),
  new Option('--modules <names>', 'modules it has; "" for none').argParser(parseList),
  new Option('--cluster <answer>', 'whether it runs in cluster mode').choices(['yes', 'no']),
];

const SEVERAL = [
  new Option('--jobs <n>', 'files verified at a time').argParser(parseCount).default(1),
  new Option('--shards', 'hold them against each other, as one backup'),
  new Option('--max-skew <duration>', 'between the shards (default: 10m)').argParser(parseDuration),
];

const OUTPUT = [
  new Option('-q, --quiet', 'print only what is wrong'),
  new Option('--json', 'one JSON document'),
  new Option('--bytes <form>', 'byte strings in JSON').choices(['text', 'base64']).default('text'),
  new Option('--key-names <form>', 'names of keys in reports').choices(['full', 'hash', 'none']).default('full'),
  new Option('--metrics <file>', 'write Prometheus metrics there, too'),
  new Option('--no-progress', 'no progress bar'),
];

const RESOURCES = [
  new Option('--max-memory <size>', 'for all tables; beyond it they spill to disk')
    .argParser(parseSize)
    .default(256 * 1024 * 1024, '256mb'),
  new Option('--tmp-dir <dir>', 'where to spill'),
];

const GROUPS: Readonly<Record<string, readonly Option[]>> = {
  'How to look:': LOOK,
  'What each file has to be:': EXPECTED,
  'The server it is for (default: the release that wrote it):': SERVER,
  'Several files:': SEVERAL,
  'Output:': OUTPUT,
  'Resources:': RESOURCES,
};

/** Adds the command; what it needs is loaded when it runs. */
export function addVerify(program: Command): void {
  const command = program
    .command('verify')
    .argument('<input...>', 'dump files, directories that hold some, or - for standard input')
    .description('is this backup sound? Checks the checksum and the structure of every value')
    .summary('is this backup sound? Checksum and structure')
    .addHelpText('after', EXAMPLES)
    .action(async (inputs: string[], options: VerifyFlags, self: Command) => {
      const { runVerify } = await import('./run-verify.js');
      process.exitCode = await runVerify(inputs, { ...options, ...self.optsWithGlobals() });
    });
  for (const [heading, options] of Object.entries(GROUPS)) {
    for (const option of options) command.addOption(option.helpGroup(heading));
  }
}

export interface VerifyFlags {
  readonly level: 'header' | 'checksum' | 'structure';
  readonly duplicates: boolean;
  readonly failOn?: readonly (typeof FAIL_ON)[number][];
  readonly maxAge?: number;
  readonly minKeys?: number;
  readonly maxKeys?: number;
  readonly minSize?: number;
  readonly expectProducer?: 'redis' | 'valkey';
  readonly expectVersion?: string;
  readonly requireChecksum?: boolean;
  readonly for?: readonly string[];
  readonly databases?: number;
  readonly modules?: readonly string[];
  readonly cluster?: 'yes' | 'no';
  readonly jobs: number;
  readonly shards?: boolean;
  readonly maxSkew?: number;
  readonly quiet?: boolean;
  readonly json?: boolean;
  readonly bytes: 'text' | 'base64';
  readonly keyNames: 'full' | 'hash' | 'none';
  readonly metrics?: string;
  readonly maxMemory: number;
  readonly tmpDir?: string;
  readonly progress: boolean;
  readonly color: boolean;
}
