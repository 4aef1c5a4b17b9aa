import { startNodeRed, type NodeRedOptions } from '../test/support/node-red';
import { inTurns, median, times, type BenchRow } from './bench';

const rounds = 5;

/** From the start of the process to "Server now running", with this palette and without. */
export async function run(): Promise<BenchRow[]> {
  const start = (options: NodeRedOptions) => async (): Promise<number> => {
    const begin = performance.now();
    const nodeRed = await startNodeRed(options);
    const ms = performance.now() - begin;
    await nodeRed.stop();
    return ms;
  };
  const [mine = [], others = []] = await inTurns(rounds, start({}), start({ palettes: {} }));
  return [times('start of the process to ready', median(mine), ['Node-RED without the palette', median(others)], 1000)];
}
