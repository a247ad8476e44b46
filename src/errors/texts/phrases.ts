// Sentences that many explanations share. "Measured" means: started on such a file, and its check tool run on it.
// The check tools are redis-check-rdb of 7.0 and 8.0, valkey-check-rdb of 8.1 and 9.1; they agree unless a text says otherwise.

/** Who was measured. */
export const MEASURED = 'Redis 6.0, 7.0 and 8.0, Valkey 8.1 and 9.1';

export const NOT_MEASURED = 'Not measured.';

// --- servers ---

export const ALL_REFUSE = `All measured servers (${MEASURED}) refuse to start from it; the check tools report it.`;
export const ALL_LOAD = `All measured servers (${MEASURED}) load it without a word; the check tools call it ok.`;

/** Types that came with listpacks; headers are checked by every loader. */
export const LISTPACK_HEADER =
  'Redis 7.0 and 8.0, Valkey 8.1 and 9.1 refuse to start from it; the check tools report it. Redis 6.0 was not measured (it knows listpacks only in streams).';
/** The contents of a listpack, measured. */
export const LISTPACK_CONTENT =
  'Redis 7.0 and 8.0 and Valkey 8.1 load it unseen (by default they check contents only with sanitize-dump-payload yes). Valkey 9.1 refuses to start from it; the check tools report it.';
/** The contents of a listpack, by the source only. */
export const LISTPACK_CONTENT_UNMEASURED =
  'Not measured on its own. By their source the check tools and Valkey 9.1 check the contents and refuse it; Redis 7.0 to 8.x and Valkey 8.1 do so only with sanitize-dump-payload yes, and load it unseen otherwise.';

export const ZIPLIST_MEASURED =
  'Redis 7.0 and 8.0, Valkey 8.1 and 9.1 refuse to start from it, as they walk every ziplist they load; the check tools report it. Redis 6.0 loads it without a word.';
export const ZIPLIST_UNMEASURED =
  'Not measured on its own. Redis since 7.0 and Valkey walk every ziplist they load, and by their source they refuse this; Redis 6.0 checks almost nothing.';

export const ZIPMAP_UNMEASURED =
  'Not measured on its own. Redis since 7.0 and Valkey walk every zipmap they load, and by their source they refuse this; Redis 6.0 checks almost nothing.';

/** Streams: loaded by all that were tried. */
export const STREAM_LOADED =
  'Redis 7.0 and 8.0, Valkey 8.1 and 9.1 load it without a word; the check tools call it ok. Redis 6.0 was not tested.';

/** Streams: refused by all that were tried. */
export const STREAM_REFUSED =
  'Redis 7.0 and 8.0, Valkey 8.1 and 9.1 refuse to start from it; the check tools report it. Redis 6.0 was not tested.';

/** Redis 8.6 and 8.8 were run as builds of the development branch. */
export const REDIS_88_REFUSES =
  'Redis 8.8 (a development build) refuses to start from it; its check tool reports it. Older servers do not know the type.';
export const REDIS_88_LOADS =
  'Redis 8.8 (a development build) loads it without a word; its check tool calls it ok. Older servers do not know the type.';
export const REDIS_86_88_REFUSE =
  'Redis 8.6 and 8.8 (development builds) refuse to start from it; their check tools report it. Older servers do not know the type.';

export const REDIS_810_UNMEASURED =
  'Not measured: templates came with Redis 8.10, which was not run. By its source the load fails.';

// --- advice ---

/** Bytes are not what they were. */
export const COPY_AGAIN =
  'Copy the file again from where it was made and compare sizes and hashes (sha256sum); if it stays like that, take the previous backup. If the source server still runs, make a new snapshot with BGSAVE and verify it.';

/** One value is wrong. A good checksum tells who made it so. */
export const DAMAGED_VALUE =
  'If the checksum is wrong too, the bytes changed after the save: copy the file again or take the previous backup. If it is good, the writer put it there: look at the key on the source server, write it anew, then BGSAVE and verify.';

/** Loads in some places, is refused in others, and can be read where it loads. */
export const REBUILD =
  'With a wrong checksum, copy the file again or take the previous backup. With a good one, before you move to a server that refuses it: load the file where it loads, read the elements of the key, delete it, write them again, then BGSAVE and verify.';

/** Foreign or odd, but harmless. */
export const NOTHING_TO_DO = 'Nothing to do.';
