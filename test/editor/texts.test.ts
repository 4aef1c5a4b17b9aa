import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { settings as sapS4hana } from '../../lib/connectors/sap-s4hana/settings';
import { settings as shopify } from '../../lib/connectors/shopify/settings';
import type { SettingField } from '../../lib/connectors/contract';

type Texts = { [key: string]: string | Texts };

const root = resolve(__dirname, '../../nodes');
const languages = ['en-US', 'de'] as const;
const nodes = readdirSync(root).filter((name) => name !== 'common');

const read = (...path: string[]): string => readFileSync(join(root, ...path), 'utf8');
const json = (...path: string[]): Texts => JSON.parse(read(...path)) as Texts;
/** The catalogue of a node as the build puts it together. */
const catalogue = (node: string, language: string): Texts =>
  ({ ...json(node, 'locales', language, `${node}.json`), common: json('common/locales', language, 'common.json') });

function flat(texts: Texts, before = ''): Map<string, string> {
  return new Map(Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'string' ? [[before + key, value] as const] : [...flat(value, `${before}${key}.`)]));
}

/** Keys that a node's template and scripts name in full, as `node.key` or `common.key`. */
function usedKeys(node: string): string[] {
  const files = [...readdirSync(join(root, node)).map((file) => join(node, file)), ...readdirSync(join(root, 'common')).map((file) => join('common', file))];
  const sources = files.filter((file) => /\.(ts|html)$/.test(file)).map((file) => read(file)).join('\n');
  const named = [...sources.matchAll(/(?:data-i18n="(?:\[\w+\])?|_\('|text: ')((?:b2b-[a-z-]+|common)\.[\w.-]+)["']/g)].map(([, key]) => key ?? '');
  return named.filter((key) => key.startsWith(`${node}.`) || key.startsWith('common.'));
}

describe('texts of the nodes', () => {
  for (const node of nodes) {
    it(`${node}: English and German have the same keys and variables`, () => {
      const [english, german] = languages.map((language) => flat(catalogue(node, language)));
      const shape = (texts = new Map<string, string>()): string[] => [...texts].map(([key, text]) => `${key}(${[...text.matchAll(/__\w+__/g)].map(String).sort().join()})`).sort();
      assert.deepEqual(shape(german), shape(english));
    });

    it(`${node}: has every text it names`, () => {
      const known = flat(catalogue(node, 'en-US'));
      // Plural forms of i18next share one key in the code.
      assert.deepEqual(usedKeys(node).filter((key) => !known.has(key) && !known.has(`${key}_other`)), []);
    });

    it(`${node}: its help has the same sections in both languages`, () => {
      const sections = (language: string): number => [...read(node, 'locales', language, `${node}.html`).matchAll(/^### /gm)].length;
      assert.ok(sections('en-US') > 0);
      assert.equal(sections('de'), sections('en-US'));
    });

    it(`${node}: its help describes properties with the two colons Node-RED can read`, () => {
      for (const language of languages) {
        for (const line of read(node, 'locales', language, `${node}.html`).split('\n').filter((one) => one.startsWith(': '))) {
          assert.match(line, /^: [^:]+ \([^:]+\) : [^:]+$/, language);
        }
      }
    });
  }

  const systems: [node: string, vendor: string, fields: SettingField[]][] = [
    ['b2b-commerce-system', 'shopify', shopify], ['b2b-erp-system', 'sap-s4hana', sapS4hana],
  ];
  for (const [node, vendor, fields] of systems) {
    it(`${node}: labels every setting of ${vendor}, and says what a refused value must look like`, () => {
      for (const language of languages) {
        const texts = flat(catalogue(node, language));
        for (const { name, pattern, section } of fields) {
          if (section !== undefined) assert.ok(texts.has(`${node}.section.${section}`), `${language}: section ${section}`);
          assert.ok(texts.has(`${node}.settings.${vendor}.${name}.label`), `${language}: label of ${name}`);
          if (pattern !== undefined) assert.ok(texts.has(`${node}.settings.${vendor}.${name}.reason`), `${language}: reason of ${name}`);
        }
      }
    });
  }

  it('says in both languages what the steps of a connection test find', () => {
    const checks: [node: string, texts: string, file: string][] = [
      ['b2b-commerce-system', 'check.shopify', 'connectors/shopify/check.ts'], ['b2b-commerce-system', 'check.shopify', 'connectors/shopify/versions.ts'],
      ['b2b-erp-system', 'check.sap-s4hana', 'connectors/sap-s4hana/check.ts'],
    ];
    for (const [node, texts, file] of checks) {
      const source = readFileSync(resolve(root, '../lib', file), 'utf8');
      const named = (pattern: RegExp): string[] => [...source.matchAll(pattern)].map(([, name]) => name ?? '');
      const wanted = [...named(/code: '(\w+)', scopes/g).map((need) => `scopes.${need}`), ...named(/code: '([\w.]+)'(?!, scopes)/g), ...named(/(?:name|service): '(\w+)'/g).map((step) => `steps.${step}`)];
      assert.ok(wanted.length > 2, file);
      for (const language of languages) {
        const known = flat(catalogue(node, language));
        assert.deepEqual(wanted.filter((key) => !known.has(`${node}.${texts}.${key}`) && !known.has(`common.test.${key}`)), [], `${language}: ${file}`);
      }
    }
  });

  it('says in both languages why a connection fails', () => {
    const source = ['http/transport.ts', 'http/classify.ts', 'brokers/rabbitmq/broker-errors.ts'].map((file) => readFileSync(resolve(root, '../lib', file), 'utf8')).join('\n');
    const socket = [...source.matchAll(/^ {2}E[A-Z]+: \['(TRANSIENT_\w+)'|^ {2}CERT_\w+: \['(TRANSIENT_\w+)'/gm)].map(([, one, other]) => one ?? other ?? '');
    const certificates = [...source.matchAll(/^ {2}[A-Z_]+: \['([A-Z_]+)', [`']/gm)].map(([, name]) => `CONFIG_TLS_${name ?? ''}`).filter((code) => !code.includes('TRANSIENT'));
    assert.ok(socket.length > 8 && certificates.length > 3);
    for (const language of languages) {
      const known = flat(catalogue('b2b-erp-system', language));
      assert.deepEqual([...socket, ...certificates].filter((code) => !known.has(`common.test.${code}`)), [], language);
    }
  });

  it('German quotes and abbreviations are set as German sets them', () => {
    for (const node of nodes) {
      const text = [...flat(catalogue(node, 'de')).values()].join('\n') + read(node, 'locales/de', `${node}.html`).replace(/```[\s\S]*?```|`[^`]*`|<[^>]+>/g, '');
      assert.doesNotMatch(text, /"|“\w|z\. B\.|\.\.\./, node);
    }
  });
});
