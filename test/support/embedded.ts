import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import RED from 'node-red';
import type { Hooks } from '../../lib/delivery/flow-completion';

export interface FlowNode { send(msg: object): void; receive(msg: object): void }

/** A real Node-RED runtime in this process, without HTTP: for what only its messaging shows. One per process. */
export interface Embedded {
  hooks: Hooks;
  /** Replaces all flows; resolves once they run. */
  deploy(flows: Record<string, unknown>[]): Promise<void>;
  node(id: string): FlowNode;
  stop(): Promise<void>;
}

/** `globals` are there for Function nodes as `global.get(name)`. */
export async function startEmbedded(globals: Record<string, unknown> = {}): Promise<Embedded> {
  const userDir = await mkdtemp(join(tmpdir(), 'b2b-embedded-'));
  RED.init(createServer(), {
    userDir, httpAdminRoot: false, httpNodeRoot: false, telemetry: { enabled: false }, credentialSecret: 'test', functionExternalModules: false, functionGlobalContext: globals,
    logging: { console: { level: 'off', metrics: false, audit: false } },
  } as unknown as Parameters<typeof RED.init>[1]);
  const started = once(RED.events, 'flows:started');
  await RED.start();
  await started;
  return {
    hooks: RED.hooks as unknown as Hooks,
    deploy: async (flows) => {
      const running = once(RED.events, 'flows:started');
      await RED.runtime.flows.setFlows({ flows: { flows }, deploymentType: 'full' } as unknown as Parameters<typeof RED.runtime.flows.setFlows>[0]);
      await running;
    },
    node: (id) => (RED.nodes as unknown as { getNode(id: string): FlowNode }).getNode(id),
    stop: async () => {
      await RED.stop();
      await rm(userDir, { recursive: true, force: true });
    },
  };
}
