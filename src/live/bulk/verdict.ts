// What an error of the target means for the unit that it answers.

/** A place in a cluster, as an error names it. An empty host: the one that was asked. */
export interface Place {
  readonly slot: number;
  readonly host: string;
  readonly port: number;
}

export type Verdict =
  /** The sender's matter. */
  | { readonly kind: 'final' }
  /** Passes; nothing else would fare better on this node. */
  | { readonly kind: 'later' }
  /** Passes; only this unit has to wait. */
  | { readonly kind: 'unit later' }
  /** This node is no master any more. */
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'moved' | 'ask'; readonly place: Place };

const FINAL: Verdict = { kind: 'final' };
const LATER: Verdict = { kind: 'later' };
const UNIT_LATER: Verdict = { kind: 'unit later' };
const ELSEWHERE: Verdict = { kind: 'elsewhere' };

/** `isElastic`: behind a Sentinel or in a cluster, where another node can take over. */
export function verdictOf(error: string, isElastic: boolean): Verdict {
  switch (/^\S*/.exec(error)?.[0]) {
    case 'LOADING':
    case 'BUSY':
    case 'MASTERDOWN':
    case 'NOREPLICAS':
    case 'CLUSTERDOWN':
      return LATER;
    case 'TRYAGAIN':
      return UNIT_LATER;
    case 'READONLY':
      return isElastic ? ELSEWHERE : FINAL;
    case 'MOVED':
    case 'ASK':
      return redirection(error);
    default:
      return /^ERR max number of clients/.test(error) ? LATER : FINAL;
  }
}

/** `MOVED 3999 127.0.0.1:6381` */
function redirection(error: string): Verdict {
  const parts = /^(MOVED|ASK) (\d{1,5}) (\S*):(\d{1,5})/.exec(error);
  if (!parts) return FINAL;
  const place = { slot: Number(parts[2]), host: parts[3] === '?' ? '' : parts[3], port: Number(parts[4]) };
  return { kind: parts[1] === 'ASK' ? 'ask' : 'moved', place };
}
