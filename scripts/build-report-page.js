// Bundles what runs inside an HTML report, src/report/html/page/ and its charting library, and embeds it as text, so that a
// report is one file and the package needs no file beside its JavaScript.
import { readFile, writeFile } from 'node:fs/promises';
import { build } from 'rolldown';

const OUT = 'src/report/html/page-assets.ts';

/** In the order of the cascade. */
const STYLES = ['colors', 'base', 'sections', 'top', 'map', 'panels', 'tables', 'diff', 'print'];

/** Licences that ask for their text in every copy; a report is one. */
const LICENSES = ['echarts/NOTICE', 'echarts/LICENSE', 'echarts/licenses/LICENSE-d3', 'zrender/LICENSE'];

const { output } = await build({
  input: 'src/report/html/page/main.ts',
  platform: 'browser',
  tsconfig: 'tsconfig.page.json',
  transform: { target: 'es2022', define: { 'process.env.NODE_ENV': '"production"' } },
  output: { format: 'iife', minify: true, comments: false },
  write: false,
  logLevel: 'warn',
});
const [bundle] = output;
if (output.length !== 1 || bundle.type !== 'chunk') throw new Error('the page should be one script');
const assets = {
  SCRIPT: bundle.code.trim(),
  STYLE: await styleSheet(),
  LICENSES: await licenseTexts(),
};
// A browser reads other text than was hashed where an element ends early, and where it replaces characters.
for (const [name, text] of Object.entries(assets)) {
  if (/<\/(script|style)|<!--|[\0\r]/i.test(text) || !text.isWellFormed()) {
    throw new Error(`${name} cannot stand in a page as it is`);
  }
}
const constants = Object.entries(assets).map(
  ([name, text]) => `export const ${name}: string =\n  ${JSON.stringify(text)};\n`,
);
await writeFile(OUT, `// Made by scripts/build-report-page.js. Do not edit.\n${constants.join('')}`);
process.stdout.write(`report page: ${assets.SCRIPT.length + assets.STYLE.length} bytes\n`);

async function styleSheet() {
  const sheets = STYLES.map((name) => readFile(`src/report/html/page/style/${name}.css`, 'utf8'));
  return (await Promise.all(sheets)).join('\n').trim();
}

async function licenseTexts() {
  const texts = LICENSES.map(async (path) => {
    const text = await readFile(`node_modules/${path}`, 'utf8');
    return `${path}\n\n${text.replaceAll('\r\n', '\n').trim()}`;
  });
  return (await Promise.all(texts)).join(`\n\n${'-'.repeat(80)}\n\n`);
}
