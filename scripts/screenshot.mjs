// Makes docs/images/order-sync.png: the demo flow at work, in a real browser. Needs Chromium (CHROMIUM names another one).
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const port = '18899';
const userDir = await mkdtemp(join(tmpdir(), 'b2b-screenshot-'));
const red = spawn(process.execPath, ['scripts/start.mjs'], { env: { ...process.env, PORT: port, B2B_USER_DIR: userDir }, stdio: ['ignore', 'pipe', 'inherit'] });
await new Promise((resolve) => { red.stdout.on('data', (data) => { if (String(data).includes('Started flows')) resolve(); }); });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1600, height: 760 }, locale: 'en-US' });
  await page.goto(`http://127.0.0.1:${port}/`);
  // Some orders must have gone through before there is anything to see.
  await page.waitForFunction(() => /[3-9] done/.test(document.querySelector('#red-ui-workspace')?.textContent ?? ''), undefined, { timeout: 90_000 });
  await page.evaluate(() => { window.RED.sidebar.show('debug'); });
  await page.screenshot({ path: process.argv[2] ?? 'docs/images/order-sync.png' });
} finally {
  await browser.close();
  red.kill();
  await rm(userDir, { recursive: true, force: true, maxRetries: 5 });
}
