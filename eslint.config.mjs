import tseslint from 'typescript-eslint';
import importX from 'eslint-plugin-import-x';

/** Imports go down only (see "The rooms" in README): every room, and what it may not look up at. */
const above = (target, ...from) => from.map((f) => ({ target: `./${target}`, from: `./${f}` }));
const zones = [
  ...above('lib', 'nodes', 'plugins', 'sandbox', 'test', 'bench'),
  ...above('sandbox', 'nodes', 'plugins', 'lib/delivery', 'lib/connectors', 'lib/brokers', 'lib/http', 'lib/store', 'lib/runtime.ts'),
  ...above('lib/delivery', 'lib/connectors', 'lib/brokers', 'lib/runtime.ts'),
  ...above('lib/connectors', 'lib/delivery', 'lib/brokers', 'lib/store', 'lib/runtime.ts'),
  ...above('lib/brokers', 'lib/delivery', 'lib/connectors', 'lib/store', 'lib/runtime.ts'),
  ...['mapping', 'http', 'store'].flatMap((room) => above(`lib/${room}`, 'lib/delivery', 'lib/connectors', 'lib/brokers', 'lib/runtime.ts')),
  ...above('lib/documents', 'lib/mapping', 'lib/http', 'lib/store', 'lib/delivery', 'lib/connectors', 'lib/brokers', 'lib/runtime.ts'),
  { target: './lib/connectors/shopify', from: './lib/connectors/sap-s4hana' },
  { target: './lib/connectors/sap-s4hana', from: './lib/connectors/shopify' },
];

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '.node-red/**', '**/*.mjs', '**/*.cjs', 'lib/documents/types.ts'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './tsconfig.editor.json', './tsconfig.test.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver': { node: { extensions: ['.ts', '.js', '.json'] } } },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      'no-empty': ['error', { allowEmptyCatch: false }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    files: ['lib/**/*.ts', 'sandbox/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [{ group: ['node-red', 'node-red/*', '@node-red/*'], message: 'lib and sandbox know nothing of Node-RED.' }] }],
    },
  },
);
