import { explain } from '../errors/explain.js';
import { FINDINGS, type FindingCode, isFindingCode } from '../errors.js';
import { textWidth, wrap } from '../report/format.js';
import { effectsText } from '../servers/minds.js';
import { ExitCode } from './exit-code.js';
import { nearest } from './nearest.js';

/** Runs the command and returns its exit status. */
export function runExplain(input: string, options: { json?: boolean }): number {
  const code = input.toUpperCase();
  if (code === 'LIST') {
    const codes = Object.keys(FINDINGS) as FindingCode[];
    const lines = codes.map((name) => `${name.padEnd(32)}${FINDINGS[name].padEnd(9)}${explain(name).title}`);
    const list = codes.map((name) => ({ code: name, severity: FINDINGS[name], ...explain(name) }));
    process.stdout.write(
      options.json ? `${JSON.stringify({ schema: 1, findings: list }, null, 2)}\n` : `${lines.join('\n')}\n`,
    );
    return ExitCode.OK;
  }
  if (!isFindingCode(code)) {
    const near = nearest(code, Object.keys(FINDINGS));
    const hint = near ? `Did you mean ${near}?` : '"rdbkit explain list" names all.';
    process.stderr.write(`rdbkit: there is no finding ${JSON.stringify(input)}. ${hint}\n`);
    return ExitCode.TROUBLE;
  }
  const { title, meaning, servers, advice } = explain(code);
  if (options.json) {
    const document = {
      schema: 1,
      code,
      severity: FINDINGS[code],
      title,
      meaning,
      servers,
      loading: effectsText(code),
      advice,
    };
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return ExitCode.OK;
  }
  const width = textWidth(process.stdout);
  const part = (name: string, text: string) => `${name}\n${wrap(text, 2, width)}\n`;
  process.stdout.write(
    `${code} (${FINDINGS[code]}): ${title}\n\n${[part('What it means', meaning), part('Which servers mind', servers), part('What to do', advice)].join('\n')}`,
  );
  return ExitCode.OK;
}
