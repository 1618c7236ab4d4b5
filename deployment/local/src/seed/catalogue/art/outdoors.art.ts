import type { Drawing } from './canvas.js';

/** A bottle with its cap; a handled tumbler or a clear glass where the tags say so. */
export const bottlesArt: Drawing = ({ palette: p, tags, variety }) => {
  if (tags.includes('tumbler') || tags.includes('food-jar') || tags.includes('shaker')) {
    const handleAndStraw = `<path d="M520 330h70c30 0 30 180-50 180h-30" fill="none" stroke="${p.ink}" stroke-width="28" stroke-linejoin="round"/>
      <path d="M440 230L480 90" stroke="${p.accent}" stroke-width="20" stroke-linecap="round"/>`;
    return `
      ${tags.includes('straw') ? handleAndStraw : ''}
      <path d="M260 260h280l-40 210-14 150c-2 14-10 20-22 20H336c-12 0-20-6-22-20l-14-150Z" fill="${p.main}"/>
      <path d="M300 470h200l-5 50H305Z" fill="${p.shade}"/><rect x="240" y="216" width="320" height="56" rx="22" fill="${p.shade}"/>
      <path d="M300 300l22 140" stroke="${p.light}" stroke-width="18" stroke-linecap="round"/>`;
  }
  const glass = tags.includes('glass');
  const mark = [
    `<path d="M296 470l50-70 34 44 30-36 94 122v-60H296Z" fill="${p.light}"/>`,
    `<path d="M296 400h208M296 440h208" stroke="${p.accent}" stroke-width="18"/>`,
    `<circle cx="400" cy="430" r="44" fill="${p.accent}"/><path d="M400 398c22 28 28 40 28 50a28 28 0 0 1-56 0c0-10 6-22 28-50Z" fill="${p.backdrop}"/>`,
    `<path d="M296 520h208v80c0 26-14 40-40 40H336c-26 0-40-14-40-40Z" fill="${p.shade}"/>`,
  ][variety];
  return `
    <path d="M350 150c0-60 100-60 100 0" fill="none" stroke="${p.ink}" stroke-width="20"/>
    <rect x="340" y="146" width="120" height="76" rx="18" fill="${p.ink}"/><rect x="352" y="220" width="96" height="22" fill="${p.light}"/>
    <path d="M352 240h96c4 40 56 50 56 110v250c0 26-14 40-40 40H336c-26 0-40-14-40-40V350c0-60 52-70 56-110Z" fill="${glass ? p.light : p.main}"/>
    ${glass ? `<path d="M296 400h208v200c0 26-14 40-40 40H336c-26 0-40-14-40-40Z" fill="${p.main}" fill-opacity=".75"/>` : mark}
    <path d="M328 350v220" stroke="#fff" stroke-opacity=".45" stroke-width="16" stroke-linecap="round"/>`;
};

/** A pitched tent under a moon: a dome, or the tall cone of a bell tent. */
export const tentsArt: Drawing = ({ palette: p, tags }) => {
  const cone = tags.includes('canvas') || tags.includes('tipi');
  const tree = (x: number, y: number) =>
    `<path d="M${x} ${y}l46 90h-26l40 76h-120l40-76h-26Z" fill="${p.light}"/><path d="M${x} ${y + 166}v${474 - y}" stroke="${p.shade}" stroke-width="12"/>`;
  const tent = cone
    ? `<path d="M400 210L610 500v130c0 6-4 10-10 10H200c-6 0-10-4-10-10V500Z" fill="${p.main}"/><path d="M400 210L610 500v130c0 6-4 10-10 10H480Z" fill="${p.shade}"/>
       <path d="M190 500l210 30 210-30" fill="none" stroke="${p.light}" stroke-width="10"/><path d="M400 350L460 640H340Z" fill="${p.ink}"/><path d="M400 350L340 640h-30Z" fill="${p.accent}"/>
       <path d="M400 230V160" stroke="${p.ink}" stroke-width="10"/><path d="M400 160l54 18-54 20Z" fill="${p.accent}"/>`
    : `<path d="M150 640C190 440 280 320 400 320s210 120 250 320Z" fill="${p.main}"/><path d="M400 320c120 0 210 120 250 320H520C500 500 460 380 400 320Z" fill="${p.shade}"/>
       <path d="M400 320C340 380 300 500 280 640h240C500 500 460 380 400 320Z" fill="${p.light}"/><path d="M400 380c-30 60-60 160-70 260h140c-10-100-40-200-70-260Z" fill="${p.ink}"/>
       <path d="M400 380c-30 60-60 160-70 260h-24c14-120 44-210 94-260Z" fill="${p.accent}"/>`;
  return `
    <circle cx="580" cy="220" r="54" fill="#fff7dd"/>${tree(180, 330)}${tree(640, 380)}
    <path d="M190 560L96 640M610 560l94 80" stroke="${p.ink}" stroke-width="6"/>${tent}
    <path d="M80 640H720" stroke="${p.ink}" stroke-width="10" stroke-linecap="round"/>`;
};
