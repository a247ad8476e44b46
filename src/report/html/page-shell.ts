// The frame of a page: its policy, its style and script, and the data.
import { createHash } from 'node:crypto';
import { embedJson, escapeHtml } from './embed.js';
import { LICENSES, SCRIPT, STYLE } from './page-assets.js';
import type { ReportData } from './report-data.js';

/** A whole page that shows `data`. The title is plain text; `command` gives the same numbers without a browser. */
export function htmlPage(title: string, data: ReportData, command: string): string {
  // Nothing may be loaded, and no other script or style than these may run, whatever a name in the data says.
  const policy = [
    "default-src 'none'",
    `script-src ${hash(SCRIPT)}`,
    `style-src ${hash(STYLE)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<div id="report"></div>
<noscript><p class="noscript">This report is drawn by a script inside the page, and scripts are turned off here.
The same numbers: <code>${escapeHtml(command)}</code>.</p></noscript>
<footer class="page-end">
<details>
<summary>Licences of the software in this page</summary>
<pre>${escapeHtml(LICENSES)}</pre>
</details>
</footer>
<script type="application/json" id="data">${embedJson(data)}</script>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function hash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
