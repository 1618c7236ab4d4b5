// `npm run bench [seconds per case]`, `npm run bench -- checkout [seconds] [--details]`, `npm run bench -- cart [seconds]`.
import { benchCart } from './cart.bench.ts';
import { benchCheckout } from './checkout.bench.ts';

const [subject, given = '8'] = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const SUBJECTS = {
  checkout: (seconds: number) => benchCheckout(seconds, process.argv.includes('--details')),
  cart: benchCart,
};

if (subject !== 'checkout' && subject !== 'cart') {
  // Reads its own argument.
  await import('./http.bench.ts');
} else {
  const seconds = Number(given);
  if (!Number.isInteger(seconds) || seconds < 1) {
    console.error('Usage: npm run bench -- checkout [seconds] [--details] | cart [seconds]');
    process.exit(2);
  }
  await SUBJECTS[subject](seconds);
}
