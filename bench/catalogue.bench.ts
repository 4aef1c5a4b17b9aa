import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { LargeSap } from '../test/support/large-sap';
import type { BenchRow } from './bench';
import type { CatalogueRead } from './catalogue-reader';

const count = 1_000_000;
const mostMib = 512;

/** A million products listed, made into canonical documents, hashed and compared with what the store has, in a process of its own. */
export async function run(): Promise<BenchRow[]> {
  const sap = await LargeSap.start(count);
  try {
    const { records, seconds, rssMib } = await read(sap.url);
    return [{
      what: `${count.toLocaleString('en')} products listed, mapped and compared: memory (RSS)`, ours: `${rssMib.toFixed(0)} MiB`, yardstick: `${(records / seconds).toFixed(0)} products a second`,
      result: `${String(records)} read`, budget: `< ${String(mostMib)} MiB`, isMet: rssMib < mostMib && records === count,
    }];
  } finally {
    sap.close();
  }
}

async function read(url: string): Promise<CatalogueRead> {
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', join(__dirname, 'catalogue-reader.ts'), url], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => { output += chunk.toString(); });
  await once(child, 'exit');
  return JSON.parse(output) as CatalogueRead;
}
