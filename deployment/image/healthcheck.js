// Exits 0 while the service answers on its HTTP port; the container's health check.
const answer = await fetch(`http://127.0.0.1:${process.env.HTTP_PORT}/health`, {
  signal: AbortSignal.timeout(2000),
});
process.exit(answer.ok ? 0 : 1);
