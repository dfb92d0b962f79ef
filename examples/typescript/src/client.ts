// The registry over HTTP: typed operations, and files whose bytes are what the registry has on record.
import { createHash } from 'node:crypto';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';

/** What the registry answers when it does not do what was asked: a limit, a right, a fault. */
export class RegistryError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}

interface Answer<Data> {
  data?: Data | null;
  errors?: { message: string; extensions?: { code?: string } }[];
}

/** A file as a submission lists it. */
export interface StoredFile {
  name: string;
  path: string;
  bytes: number;
  sha256: string;
}

export class Registry {
  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  /** Executes an operation; what can be mended comes back as the problems of its payload. */
  async execute<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data> {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: {
        accept: 'application/graphql-response+json',
        'content-type': 'application/json',
        authorization: `Bearer ${this.token}`,
      },
      body: JSON.stringify({ query: print(document), variables }),
    });
    const answer = (await response.json()) as Answer<Data>;
    const [error] = answer.errors ?? [];
    if (error) throw new RegistryError(error.extensions?.code ?? String(response.status), error.message);
    if (!answer.data) throw new RegistryError(String(response.status), 'an answer without data');
    return answer.data;
  }

  /** Downloads a file and refuses other bytes than those on record. */
  async download(file: StoredFile): Promise<Uint8Array> {
    const response = await fetch(new URL(file.path, this.url), {
      headers: { authorization: `Bearer ${this.token}` },
    });
    if (!response.ok) throw new RegistryError(String(response.status), `${file.name} was not downloaded`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (sha256 !== file.sha256 || bytes.length !== file.bytes) {
      throw new RegistryError('SHA256', `${file.name} is not what the registry has on record`);
    }
    return bytes;
  }
}
