export { crc64 } from '../../helpers/crc64.js';
export { Checker } from './check.js';
export { type Library, MODULES } from './library.js';
export { mutate } from './mutate.js';
export { Random } from './random.js';
export { makeSeed } from './seed.js';
