import { median } from '../bench/percentile';

/** Memory of one process at one moment, in MB. */
export interface Sample {
  resident: number;
  /** Of JavaScript objects, those that nobody needs any more included. */
  heap: number;
}

/** What a process held at the end of the first third and of the last: by the first, every bounded memory should be full. */
export interface Growth {
  first: Sample;
  last: Sample;
}

/** Above this the memory is taken for one without a bound. */
const MOST_GROWTH = 0.2;

/** The samples of a whole run in order, at equal distances. */
export function growthOf(samples: readonly Sample[]): Growth {
  const third = Math.floor(samples.length / 3);
  return { first: levelOf(samples.slice(0, third)), last: levelOf(samples.slice(-third)) };
}

/** From the last quarter of a third: single moments say more about the garbage collector than about the process. */
function levelOf(third: readonly Sample[]): Sample {
  const end = third.slice(-Math.max(1, Math.floor(third.length / 4)));
  // The heap falls to what is in use at each collection.
  return { resident: median(end.map(({ resident }) => resident)), heap: Math.min(...end.map(({ heap }) => heap)) };
}

export function judgeGrowth(name: string, { first, last }: Growth): string[] {
  return (['resident', 'heap'] as const).flatMap((what) => {
    const grown = last[what] / first[what] - 1;
    // What could not be measured is no number, and not proved to be bounded either.
    if (grown <= MOST_GROWTH) return [];
    const figures = `${first[what].toFixed(0)} MB after the first third, ${last[what].toFixed(0)} MB after the last`;
    return [`memory: ${name}: ${what} ${figures}`];
  });
}
