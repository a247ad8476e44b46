// The worked hexdumps of the format reference (section 12): key records as real servers wrote them, unless noted there.
import { hex } from './rdb/primitives.js';

/** 12.1: a whole file, checksum included. */
export const SMALLEST_FILE = hex(`
  52 45 44 49 53 30 30 30 39
  fe 00
  fb 01 00
  00 02 6f 6b 01 76
  ff
  2a ed 67 2d 58 f9 66 79`);

/** 12.2: header and auxiliary fields of Valkey 9.1.2. */
export const VALKEY_HEAD = hex(`
  56 41 4c 4b 45 59 30 38 30
  fa 0a 76 61 6c 6b 65 79 2d 76 65 72 05 39 2e 31 2e 32
  fa 0a 72 65 64 69 73 2d 62 69 74 73 c0 40
  fa 05 63 74 69 6d 65 c2 d9 02 00 6b
  fa 08 75 73 65 64 2d 6d 65 6d c2 68 bd 13 00
  fa 08 61 6f 66 2d 62 61 73 65 c0 00`);

/** 12.3: type byte and value, as in a DUMP payload. */
export const STRINGS: readonly [dump: Buffer, text: string][] = [
  [hex('00 c0 ff'), '-1'],
  [hex('00 c1 80 00'), '128'],
  [hex('00 c2 00 80 00 00'), '32768'],
  [hex('00 0a 32 31 34 37 34 38 33 36 34 38'), '2147483648'],
  [hex('00 c3 06 15 01 61 61 e0 0a 00'), 'a'.repeat(21)],
  [hex('00 c3 09 40 64 01 61 61 e0 57 00 01 61 61'), 'a'.repeat(100)],
];

/** 12.4 */
export const SET_LISTPACK = hex('14 02 73 6c 0d  0d 00 00 00  02 00  81 78 02  81 79 02  ff');
export const SET_INTSET = hex('0b 02 69 73 14  04 00 00 00  03 00 00 00  01 00 00 00  02 00 00 00  70 11 01 00');
export const HASH_LISTPACK = hex('10 01 68 12  12 00 00 00  04 00  81 66 02  81 76 02  81 6e 02  07 01  ff');
export const ZSET_LISTPACK = hex(
  '11 01 7a 1c  1c 00 00 00  06 00  81 61 02 01 01  81 62 02 83 32 2e 35 04  81 63 02 83 69 6e 66 04  ff',
);
export const HASH_ZIPLIST = hex(
  '0d 01 68 16  16 00 00 00  13 00 00 00  04 00  00 01 66  03 01 76  03 01 6e  03 f8  ff',
);
export const QUICKLIST = hex(
  '0e 02 6c 69 01 17  17 00 00 00 12 00 00 00 04 00  00 01 61  03 01 62  03 f2  02 c0 2c 01  ff',
);

/** 12.5 */
export const QUICKLIST_2 = hex(`
  12 02 6c 70 02
    02 17  17 00 00 00 04 00  82 65 30 03 82 65 31 03 82 65 32 03 82 65 33 03 ff
    02 0f  0f 00 00 00 02 00  82 65 34 03 82 65 35 03 ff`);
export const ZSET_2 = hex(`
  05 02 7a 62 02
    0a 6d 65 6d 62 65 72 6c 6f 6e 67 00 00 00 00 00 00 f8 3f
    09 6d 65 6d 62 6c 6f 6e 67 32 00 00 00 00 00 00 f0 ff`);

/** 12.6 */
export const HASH_METADATA = hex(`
  18 03 68 78 62  ff 1f 4a a9 d1 01 00 00  02
    01 09 66 69 65 6c 64 6c 6f 6e 67 01 76
    00 02 66 66 01 77`);
export const HASH_LISTPACK_EX = hex(`
  19 02 68 78  ff 9f 72 4e 18 09 00 00  1f  1f 00 00 00 06 00
    81 66 02 81 76 02 f4 ff 9f 72 4e 18 09 00 00 09
    81 67 02 81 77 02 00 01  ff`);
export const HASH_2 = hex(`
  16 02 68 78 02
    01 66 01 76 ff 1f 4a a9 d1 01 00 00
    01 67 01 77 ff ff ff ff ff ff ff ff`);

/** 12.7 */
export const STREAM_3 = hex(`
  15 02 73 74
  01
  10 00 00 00 00 00 00 03 e8 00 00 00 00 00 00 00 01
  40 40  40 00 00 00 19 00
    02 01  01 01  02 01  81 61 02  81 62 02  00 01
    02 01  00 01  00 01  01 01  02 01  05 01
    03 01  00 01  01 01  03 01  04 01  05 01
    00 01  05 01  df ff 02  01 01  81 63 02  83 78 79 7a 04  06 01
    ff
  02
  43 ed 00
  43 e8 01
  43 e8 02
  03
  02
  01 67  43 e8 01  81 ff ff ff ff ff ff ff ff
    01  00 00 00 00 00 00 03 e8 00 00 00 00 00 00 00 01  74 21 0b f8 a1 01 00 00  01
    01  02 63 31  74 21 0b f8 a1 01 00 00  74 21 0b f8 a1 01 00 00
        01  00 00 00 00 00 00 03 e8 00 00 00 00 00 00 00 01
  02 67 32  43 ed 00  81 ff ff ff ff ff ff ff ff  00  00`);

/** 12.8: the end of a stream of RDB 13, behind its last group. */
export const IDMP_TAIL = hex(`
  40 64  40 64  02
  09 70 72 6f 64 75 63 65 72 31 01  09 69 69 64 5f 70 31 5f 65 31  81 00 00 01 9c 90 2d ea d3  01
  09 70 72 6f 64 75 63 65 72 32 01  09 69 69 64 5f 70 32 5f 65 31  81 00 00 01 9c 90 2d ea d3  02
  02  00`);

/** 12.9: SLOT_INFO and key of a Redis 8.0 cluster node; the same for a slot with an expiring key is left out here. */
export const SLOT_INFO_KEY = hex('f4 6f 96 02 00  f9 05 00 03 66 6f 6f 03 62 61 72');

/** 12.10 */
export const VECTOR_SET = hex(`
  07 02 76 73  81 bd e7 2d a2 bb 1e b4 00
  02 03  02 01  02 50 01  02 00
  05 02 65 31  05 03 7f 00 00
  02 05 02 01 02 00 02 00 02 20 02 81 3f 80 00 00 3f 80 00 00
  00`);

/** 12.13: made from the description, not by a server. */
export const HASH_TEMPLATE = hex('f2 00 02 01 61 01 62');
export const HASH_TMPL_LP_REF = hex('1e 01 68 0f  0f 00 00 00 03 00  00 01  81 78 02  81 79 02  ff');

/** 12.14 */
export const ARRAY = hex(`
  1c 02 61 72
  05
  01 40 40
  00  01  05 00 00 00 00 00 00 00
  01  02  00 00 00 00 00 00 04 40
  02  03  02 68 69
  07  00  0b 6c 6f 6e 67 20 73 74 72 69 6e 67
  80 00 00 40 00  01  90 ee fe ff ff ff ff ff`);

/** 12.15 */
export const STREAM_5 = hex(`
  1b 02 73 74
  01
  10 00 00 00 00 00 00 03 e8 00 00 00 00 00 00 00 01
  40 42  42 00 00 00 19 00
    03 01  01 01  01 01  81 61 02  00 01
    02 01  00 01  00 01  01 01  04 01
    02 01  00 01  01 01  02 01  04 01
    02 01  00 01  02 01  03 01  04 01
    03 01  f4 18 d4 c3 2c bb 03 00 00 09  00 01  04 01  04 01
    ff
  03
  81 00 00 03 bb 2c c3 d8 00  01
  43 e8 01
  81 00 00 03 bb 2c c3 d8 00  01
  04
  01
  01 67  43 e8 03  03
    03
    00 00 00 00 00 00 03 e8 00 00 00 00 00 00 00 01  00 00 00 00 00 00 00 00  81 7f ff ff ff ff ff ff ff
    00 00 00 00 00 00 03 e8 00 00 00 00 00 00 00 02  85 df 31 f8 a1 01 00 00  01
    00 00 00 00 00 00 03 e8 00 00 00 00 00 00 00 03  00 00 00 00 00 00 00 00  01
    01  02 63 31  85 df 31 f8 a1 01 00 00  85 df 31 f8 a1 01 00 00
        01  00 00 00 00 00 00 03 e8 00 00 00 00 00 00 00 02
    02  00 00 00 00 00 00 03 e8 00 00 00 00 00 00 00 03
        00 00 00 00 00 00 03 e8 00 00 00 00 00 00 00 01
  40 64  40 64
  01  c0 2a  01
      07 6f 72 64 65 72 2d 37  81 00 00 03 bb 2c c3 d8 00  01
  01  01`);

/** 12.16 */
export const KEY_META = hex(`
  f3 01
  09 f5 c4 28
  05 04 6d 65 74 61
  02 01  03 00 00 c0 3f
  05 c3 0f 16 04 30 78 61 2e 61 e0 03 00 04 39 65 70 2d 35
  00
  00 01 6d 01 76`);
