import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchRow } from './bench';

/** Runs all benchmarks, or those whose file names hold one of the arguments, and prints each against its budget. */
async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const files = readdirSync(__dirname).filter((file) => file.endsWith('.bench.ts') && (wanted.length === 0 || wanted.some((part) => file.includes(part)))).sort();
  let missed = 0;
  for (const file of files) {
    const { run } = await import(join(__dirname, file)) as { run: () => Promise<BenchRow[]> };
    for (const row of await run()) {
      const isMet = row.ratio >= row.atLeast;
      if (!isMet) missed++;
      process.stdout.write(`${isMet ? 'ok    ' : 'MISSED'} ${row.what}: ${rate(row.ours)}, ${row.yardstick.name}: ${rate(row.yardstick.rate)} = ${ratio(row.ratio)} (at least ${String(row.atLeast)})\n`);
    }
  }
  process.exitCode = missed > 0 ? 1 : 0;
}

function rate(perSecond: number): string { return `${Math.round(perSecond).toLocaleString('en')}/s`; }
function ratio(value: number): string { return `${value >= 10 ? value.toFixed(0) : value.toFixed(2)} x`; }

main().catch((reason: unknown) => {
  process.stderr.write(`${reason instanceof Error ? reason.stack ?? reason.message : String(reason)}\n`);
  process.exitCode = 1;
});
