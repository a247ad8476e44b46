import type { Family } from '../explanation.js';

const NO_SERVER = 'No server is concerned: this is about the copy that was asked for.';

/** What keeps a repaired copy from being written, or is worth a word about it. */
export const REPAIRS = {
  REPAIR_NOTHING_LEFT: {
    title: 'Nothing would be left',
    meaning:
      'Cut where it would have to be, the copy would hold no command and no RDB. It would start as an empty server, which is seldom what a restore is for.',
    servers: NO_SERVER,
    advice: 'Take the previous backup, and look at the job that made this one.',
  },
  REPAIR_NO_TIMESTAMPS: {
    title: 'The log does not say when its commands were written',
    meaning:
      'A point in time was asked for, and the log has no #TS lines to find it by. Servers write them since Redis 7.0, and only with aof-timestamp-enabled yes.',
    servers: NO_SERVER,
    advice:
      'Repair without --until, or take a backup that was made close to that time. For the next time: CONFIG SET aof-timestamp-enabled yes.',
  },
  REPAIR_UNTIL_TOO_EARLY: {
    title: 'The time asked for is before the log begins',
    meaning:
      'All timestamps of the log are later. What stands before the first one, the base above all, was written at a time that the log does not tell, so there is no place to cut.',
    servers: 'redis-check-aof and valkey-check-aof refuse such a time, too.',
    advice: 'Take an older backup, whose log reaches from before that time to after it.',
  },
  REPAIR_UNTIL_TOO_LATE: {
    title: 'The time asked for is after the end of the log',
    meaning: 'No timestamp of the log is later, so nothing is cut for it. A tail that is missing is cut all the same.',
    servers: NO_SERVER,
    advice: 'Nothing, if the log should end before that time. Otherwise a later backup holds more.',
  },
} as const satisfies Family;
