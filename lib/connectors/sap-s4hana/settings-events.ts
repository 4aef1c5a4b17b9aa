import type { SettingField } from '../contract';

const received = { eventAuth: ['basic', 'header'] };

/** How SAP's events come in, see {@link createEvents}. */
export const eventSettings: SettingField[] = [
  {
    name: 'eventAuth', section: 'events', type: 'select', required: true, default: 'none', options: ['none', 'basic', 'header'],
    doc: 'What SAP Event Mesh shows when it posts an event: `basic`: user and password; `header`: a secret in a header; `none`: no events are received.',
  },
  { name: 'eventUser', type: 'text', required: true, when: { eventAuth: ['basic'] }, pattern: '^\\s*[^\\s:]+\\s*$', doc: 'User that Event Mesh posts with: any name, given in its webhook, too.' },
  {
    name: 'eventHeader', type: 'text', required: true, default: 'Authorization', when: { eventAuth: ['header'] }, pattern: "^\\s*[A-Za-z0-9!#$%&'*+.^_`|~-]+\\s*$",
    doc: 'Header that carries the secret. In `Authorization` it may stand behind `Bearer`.',
  },
  { name: 'webhookSecret', type: 'secret', required: true, when: received, doc: 'Password or secret that comes with each event.' },
  { name: 'previousWebhookSecret', type: 'secret', when: received, doc: 'The one before a change: counts as well until it is taken out.' },
  {
    name: 'eventOrigins', type: 'text', when: received, pattern: '^[\\w.*:\\[\\]\\s,-]*$',
    doc: 'Senders whose handshake is answered, as they name themselves in `WebHook-Request-Origin`; `*`: all that show the secret. Empty: none, for webhooks that are exempt from it.',
  },
];
