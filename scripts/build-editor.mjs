// Makes dist/**/<name>.html = bundled editor script + hand-written <name>.html template; copies locales, and the icons of the package beside each node.
import { build } from 'esbuild';
import { cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

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
    for (const extra of ['locales']) if (existsSync(join(dir, extra))) await cp(join(dir, extra), join(out, extra), { recursive: true });
    await cp('icons', join(out, 'icons'), { recursive: true });
  }
}
