import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Context } from 'mocha';

const directory = process.env['B2B_CONTRACTS'] ?? resolve(__dirname, '../../../shared/contracts');

/** Path of a file of the vendors' that tests read and this project may not publish. */
export function contract(path: string): string { return join(directory, path); }

/** Skips the test, or in a `before` hook the suite, unless the file is there. */
export function needsContract(context: Context, path: string): void {
  if (existsSync(contract(path))) return;
  console.log(`      Skipped: the vendor's ${path} is not here. Set B2B_CONTRACTS to the folder that holds it.`);
  context.skip();
}
