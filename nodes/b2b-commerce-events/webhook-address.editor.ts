import type { EditorRED } from 'node-red';
import { field, read } from '../common/form.editor';
import { ask } from '../common/request.editor';
import { type EditedNode, nodeById } from '../common/text.editor';

declare const RED: EditorRED;

/** Copies also where the page has no https; missing in @types/node-red. */
const clipboard = RED.clipboard as unknown as { copyText(text: string, near: JQuery, message: string): boolean };

/** Where webhooks are received below the public address, e.g. `/b2b/hooks/`, and the public address if one is set for all. */
interface HooksRoot { root: string; publicUrl: string }

/** The address of a webhook: public address, root of the hooks and path, with exactly one slash between. */
export function webhookAddress(publicUrl: string, root: string, path: string): string {
  return [publicUrl, root, path].map((part) => part.replace(/^\/+|\/+$/g, '')).filter(Boolean).join('/');
}

/** Shows the address that the shop posts to, and copies it at a click. */
export function showWebhookAddress(node: EditedNode): void {
  const output = $('#b2b-webhook-address'), note = $('#b2b-webhook-note');
  let hooks: HooksRoot = { root: '/b2b/hooks/', publicUrl: '' };
  const show = (): void => {
    const system = nodeById<{ publicUrl: string }>(read(field('node-input', 'system')));
    const publicUrl = system?.publicUrl ?? '';
    const known = publicUrl === '' ? hooks.publicUrl : publicUrl;
    output.val(webhookAddress(known === '' ? location.origin : known, hooks.root, read(field('node-input', 'path')) || node.id));
    note.text(node._(`b2b-commerce-events.hint.address.${known === '' ? 'local' : 'public'}`));
  };
  field('node-input', 'path').on('change keyup paste', show);
  field('node-input', 'system').on('change', show);
  const button = $('#b2b-webhook-copy').on('click', () => { clipboard.copyText(String(output.val()), button, node._('b2b-commerce-events.label.copied')); });
  show();
  ask<HooksRoot>(node, 'GET', 'b2b/hooks-root').then(
    (answer) => { hooks = answer; show(); },
    (failure: unknown) => { note.text(failure instanceof Error ? failure.message : String(failure)); },
  );
}
