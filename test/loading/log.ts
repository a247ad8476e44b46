// What a server's log tells about a load, and why it ended.

/** `4996:M 20 Nov 2026 12:35:48.924 # text`: what it is about, with its level. */
const LINE = /^\d+:[A-Z] \d+ \w+ \d+ [\d:.]+ ([*#.-]) (.*)$/;
/** Warnings of any start. */
const ANY =
  /oO0OoO0OoO0Oo|version=\d|^Configuration loaded|^Server initialized|overcommit|^WARNING: Changing databases/;
/** What servers write whatever the reason was. */
const GENERAL =
  /^Short read or OOM loading DB|^Unexpected EOF reading RDB file|^Fatal error loading the DB|^Terminating server/;
/** From here on the log has the findings of the check tool, or a dump of registers. */
const BEGINS_APPENDIX = /^\[offset \d+\] Checking RDB file|BUG REPORT START/;
/** Lines of a bug report, the most telling first. */
const OF_CRASHES = [/Guru Meditation: (.*)/, /==> (.* is not true)/, /(crashed by signal: \d+)/];

/** Without what differs from start to start and from build to build: times, process ids, line numbers of the source. */
export function reasonIn(log: string): string | null {
  const crash = OF_CRASHES.map((pattern) => pattern.exec(log)?.[1]).find((text) => text !== undefined);
  const reason = crash ?? warningIn(log);
  return reason === undefined ? null : withoutPlace(reason);
}

/** The number that `pattern` finds, under a name; nothing when it finds none. */
export function found<K extends string>(name: K, pattern: RegExp, text: string): Partial<Record<K, number>> {
  const digits = pattern.exec(text)?.[1];
  return digits === undefined ? {} : ({ [name]: Number(digits) } as Record<K, number>);
}

/** The first warning that says more than that it failed; else the first. */
function warningIn(log: string): string | undefined {
  const lines = log.split('\n');
  const end = lines.findIndex((line) => BEGINS_APPENDIX.test(line));
  const warnings = lines
    .slice(0, end < 0 ? undefined : end)
    .map((line) => LINE.exec(line))
    .filter((match) => match?.[1] === '#')
    .map((match) => withoutPlace(match?.[2] ?? ''))
    .filter((text) => !ANY.test(text));
  return warnings.find((text) => !GENERAL.test(text)) ?? warnings[0];
}

function withoutPlace(text: string): string {
  return text
    .replace(/^Internal error in RDB reading offset \d+, function at \w+\.c:\d+ -> /, '')
    .replace(/ #?\b(\w+\.c):\d+$/, '')
    .replace(/^(\w+\.c):\d+/, '$1')
    .replace(/[^ -~]/g, '?')
    .trim();
}
