// Bundles the page and its workers into api/assets/graphiql, where the server's build embeds them.
// Everything comes from the locked npm packages; nothing may be fetched when the page is opened.
import { build } from 'esbuild';
import { copyFile, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const output = here('../assets/graphiql/');

await rm(output, { recursive: true, force: true });
await mkdir(output, { recursive: true });
await build({
  entryPoints: {
    graphiql: here('page.jsx'),
    'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
    'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
    'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
  },
  outdir: output,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  charset: 'utf8',
  loader: { '.ttf': 'dataurl', '.woff2': 'dataurl' },
  define: { 'process.env.NODE_ENV': '"production"' },
  legalComments: 'eof',
  logLevel: 'warning',
});
await copyFile(here('index.html'), `${output}index.html`);

for (const name of await readdir(output)) {
  const { size } = await stat(output + name);
  console.log(`api/assets/graphiql/${name} ${Math.ceil(size / 1024)} KiB`);
}
