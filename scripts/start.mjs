// `npm start`: Node-RED with this palette and the demo flow, in a user directory that is kept between starts.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const userDir = resolve(process.env.B2B_USER_DIR ?? join(root, '.node-red'));

const installed = join(userDir, 'node_modules/@b2b-sync/node-red-erp-commerce');
if (!existsSync(installed)) {
  await mkdir(dirname(installed), { recursive: true });
  await symlink(root, installed, 'junction');
}

const flowFile = join(userDir, 'flows.json');
if (!existsSync(flowFile)) {
  const names = JSON.parse(await readFile(join(root, 'flows/demo.json'), 'utf8'));
  const flows = await Promise.all(names.map(async (name) => JSON.parse(await readFile(join(root, 'examples', name), 'utf8'))));
  await writeFile(flowFile, JSON.stringify(flows.flat(), null, 2));
}

const cli = createRequire(import.meta.url).resolve('node-red/red.js');
const child = spawn(process.execPath, [cli, '--userDir', userDir, '--settings', join(root, 'flows/settings.cjs')], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => { process.exitCode = code ?? 1; });
