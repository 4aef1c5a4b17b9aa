import { ask } from './request.editor';
import { type EditedNode, textOr } from './text.editor';

interface Report { ok: boolean; steps: { name: string; ok: boolean; detail?: string }[] }

/** What a test is made of. */
interface Test {
  path: string;
  /** Asked at each click. */
  body: () => unknown;
  /** What the form still lacks: then it is listed and nothing is asked. */
  missing?: () => string[];
}

/**
 * Makes a "Test connection" button: posts what the form holds and lists the steps with tick or cross.
 * `element` is an empty element of the form.
 */
export function testButton(node: EditedNode, element: JQuery, { path, body, missing }: Test): void {
  const button = $('<button type="button" class="red-ui-button b2b-test">').text(node._('common.test.button'));
  const result = $('<div role="status" aria-live="polite">');
  element.append(button, result);
  // The button is the last row of long forms: what it finds would be below the fold.
  const show = (content: JQuery): void => { result.empty().append(content)[0].scrollIntoView({ block: 'nearest' }); };
  button.on('click', () => {
    const steps = missing?.().map((detail) => ({ name: 'settings', ok: false, detail })) ?? [];
    if (steps.length > 0) {
      show(render(node, { ok: false, steps }));
      return;
    }
    button.prop('disabled', true);
    show($('<p class="b2b-hint">').append('<i class="fa fa-spinner fa-spin"></i> ', document.createTextNode(node._('common.test.running'))));
    void ask<Report>(node, 'POST', path, body()).then(
      (report) => { show(render(node, report)); },
      (failure: unknown) => { show($('<p class="b2b-reason">').text(failure instanceof Error ? failure.message : String(failure))); },
    ).finally(() => { button.prop('disabled', false); });
  });
}

function render(node: EditedNode, { ok, steps }: Report): JQuery {
  const list = $('<ul class="b2b-steps">');
  for (const step of steps) {
    const name = textOr(node, `common.test.steps.${step.name}`, step.name);
    $('<li>').append(mark(step.ok), $('<span>').text(step.detail ? `${name}: ${step.detail}` : name)).appendTo(list);
  }
  return list.append($('<li>').append(mark(ok), $('<b>').text(node._(ok ? 'common.test.good' : 'common.test.bad'))));
}

function mark(ok: boolean): JQuery {
  return $('<i class="fa" aria-hidden="true">').addClass(ok ? 'fa-check b2b-good' : 'fa-times b2b-bad');
}
