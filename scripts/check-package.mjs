// Installs the packed palette into an empty Node-RED user directory, as the palette manager does, and starts it.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const userDir = await mkdtemp(join(tmpdir(), 'b2b-package-'));
const expected = Object.keys(JSON.parse(await readFile('package.json', 'utf8'))['node-red'].nodes);
let child;
try {
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', userDir], { stdio: ['ignore', 'ignore', 'inherit'] });
  const tarball = (await readdir(userDir)).find((name) => name.endsWith('.tgz'));
  await writeFile(join(userDir, 'package.json'), '{"name":"user-dir","version":"0.0.1","private":true}');
  execFileSync('npm', ['install', '--silent', '--omit=dev', '--engine-strict', '--ignore-scripts', '--no-audit', '--no-fund', join(userDir, tarball)], { cwd: userDir, stdio: 'inherit' });
  await writeFile(join(userDir, 'settings.js'), "module.exports = { uiPort: 0, uiHost: '127.0.0.1', telemetry: { enabled: false }, editorTheme: { tours: false } };");
  await writeFile(join(userDir, 'flows.json'), '[]');

  const cli = createRequire(import.meta.url).resolve('node-red/red.js');
  child = spawn(process.execPath, [cli, '--userDir', userDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  let log = '';
  const url = await new Promise((resolve, reject) => {
    child.stdout.on('data', (data) => {
      log += data;
      const running = /Server now running at (http:\/\/[\d.]+:\d+)/.exec(log);
      if (running) resolve(running[1]);
    });
    child.on('exit', (code) => reject(new Error(`Node-RED ended with ${code}:\n${log}`)));
    setTimeout(() => reject(new Error(`Node-RED did not start within 60 s:\n${log}`)), 60_000).unref();
  });
  const sets = await (await fetch(`${url}/nodes`, { headers: { accept: 'application/json' } })).json();
  const ours = sets.filter((set) => set.module === '@b2b-sync/node-red-erp-commerce');
  const bad = ours.filter((set) => set.err || !set.enabled);
  const missing = expected.filter((type) => !ours.some((set) => set.types.includes(type)));
  if (bad.length > 0 || missing.length > 0) throw new Error(`not loaded: ${[...missing, ...bad.map((set) => `${set.name}: ${set.err}`)].join(', ')}\n${log}`);
  console.log(`${expected.length} nodes loaded from the package.`);
} finally {
  child?.removeAllListeners('exit');
  child?.kill();
  await rm(userDir, { recursive: true, force: true });
}
