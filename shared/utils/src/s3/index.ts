import { S3Client } from '@aws-sdk/client-s3';

const CONNECT_TIMEOUT_MS = 1000;

/** The part of a service's configuration that names its S3 server. */
export interface S3Settings {
  readonly S3_ENDPOINT: string;
  readonly S3_REGION: string;
  readonly S3_ACCESS_KEY_ID?: string | undefined;
  readonly S3_SECRET_ACCESS_KEY?: string | undefined;
}

/**
 * A client of MinIO, AWS or another server of that interface, with path-style addresses. Without an account it has what
 * AWS allows the machine. Times in milliseconds.
 */
export function createS3Client(settings: S3Settings, requestTimeoutMs: number): S3Client {
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = settings;
  return new S3Client({
    endpoint: settings.S3_ENDPOINT,
    region: settings.S3_REGION,
    ...(accessKeyId !== undefined &&
      secretAccessKey !== undefined && { credentials: { accessKeyId, secretAccessKey } }),
    forcePathStyle: true,
    maxAttempts: 2,
    // A checksum would have to be signed before there is a file, and not every server knows them.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS, requestTimeout: requestTimeoutMs },
  });
}
