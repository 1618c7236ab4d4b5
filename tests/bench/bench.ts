// `npm run bench [seconds per case]`, `npm run bench -- checkout [seconds] [--details]`, `npm run bench -- cart [seconds]
// [--processes]`.
import { benchCart } from './cart.bench.ts';
import { benchCheckout } from './checkout.bench.ts';

const [subject, given = '8'] = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const SUBJECTS = {
  checkout: (seconds: number) => benchCheckout(seconds, process.argv.includes('--details')),
  cart: (seconds: number) =>
    benchCart(seconds, process.argv.includes('--processes') ? 'processes' : 'single'),
};

if (subject !== 'checkout' && subject !== 'cart') {
  // Reads its own argument.
  await import('./http.bench.ts');
} else {
  const seconds = Number(given);
  if (!Number.isInteger(seconds) || seconds < 1) {
    console.error('Usage: npm run bench -- checkout [seconds] [--details] | cart [seconds] [--processes]');
    process.exit(2);
  }
  await SUBJECTS[subject](seconds);
}
