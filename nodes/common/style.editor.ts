/** Label and control beside each other, or below each other where the tray is narrow. */
const css = `
.b2b-form .form-row { display: flex; flex-wrap: wrap; gap: 2px 10px; align-items: flex-start; }
.b2b-form .form-row[hidden], .b2b-form [hidden] { display: none; }
.b2b-form .form-row > label { flex: 0 0 170px; width: 170px; box-sizing: border-box; line-height: 20px; padding: 7px 0 0 20px; text-indent: -20px; margin: 0; }
.b2b-form .form-row > label > .fa { width: 16px; text-indent: 0; text-align: center; }
.b2b-form .form-row > div { flex: 1 1 230px; min-width: 0; }
.b2b-form .form-row > div > input:not([type=checkbox]), .b2b-form .form-row > div > select { width: 100%; box-sizing: border-box; }
.b2b-form .form-row input[type=checkbox] { width: auto; margin: 0 6px 0 0; vertical-align: -2px; }
.b2b-form .form-row > div > label.b2b-check { display: block; width: auto; padding-top: 7px; margin: 0; }
.b2b-form .b2b-number > input { max-width: 110px; }
.b2b-form .b2b-number > span { margin-left: 6px; }
.b2b-form .b2b-hint { margin: 3px 0 0; font-size: 12px; line-height: 1.4; color: var(--red-ui-secondary-text-color); }
.b2b-form .b2b-reason { margin: 3px 0 0; font-size: 12px; line-height: 1.4; color: var(--red-ui-text-color-error); }
.b2b-form :is(.b2b-hint, .b2b-reason) { max-width: 440px; }
.b2b-form .b2b-wide :is(.b2b-hint, .b2b-reason) { max-width: 600px; }
.b2b-form .b2b-wrong { border-color: var(--red-ui-form-input-border-error-color) !important; }
.b2b-form input[readonly] { color: var(--red-ui-form-text-color); }
.b2b-form .b2b-section { margin: 18px 0 10px; padding-bottom: 3px; font-weight: bold; border-bottom: 1px solid var(--red-ui-secondary-border-color); color: var(--red-ui-form-text-color); }
.b2b-form .b2b-note { max-width: 600px; box-sizing: border-box; margin: 0 0 12px; padding: 8px 10px; line-height: 1.45; color: var(--red-ui-form-text-color); background: var(--red-ui-form-tips-background); border: 1px solid var(--red-ui-secondary-border-color); border-radius: 3px; }
.b2b-form .b2b-line { display: flex; gap: 6px; }
.b2b-form .b2b-line > :is(input, select) { flex: 1; min-width: 0; }
.b2b-form .b2b-matrix { border-collapse: collapse; margin-top: 4px; }
.b2b-form .b2b-matrix th, .b2b-form .b2b-matrix td { padding: 3px 14px 3px 0; font-weight: normal; text-align: left; }
.b2b-form .b2b-matrix thead th { color: var(--red-ui-secondary-text-color); font-size: 12px; }
.b2b-form ul.b2b-steps, .b2b-form ul.b2b-issues { list-style: none; margin: 8px 0 0; padding: 0; }
.b2b-form ul.b2b-steps > li, .b2b-form ul.b2b-issues > li { padding: 2px 0 2px 20px; text-indent: -20px; line-height: 1.4; overflow-wrap: anywhere; }
.b2b-form ul.b2b-steps > li > .fa, .b2b-form ul.b2b-issues > li > .fa { width: 20px; text-indent: 0; text-align: left; }
.b2b-form .b2b-good { color: var(--red-ui-text-color-success); }
.b2b-form .b2b-warn { color: var(--red-ui-text-color-warning); }
.b2b-form .b2b-bad { color: var(--red-ui-text-color-error); }
.b2b-form ul.b2b-issues code { overflow-wrap: anywhere; }
.b2b-form .b2b-json { border: 1px solid var(--red-ui-form-input-border-color); border-radius: 4px; overflow: hidden; height: 260px; }
.b2b-form label.b2b-choice { display: block; width: auto; margin: 0; }
.b2b-form .form-row.b2b-wide > :is(label, div) { flex-basis: 100%; }
.b2b-form ol.b2b-table { margin: 0; }
.b2b-form .red-ui-editableList-header.b2b-cells { padding: 4px 32px 4px 30px; }
.b2b-form .b2b-cells { display: flex; gap: 6px; }
.b2b-form .b2b-cells > * { flex: 1 1 0; min-width: 0; width: auto; box-sizing: border-box; margin: 0; }
.b2b-form .b2b-cells:has(> :nth-child(5)) > :is(select, .b2b-choosing) { flex-grow: 1.8; }
.b2b-form .b2b-cells > span { font-size: 12px; line-height: 1.3; color: var(--red-ui-secondary-text-color); }
`;

/** Puts the style of our forms into the page, once. */
export function useStyle(): void {
  if ($('#b2b-style').length === 0) $('<style id="b2b-style">').text(css).appendTo('head');
}
