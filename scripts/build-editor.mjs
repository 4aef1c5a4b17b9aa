// Makes dist/**/<name>.html = bundled editor script + hand-written <name>.html template; puts the locales, with the texts
// that all nodes share under `common`, and the icons the script names beside it.
import { build } from 'esbuild';
import { cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const icons = existsSync('icons') ? await readdir('icons') : [];

for (const kind of ['nodes', 'plugins']) {
  for (const name of existsSync(kind) ? await readdir(kind) : []) {
    const dir = join(kind, name), out = join('dist', dir);
    if (!existsSync(join(dir, `${name}.editor.ts`))) continue;
    await mkdir(out, { recursive: true });
    const { outputFiles: [script] } = await build({
      entryPoints: [join(dir, `${name}.editor.ts`)], bundle: true, write: false, format: 'iife', target: 'es2020',
      tsconfig: 'tsconfig.editor.json', charset: 'utf8', legalComments: 'none',
    });
    const template = join(dir, `${name}.html`);
    const html = existsSync(template) ? await readFile(template, 'utf8') : '';
    await writeFile(join(out, `${name}.html`), `<script type="text/javascript">\n${script.text}</script>\n${html}`);
    await copyLocales(dir, name, out);
    for (const icon of icons) if (script.text.includes(`"${icon}"`)) await cp(join('icons', icon), join(out, 'icons', icon));
  }
}

/** Node-RED reads one catalogue a node and language; the shared texts go into each. */
async function copyLocales(dir, name, out) {
  const locales = join(dir, 'locales');
  if (!existsSync(locales)) return;
  await cp(locales, join(out, 'locales'), { recursive: true });
  for (const language of await readdir(locales)) {
    const own = join(locales, language, `${name}.json`), shared = join('nodes/common/locales', language, 'common.json');
    if (!existsSync(own) || !existsSync(shared)) continue;
    const texts = { ...JSON.parse(await readFile(own, 'utf8')), common: JSON.parse(await readFile(shared, 'utf8')) };
    await writeFile(join(out, 'locales', language, `${name}.json`), JSON.stringify(texts));
  }
}
