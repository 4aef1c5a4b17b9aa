import { field, read } from '../common/form.editor';
import { ask } from '../common/request.editor';
import { type EditedNode, nodeById } from '../common/text.editor';

interface HooksRoot { root: string; publicUrl: string }

/** The address of a webhook: public address, httpNode root and path, with exactly one slash between. */
export function webhookAddress(publicUrl: string, root: string, path: string): string {
  return [publicUrl, root, 'b2b/hooks', path].map((part) => part.replace(/^\/+|\/+$/g, '')).filter(Boolean).join('/');
}

/** Shows the address that the shop posts to, and copies it at a click. */
export function showWebhookAddress(node: EditedNode): void {
  const output = $('#b2b-webhook-address'), note = $('#b2b-webhook-note');
  let hooks: HooksRoot = { root: '/', publicUrl: '' };
  const show = (): void => {
    const system = nodeById<{ publicUrl: string }>(read(field('node-input', 'system')));
    const publicUrl = system?.publicUrl ?? '';
    const known = publicUrl === '' ? hooks.publicUrl : publicUrl;
    output.val(webhookAddress(known === '' ? location.origin : known, hooks.root, read(field('node-input', 'path')) || node.id));
    note.text(node._(`b2b-commerce-events.hint.address.${known === '' ? 'local' : 'public'}`));
  };
  field('node-input', 'path').on('change keyup paste', show);
  field('node-input', 'system').on('change', show);
  $('#b2b-webhook-copy').on('click', () => { void copy(output, $('#b2b-webhook-copy')); });
  show();
  ask<HooksRoot>(node, 'GET', 'b2b/hooks-root').then(
    (answer) => { hooks = answer; show(); },
    (failure: unknown) => { note.text(failure instanceof Error ? failure.message : String(failure)); },
  );
}

/** Without https the browser has no clipboard for us: then the text is selected for the user to copy. */
async function copy(output: JQuery, button: JQuery): Promise<void> {
  output.trigger('focus').trigger('select');
  try {
    await navigator.clipboard.writeText(String(output.val()));
  } catch {
    if (!document.execCommand('copy')) return;
  }
  const icon = button.find('.fa').removeClass('fa-clipboard').addClass('fa-check');
  setTimeout(() => { icon.removeClass('fa-check').addClass('fa-clipboard'); }, 1500);
}
