// `npm run bench [seconds per case]`, `npm run bench -- checkout [seconds] [--details]`.
import { benchCheckout } from './checkout.bench.ts';

const [subject, given = '8'] = process.argv.slice(2).filter((word) => !word.startsWith('--'));
if (subject !== 'checkout') {
  // Reads its own argument.
  await import('./http.bench.ts');
} else {
  const seconds = Number(given);
  if (!Number.isInteger(seconds) || seconds < 1) {
    console.error('Usage: npm run bench -- checkout [seconds] [--details]');
    process.exit(2);
  }
  await benchCheckout(seconds, process.argv.includes('--details'));
}
