import type { CheckReport, CheckStep } from '../../lib/check';
import { ask } from './request.editor';
import { type EditedNode, textOr } from './text.editor';

/** What a test is made of. */
interface Test {
  path: string;
  /** Asked at each click. */
  body: () => unknown;
  /** Key of the texts of what is tested, beside those of every test. */
  texts: () => string;
  /** What the form still lacks, as sentences: then it is listed and nothing is asked. */
  missing?: () => string[];
}

/**
 * Makes a "Test connection" button: posts what the form holds and lists the steps with tick or cross.
 * `element` is an empty element of the form.
 */
export function testButton(node: EditedNode, element: JQuery, { path, body, texts, missing }: Test): void {
  const button = $('<button type="button" class="red-ui-button b2b-test">').text(node._('common.test.button'));
  const result = $('<div role="status" aria-live="polite">');
  element.append(button, result);
  // The button is the last row of long forms: what it finds would be below the fold.
  const show = (content: JQuery): void => { result.empty().append(content)[0].scrollIntoView({ block: 'nearest' }); };
  const list = ({ ok, steps }: CheckReport): JQuery => $('<ul class="b2b-steps">').append(
    steps.map((step) => line(node, step.warn ? 'warn' : step.ok ? 'good' : 'bad', $('<span>').text(stepText(node, texts(), step)))),
    line(node, ok ? 'good' : 'bad', $('<b>').text(node._(ok ? 'common.test.good' : 'common.test.bad'))),
  );
  button.on('click', () => {
    const lacks = missing?.() ?? [];
    if (lacks.length > 0) {
      show(list({ ok: false, steps: lacks.map((detail) => ({ name: '', ok: false, detail })) }));
      return;
    }
    button.prop('disabled', true);
    show($('<p class="b2b-hint">').append('<i class="fa fa-spinner fa-spin"></i> ', document.createTextNode(node._('common.test.running'))));
    void ask<CheckReport>(node, 'POST', path, body()).then(
      (report) => { show(list(report)); },
      (failure: unknown) => { show($('<p class="b2b-reason">').text(failure instanceof Error ? failure.message : String(failure))); },
    ).finally(() => { button.prop('disabled', false); });
  });
}

/** `Scopes: read_orders is missing, …`: the name and what its code says, both in the editor's language. */
function stepText(node: EditedNode, texts: string, { name, code = '', values = {}, detail = '' }: CheckStep): string {
  const find = (key: string, fallback: string): string => textOr(node, `${texts}.${key}`, textOr(node, `common.test.${key}`, fallback, values), values);
  return [find(`steps.${name}`, name), code === '' ? detail : find(code, detail)].filter(Boolean).join(': ');
}

const icons = { good: 'fa-check', warn: 'fa-exclamation-triangle', bad: 'fa-times' } as const;

function line(node: EditedNode, state: keyof typeof icons, content: JQuery): JQuery {
  return $('<li>').append($(`<i class="fa ${icons[state]} b2b-${state}" role="img">`).attr('aria-label', node._(`common.test.${state}Step`)), content);
}
