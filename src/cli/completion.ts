import type { Command, Option } from 'commander';
import { FINDINGS } from '../errors.js';
import { releaseNames } from '../servers/releases.js';
import { ExitCode } from './exit-code.js';

/** Prints a completion script made from the commands and options themselves. */
export function runCompletion(shell: string, program: Command): number {
  const script = SHELLS[shell]?.(program);
  if (script === undefined) {
    process.stderr.write(`rdbkit: no completion for ${JSON.stringify(shell)}; there is bash, zsh and fish.\n`);
    return ExitCode.TROUBLE;
  }
  process.stdout.write(script);
  return ExitCode.OK;
}

const SHELLS: Readonly<Record<string, (program: Command) => string>> = { bash, zsh, fish };

function bash(program: Command): string {
  const cases = program.commands.map((c) => `    ${c.name()}) words="${[...flags(c), ...operands(c)].join(' ')}" ;;`);
  const options = program.commands.flatMap((c) => c.options);
  const values = options.flatMap((o) => {
    const words = choicesOf(o);
    return words ? [`    ${o.long}) words="${words.join(' ')}"; files= ;;`] : [];
  });
  return `# rdbkit completion for bash:  source <(rdbkit completion bash)
_rdbkit() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words files=1
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  case "\${COMP_WORDS[1]}" in explain|completion) files= ;; esac
  case "\${COMP_WORDS[COMP_CWORD-1]}" in
${values.join('\n')}
  esac
  if [[ $COMP_CWORD -eq 1 ]]; then words="${names(program).join(' ')} --help --version"; files=; fi
  if [[ $current == -* || -z $files ]]; then mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  else mapfile -t COMPREPLY < <(compgen -f -- "$current"); fi
}
complete -o filenames -F _rdbkit rdbkit
`;
}

/** What may stand behind a command that takes no files. */
function operands(command: Command): readonly string[] {
  if (command.name() === 'explain') return ['list', ...Object.keys(FINDINGS)];
  return command.name() === 'completion' ? Object.keys(SHELLS) : [];
}

function zsh(program: Command): string {
  const commands = program.commands.map((c) => `    ${quote(`${c.name()}:${c.description()}`)}`).join('\n');
  const cases = program.commands
    .map((c) => {
      const specs = c.options.map((o) => zshOption(o)).join(' ');
      const words = operands(c);
      const rest = words.length > 0 ? `(${words.join(' ')})` : '_files';
      return `    ${c.name()}) _arguments ${specs} '*:argument:${rest}' ;;`;
    })
    .join('\n');
  return `#compdef rdbkit
# rdbkit completion for zsh:  rdbkit completion zsh > "\${fpath[1]}/_rdbkit"
_rdbkit() {
  local -a commands=(
${commands}
  )
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases}
  esac
}
_rdbkit "$@"
`;
}

function fish(program: Command): string {
  const lines = ['# rdbkit completion for fish:  rdbkit completion fish | source'];
  for (const c of program.commands) {
    lines.push(`complete -c rdbkit -n __fish_use_subcommand -f -a ${c.name()} -d ${quote(c.description())}`);
    const words = operands(c);
    if (words.length > 0) {
      const after = quote(`__fish_seen_subcommand_from ${c.name()}`);
      lines.push(`complete -c rdbkit -n ${after} -f -a ${quote(words.join(' '))}`);
    }
    for (const o of c.options) {
      const long = o.long ? ` -l ${o.long.slice(2)}` : '';
      const short = o.short ? ` -s ${o.short.slice(1)}` : '';
      const choices = choicesOf(o);
      const values = choices ? ` -xa ${quote(choices.join(' '))}` : o.required ? ' -r' : '';
      const when = quote(`__fish_seen_subcommand_from ${c.name()}`);
      lines.push(`complete -c rdbkit -n ${when}${long}${short}${values} -d ${quote(o.description)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function names(program: Command): string[] {
  return program.commands.map((command) => command.name());
}

const FILTERS = ['--db', '--type', '--match', '--not-match', '--regex', '--key-file', '--slot', '--ttl'];
const SEVERAL = new Set(['--fail-on', '--for', '--modules', ...FILTERS]);

/** The values that an option takes, when there is a list of them. */
function choicesOf(option: Option): readonly string[] | undefined {
  return option.argChoices ?? (option.long === '--for' ? releaseNames() : undefined);
}

function flags(command: Command): string[] {
  return [...command.options.flatMap((o) => (o.long ? [o.long] : [])), '--help'];
}

function zshOption(option: Option): string {
  const description = option.description.replace(/[[\]:]/g, ' ');
  const choices = choicesOf(option);
  const value = option.required ? `:value:${choices ? `(${choices.join(' ')})` : '_files'}` : '';
  // The star: those that take several values are given several times.
  const several = SEVERAL.has(option.long ?? '') ? '*' : '';
  return quote(`${several}${option.long ?? option.short}[${description}]${value}`);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
