/** Decided by the stack alone: one value for all services, or another stack's, would be wrong. */
const OWNED =
  /^(HTTP_|GRPC_|DATABASE_URL$|REDIS_URL$|EVENT_BUS|KAFKA_|S3_|MEDIA_PUBLIC_URL$|SMTP_URL$|LOG_FORMAT$|NODE_ENV$|VICI_DETACHED$|[A-Z]+_GRPC_URL$)/;

/** What services take over from the shell Vici is started in: everything the stack does not set itself. */
export function shellSettings(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([key, value]) =>
      value === undefined || OWNED.test(key) ? [] : [[key, value]],
    ),
  );
}
