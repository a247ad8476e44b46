// Property tests draw the same examples in every run, so that a merge is not decided by chance. To look for new ones:
//   FAST_CHECK_SEED=random npm test
import fc from 'fast-check';

const FIXED = 20_261_120;
const wanted = process.env.FAST_CHECK_SEED;

if (wanted !== 'random') fc.configureGlobal({ seed: wanted ? Number(wanted) : FIXED });
