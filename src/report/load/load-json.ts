// Loads as JSON: documented in docs/load-json.md.
import { isAllThere, type LoadReport } from '../../load/report.js';
import { asciiJson } from '../ascii-json.js';
import { type BytesForm, jsonForm } from '../stats/json-form.js';

export const SCHEMA = 1;

/** The report as one JSON document. */
export function loadJson(report: LoadReport, form: BytesForm): string {
  return asciiJson(jsonForm({ schema: SCHEMA, ok: isAllThere(report), ...report }, form));
}
