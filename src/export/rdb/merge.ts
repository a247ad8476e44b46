import type { Kernels } from '../../bytes/kernels/kernels.js';
import type { Copied } from './copied.js';
import type { Input } from './inputs.js';
import type { RdbExportOptions } from './options.js';
import type { Outputs } from './outputs.js';
export async function mergeInputs(
  _i: readonly Input[],
  _o: Outputs,
  _k: Kernels,
  _p: RdbExportOptions,
): Promise<Copied> {
  throw new Error('x');
}
