import type { OpenInput } from '../../backup/open.js';
import { NoChecksum } from '../../bytes/checksum/checksum.js';
import { Kernels } from '../../bytes/kernels/kernels.js';
import type { Source } from '../../bytes/sources/source.js';
import { Window } from '../../bytes/window.js';
import { Findings } from '../findings.js';
import type { VerifyOptions } from '../options.js';
import type { FileReport } from '../report.js';
import { madeAt, withAofLoads } from './file.js';
import { loadedPart } from './loaded-part.js';
import { verifyLog } from './log.js';
import { aofReport } from './report.js';

/** Verifies an append-only file that begins with commands. */
export async function verifyLogFile(
  path: string,
  input: OpenInput,
  source: Source,
  options: VerifyOptions,
  started: number,
): Promise<FileReport> {
  const findings = new Findings();
  const window = new Window(new Kernels(), source, new NoChecksum());
  window.endSum();
  try {
    const checked = await verifyLog(window, findings, options);
    const { log } = checked;
    if (input.trailing()) findings.add('RDB_TRAILING_BYTES', null, 'bytes that are no gzip follow the gzip');
    if (await input.changed()) {
      findings.add(
        'INPUT_CHANGED',
        null,
        'the file changed while it was read; this verdict is about no single state of it',
      );
    }
    const milliseconds = performance.now() - started;
    const whole = window.sourceError === undefined;
    const report = aofReport({ path, input, options, findings, log, whole, milliseconds });
    const facts = {
      isSet: false,
      parts: [loadedPart(path, undefined, checked, findings)],
      codes: [],
      whole,
    };
    return withAofLoads({ ...report, ...madeAt(log, input.modifiedMs) }, facts, options);
  } finally {
    await window.settle();
  }
}
