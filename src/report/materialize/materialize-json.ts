import type { MaterializeReport } from '../../materialize/report.js';
import { asciiJson } from '../ascii-json.js';

/** What became of a log as one JSON document, schema 1, which docs/materialize-json.md describes. */
export function materializeJson(report: MaterializeReport, output: string): string {
  const { verdict, complete, path, ...rest } = report;
  const isWritten = verdict === 'made' || verdict === 'incomplete';
  return asciiJson({
    schema: 1,
    ok: verdict === 'made',
    complete,
    limited: isWritten && rest.cut?.reason === 'until',
    verdict,
    input: path,
    output: isWritten ? output : null,
    ...rest,
  });
}
