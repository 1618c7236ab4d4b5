import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BackingService, S3Endpoint } from '@vici/backing-services';
import { afterAll, beforeAll } from 'vitest';

/** A real S3 server of this test file alone, with `buckets`. The endpoint's fields are valid in tests and hooks. */
export function useTestS3(buckets: readonly string[] = ['vici-test']): Readonly<S3Endpoint> {
  let open: { readonly folder: string; readonly service: BackingService<S3Endpoint> } | undefined;
  beforeAll(async () => {
    // Loaded only here: the servers' packages are heavy and most test files need none of them.
    const { startS3 } = await import('@vici/backing-services');
    const folder = await mkdtemp(join(tmpdir(), 'vici-test-s3-'));
    open = { folder, service: await startS3({ dataDir: folder, buckets: [...buckets], ephemeral: true }) };
  });
  afterAll(async () => {
    if (open === undefined) return;
    await open.service.stop();
    await rm(open.folder, { recursive: true, force: true });
  });
  const endpoint = () => {
    if (open === undefined) throw new Error('The S3 server exists only inside tests and hooks');
    return open.service.endpoint;
  };
  return {
    get url() {
      return endpoint().url;
    },
    get accessKeyId() {
      return endpoint().accessKeyId;
    },
    get secretAccessKey() {
      return endpoint().secretAccessKey;
    },
    get region() {
      return endpoint().region;
    },
  };
}
