import tseslint from 'typescript-eslint';

/** Imports go down only (see "Architecture" in README): every room, and what it may not look up at. */
const above = {
  'lib/documents': ['mapping', 'http', 'store', 'delivery', 'connectors', 'brokers', 'sync', 'runtime'],
  'lib/mapping': ['http', 'store', 'delivery', 'connectors', 'brokers', 'sync', 'runtime'],
  'lib/http': ['mapping', 'store', 'delivery', 'connectors', 'brokers', 'sync', 'runtime'],
  'lib/store': ['mapping', 'http', 'delivery', 'connectors', 'brokers', 'sync', 'runtime'],
  'lib/delivery': ['connectors', 'brokers', 'sync', 'runtime'],
  'lib/connectors': ['store', 'delivery', 'brokers', 'sync', 'runtime'],
  'lib/connectors/shopify': ['store', 'delivery', 'brokers', 'sync', 'runtime', 'sap-s4hana'],
  'lib/connectors/sap-s4hana': ['store', 'delivery', 'brokers', 'sync', 'runtime', 'shopify'],
  'lib/brokers': ['store', 'delivery', 'connectors', 'sync', 'runtime'],
  'lib/sync': ['brokers', 'runtime'],
  'sandbox': ['store', 'delivery', 'connectors', 'brokers', 'sync', 'runtime', 'http', 'mapping', 'nodes'],
};

const outside = { group: ['node-red', 'node-red/*', '@node-red/*', '**/nodes/**', '**/plugins/**'], message: 'The engine and the sandbox know nothing of Node-RED.' };
const rooms = Object.entries(above).map(([room, higher]) => ({
  files: [`${room}/**/*.ts`],
  rules: {
    'no-restricted-imports': ['error', {
      patterns: [outside, { group: higher.flatMap((name) => [`../**/${name}`, `../**/${name}/**`]), message: 'Imports go down only.' }],
    }],
  },
}));

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
    rules: {
      'no-empty': ['error', { allowEmptyCatch: false }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
    },
  },
  { files: ['lib/**/*.ts'], rules: { 'no-restricted-imports': ['error', { patterns: [outside] }] } },
  ...rooms,
);
