/** How much of the longest tests is run; `B2B_TEST_SCALE`, 1 by default. CI runs them whole on one Node-RED and a third on the other. */
const scale = Number(process.env['B2B_TEST_SCALE'] ?? 1);

export function scaled(count: number): number { return Math.max(1, Math.round(count * scale)); }
