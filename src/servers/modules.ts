// Modules by the names that people and files give them: MODULE LIST says `ReJSON`, a file says `ReJSON-RL`.
import { isFrom, type Release } from './releases.js';

/** The module that a data type belongs to, where their names differ. */
const MODULE_OF_TYPE: Readonly<Record<string, string>> = {
  'ReJSON-RL': 'ReJSON',
  'MBbloom--': 'bf',
  MBbloomCF: 'bf',
  'CMSk-TYPE': 'bf',
  'TopK-TYPE': 'bf',
  'TDIS-TYPE': 'bf',
  'TSDB-TYPE': 'timeseries',
  graphdata: 'graph',
  ft_index0: 'search',
  ft_invidx: 'search',
  scdtype00: 'search',
  trietype0: 'search',
  numericdx: 'search',
};

/** Types that a release knows without any module. */
export function isBuiltIn(release: Release, type: string): boolean {
  return type === 'vectorset' && release.lineage === 'redis' && isFrom(release, 8, 0);
}

/** Whether one of the named modules provides a data type; the names of types do as well. */
export function provides(modules: readonly string[], type: string): boolean {
  const wanted = [type, MODULE_OF_TYPE[type] ?? type].map((name) => name.toLowerCase());
  return modules.some((name) => wanted.includes(name.toLowerCase()));
}
