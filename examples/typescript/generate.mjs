// Generates src/generated.ts from schema.graphql and the operations, with graphql-codegen's core and three of its
// plugins: its command line would do the same and bring three hundred packages more.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import { parse } from 'graphql';

const read = (path) => parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
const filename = new URL('src/generated.ts', import.meta.url);

const text = await codegen({
  filename: filename.pathname,
  schema: read('../../schema.graphql'),
  documents: [{ location: 'journey.graphql', document: read('../journey.graphql') }],
  config: {
    // Every scalar is named, so that a new one stops the generation instead of becoming `any`.
    strictScalars: true,
    scalars: {
      ByteCount: 'number',
      Cursor: 'string',
      Date: 'string',
      DateTime: 'string',
      SubmissionWindow: 'string',
    },
    enumsAsTypes: true,
    onlyOperationTypes: true,
    skipTypename: true,
    useTypeImports: true,
  },
  plugins: [{ typescript: {} }, { typescriptOperations: {} }, { typedDocumentNode: {} }],
  pluginMap: { typescript, typescriptOperations, typedDocumentNode },
});
mkdirSync(new URL('.', filename), { recursive: true });
writeFileSync(filename, text);
