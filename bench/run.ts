import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { BenchRow } from './bench';

const load = createRequire(__filename);

/** Runs all benchmarks, or those whose file names hold one of the arguments, and prints each against its budget. */
async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const files = readdirSync(__dirname).filter((file) => file.endsWith('.bench.ts') && (wanted.length === 0 || wanted.some((part) => file.includes(part)))).sort();
  const rows: BenchRow[] = [];
  for (const file of files) {
    const { run } = load(join(__dirname, file)) as { run: () => Promise<BenchRow[]> };
    for (const row of await run()) {
      rows.push(row);
      process.stdout.write(`${row.isMet ? 'ok    ' : 'MISSED'} ${row.what}: ${row.ours}, ${row.yardstick} = ${row.result} (${row.budget})\n`);
    }
  }
  process.stdout.write(`\n${table(rows)}\n\nNode.js ${process.version}, ${String(cpus().length)} x ${cpus()[0]?.model ?? 'unknown processor'}\n`);
  process.exitCode = rows.every(({ isMet }) => isMet) ? 0 : 1;
}

/** The rows as the README has them. */
function table(rows: BenchRow[]): string {
  return ['| what | ours | yardstick | ratio | budget |', '| --- | --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row.what} | ${row.ours} | ${row.yardstick} | ${row.result} | ${row.budget} |`)].join('\n');
}

main().catch((reason: unknown) => {
  process.stderr.write(`${reason instanceof Error ? reason.stack ?? reason.message : String(reason)}\n`);
  process.exitCode = 1;
});
