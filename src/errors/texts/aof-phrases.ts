// Sentences that explanations of append-only files share. "Measured" means: started on such a file, and its check tool run
// on it. The measured servers are Redis 7.0, 8.0 (two builds), Valkey 8.1 and 9.1; what Redis 6.0 does was measured
// for logs, and is said where it differs.

export const AOF_MEASURED = 'Redis 7.0 and 8.0, Valkey 8.1 and 9.1';

export const AOF_ALL_REFUSE = `All measured servers (${AOF_MEASURED}) refuse to start from it ("Bad file format reading the append only file"), whatever aof-load-truncated says; the check tools report it.`;

export const AOF_ALL_LOAD_CHECK_MINDS = `All measured servers (${AOF_MEASURED}) load it without a word; the check tools call the file invalid, and their --fix would cut everything from there on.`;

export const MANIFEST_REFUSED = `All measured servers (${AOF_MEASURED}) exit at start with "FATAL AOF MANIFEST FILE ERROR" and the line; the check tools report it.`;

/** The record in which it stands is damaged. */
export const DAMAGED_LOG =
  'Copy the file again from where it was made, and compare sizes and hashes. If it stays like that: a repair cuts the file before the damaged command and loses everything behind it, so look first at how much that is. Where the source server still runs, BGREWRITEAOF writes a new, whole set.';

/** The end is missing, nothing else. */
export const TORN_LOG =
  'For the last file of a set nothing is to be done, unless it also ends inside a transaction (AOF_OPEN_MULTI): the last writes are missing, the rest loads. To cut the tail yourself, work on a full copy (not on hard links: servers cut files in place). If the file should be complete, copy it again from its source.';

export const EDIT_MANIFEST =
  'Copy the manifest again from its source. If you must mend it by hand, work on a full copy of the directory and verify that before a server sees it.';
