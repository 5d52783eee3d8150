import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import jsdoc from 'eslint-plugin-jsdoc';
import tseslint from 'typescript-eslint';

/** A declaration that leaves its file, and a public method of a class that does. */
const EXPORTED = [
  ...['FunctionDeclaration', 'TSDeclareFunction', 'ClassDeclaration'],
  ...['TSInterfaceDeclaration', 'TSTypeAliasDeclaration', 'TSEnumDeclaration'],
].map((node) => `:matches(ExportNamedDeclaration, ExportDefaultDeclaration) > ${node}`);
// The comment of a constant belongs to its `export`.
EXPORTED.push('ExportNamedDeclaration[declaration.type="VariableDeclaration"]');
// A method that overrides or is private is documented where it is declared, or for nobody.
const PUBLIC_METHOD =
  ':matches(ExportNamedDeclaration, ExportDefaultDeclaration) > ClassDeclaration > ClassBody > ' +
  'MethodDefinition[kind!="constructor"][key.type!="PrivateIdentifier"][accessibility!="private"][override!=true]';

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', '.cache/'] },
  {
    // No exceptions by comment: whoever needs one changes a rule here, where it is seen and has its reason.
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' },
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'], location: 'start' }],
      eqeqeq: ['error', 'always'],
      'no-var': 'error',
      'prefer-const': 'error',
      'no-eval': 'error',
      'no-new-func': 'error',
      'no-debugger': 'error',
      'no-constant-condition': ['error', { checkLoops: false }],
      'no-fallthrough': 'error',
      'no-unreachable': 'error',
      'no-unsafe-finally': 'error',
    },
  },
  { files: ['**/*.mjs'], rules: { 'no-unused-vars': 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: dirname(fileURLToPath(import.meta.url)) },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // Off, each for a reason. What hosts, scanners and decision points hand over is checked against its type on purpose:
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // `void | Promise<void>` is how a sink says that it may be either.
      '@typescript-eslint/no-invalid-void-type': 'off',
      // ... and `Promise.all` is how one waits for those that may be either.
      '@typescript-eslint/await-thenable': 'off',
      // A method can owe its caller a promise without having anything to wait for.
      '@typescript-eslint/require-await': 'off',
      // `return next()` reads well whether or not there is anything to return.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // What a host has deprecated is still in use, and has to be governed.
      '@typescript-eslint/no-deprecated': 'off',
      // A type parameter used once can still name what a caller must give.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    },
  },
  {
    files: ['src/**/*.ts'],
    plugins: { jsdoc },
    rules: {
      'no-console': 'error',
      'jsdoc/require-jsdoc': [
        'error',
        { require: { FunctionDeclaration: false }, contexts: [...EXPORTED, PUBLIC_METHOD] },
      ],
      'jsdoc/require-description': ['error', { contexts: [...EXPORTED, PUBLIC_METHOD] }],
      'jsdoc/check-tag-names': ['error', { definedTags: ['defaultValue', 'remarks', 'typeParam'] }],
      'jsdoc/check-param-names': ['error', { disableMissingParamChecks: true }],
    },
  },
  { files: ['src/cli/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    // Tests play broken scanners, lying hosts and hostile clients: they throw what is no error and read what is untyped.
    files: ['test/**/*.ts', 'examples/**/*.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);
