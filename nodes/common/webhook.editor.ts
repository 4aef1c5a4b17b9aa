import type { EditorRED } from 'node-red';
import { field, read } from './form.editor';
import { ask } from './request.editor';
import { type EditedNode, nodeById, textOr } from './text.editor';
import { isBlank, validator } from './validate.editor';

declare const RED: EditorRED;

/** Copies also where the page has no https; missing in @types/node-red. */
const clipboard = RED.clipboard as unknown as { copyText(text: string, near: JQuery, message: string): boolean };

const posted: ReadonlySet<string | undefined> = new Set(['b2b-commerce-events', 'b2b-erp-changes']);

/** A path no other node answers to; blank stands for the node's id. */
export const freePath = validator(function (value) {
  if (isBlank(value)) return true;
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(String(value))) return this._('common.validate.path');
  let other: EditedNode | undefined;
  RED.nodes.eachNode((candidate) => {
    const { id, type, path, d } = candidate as unknown as EditedNode & { path?: string; d?: boolean };
    if (id !== this.id && posted.has(type) && path === value && d !== true) other = nodeById(id);
    return true;
  });
  return !other || this._('common.validate.taken', { name: other.name || other.id });
});

/** Where webhooks are received below the public address, e.g. `/b2b/hooks/`, and the public address if one is set for all. */
interface HooksRoot { root: string; publicUrl: string }

/** The address of a webhook: public address, root of the hooks and path, with exactly one slash between. */
export function webhookAddress(publicUrl: string, root: string, path: string): string {
  return [publicUrl, root, path].map((part) => part.replace(/^\/+|\/+$/g, '')).filter(Boolean).join('/');
}

/** Shows the address that the system posts to, and copies it at a click; what to do with it says the node's own text. */
export function showWebhookAddress(node: EditedNode): void {
  const output = $('#b2b-webhook-address'), note = $('#b2b-webhook-note');
  let hooks: HooksRoot = { root: '/b2b/hooks/', publicUrl: '' };
  const show = (): void => {
    const system = nodeById<{ publicUrl?: string; mode: string }>(read(field('node-input', 'system')));
    const publicUrl = system?.publicUrl ?? '';
    const known = publicUrl === '' ? hooks.publicUrl : publicUrl;
    output.val(webhookAddress(known === '' ? location.origin : known, hooks.root, read(field('node-input', 'path')) || node.id));
    const text = node._(`${node.type}.hint.address.${known === '' ? 'local' : 'public'}`);
    note.text(system?.mode === 'sandbox' ? textOr(node, `${node.type}.hint.address.sandbox`, text) : text);
  };
  field('node-input', 'path').attr('placeholder', node.id).on('change keyup paste', show);
  field('node-input', 'system').on('change', show);
  const button = $('#b2b-webhook-copy').on('click', () => { clipboard.copyText(String(output.val()), button, node._('common.webhook.copied')); });
  show();
  ask<HooksRoot>(node, 'GET', 'b2b/hooks-root').then(
    (answer) => { hooks = answer; show(); },
    (failure: unknown) => { note.text(failure instanceof Error ? failure.message : String(failure)); },
  );
}
