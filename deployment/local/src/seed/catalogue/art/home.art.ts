import type { Drawing } from './canvas.js';

/** A pendant, floor, desk or table lamp with its pool of light. */
export const lampsArt: Drawing = ({ palette: p, tags }) => {
  if (tags.includes('pendant')) {
    return `
      <path d="M240 440L130 700H670L560 440Z" fill="#fff3c4" fill-opacity=".65"/>
      <path d="M400 0v230" stroke="${p.ink}" stroke-width="8"/><rect x="376" y="214" width="48" height="54" rx="12" fill="${p.accent}"/>
      <ellipse cx="400" cy="440" rx="64" ry="40" fill="#ffe08a"/>
      <path d="M360 262h80c30 60 140 90 160 178H200c20-88 130-118 160-178Z" fill="${p.main}"/>
      <path d="M372 290c-30 50-96 70-124 124" fill="none" stroke="${p.light}" stroke-width="14" stroke-linecap="round"/>
      <path d="M200 440h400" stroke="${p.shade}" stroke-width="14" stroke-linecap="round"/>`;
  }
  if (tags.includes('desk-lamp')) {
    return `
      <path d="M180 372L70 640H450L366 290Z" fill="#fff3c4" fill-opacity=".7"/>
      <rect x="430" y="610" width="220" height="30" rx="15" fill="${p.ink}"/>
      <path d="M540 612L600 400L350 250" fill="none" stroke="${p.shade}" stroke-width="20" stroke-linejoin="round" stroke-linecap="round"/>
      <circle cx="600" cy="400" r="24" fill="${p.accent}"/>
      <path d="M366 216L390 282 176 380C160 300 240 200 366 216Z" fill="${p.main}"/>
      <path d="M352 238c-60-4-116 30-136 84" fill="none" stroke="${p.light}" stroke-width="14" stroke-linecap="round"/>
      <path d="M176 380l190-86" stroke="#ffe08a" stroke-width="16" stroke-linecap="round"/>`;
  }
  const floor = tags.includes('floor-lamp');
  const stand = floor
    ? `<path d="M400 300V620M400 470L300 640M400 470L500 640" stroke="${p.ink}" stroke-width="16" stroke-linecap="round"/>`
    : `<path d="M400 400c-20 50-80 70-80 140 0 60 40 90 80 90s80-30 80-90c0-70-60-90-80-140Z" fill="${p.accent}"/>
       <path d="M350 530c4-30 20-44 34-62" fill="none" stroke="#fff" stroke-opacity=".5" stroke-width="12" stroke-linecap="round"/>
       <rect x="320" y="616" width="160" height="24" rx="12" fill="${p.ink}"/>`;
  return `
    <circle cx="400" cy="310" r="230" fill="#fff3c4" fill-opacity=".6"/>${stand}
    <path d="M${floor ? '330 140h140l70 180H260Z' : '310 170h180l80 240H230Z'}" fill="${p.main}"/>
    <path d="M${floor ? '350 164l-44 130' : '334 196l-56 184'}" stroke="${p.light}" stroke-width="14" stroke-linecap="round"/>
    <path d="M500 ${floor ? 320 : 410}v60" stroke="${p.ink}" stroke-width="5"/><circle cx="500" cy="${floor ? 384 : 474}" r="10" fill="${p.accent}"/>`;
};

/** A folded blanket with stripes, checks or stitches and a fringe. */
export const throwsArt: Drawing = ({ palette: p, variety }) => {
  const weave = [
    `<path d="M170 330h460M170 370h460" stroke="${p.accent}" stroke-width="16"/>`,
    `<path d="M250 280v130M340 280v130M430 280v130M520 280v130" stroke="${p.light}" stroke-width="22" stroke-opacity=".7"/><path d="M170 345h460" stroke="${p.accent}" stroke-width="14"/>`,
    `<path d="M186 380l28-50 28 50 28-50 28 50 28-50 28 50 28-50 28 50 28-50 28 50 28-50 28 50 28-50 28 50 28-50 20 36" fill="none" stroke="${p.light}" stroke-width="12" stroke-linejoin="round"/>`,
    `<path d="M200 310H610M218 345H610M200 380H610" stroke="${p.light}" stroke-width="16" stroke-linecap="round" stroke-dasharray="1 35"/>`,
  ][variety];
  const fringe = Array.from(
    { length: 16 },
    (_, index) => `M${248 + index * 20} 560v${index % 2 === 0 ? 74 : 66}`,
  );
  return `
    <path d="${fringe.join('')}" stroke="${p.light}" stroke-width="9" stroke-linecap="round"/>
    <rect x="150" y="500" width="500" height="110" rx="52" fill="${p.shade}"/>
    <rect x="140" y="396" width="520" height="120" rx="58" fill="${p.main}"/>
    <path d="M190 456h370" stroke="${p.shade}" stroke-width="8" stroke-linecap="round"/>
    <rect x="156" y="272" width="488" height="140" rx="60" fill="${p.main}"/>${weave}
    <path d="M230 400h340v140c0 16-10 24-24 24H254c-14 0-24-8-24-24Z" fill="${p.accent}"/>
    <path d="M230 440h340M230 470h340" stroke="${p.backdrop}" stroke-width="10"/>
    <path d="M230 530h340" stroke="${p.main}" stroke-width="14"/>`;
};

const flame = (x: number, y: number) => `
  <circle cx="${x}" cy="${y - 40}" r="86" fill="#ffe9a8" fill-opacity=".55"/><path d="M${x} ${y}v-24" stroke="#3a322c" stroke-width="7" stroke-linecap="round"/>
  <path d="M${x} ${y - 112}c34 44 38 96 0 98c-38-2-34-54 0-98Z" fill="#f7a531"/><path d="M${x} ${y - 66}c16 22 18 48 0 50c-18-2-16-28 0-50Z" fill="#fff0b8"/>`;

/** A jar candle with a label; pillars or tapers where the tags say so. */
export const candlesArt: Drawing = ({ palette: p, tags }) => {
  if (tags.includes('pillar') || tags.includes('taper')) {
    return `
      ${flame(290, 330)}${flame(420, 240)}${flame(530, 420)}
      <rect x="230" y="330" width="120" height="300" rx="14" fill="${p.light}"/><rect x="352" y="240" width="136" height="390" rx="14" fill="${p.main}"/>
      <rect x="476" y="420" width="108" height="210" rx="14" fill="${p.accent}"/>
      <path d="M372 242v70c0 22 26 22 26 0v-40h20v-30Z" fill="${p.light}"/>
      <path d="M180 620h440c-4 16-16 24-34 24H214c-18 0-30-8-34-24Z" fill="${p.ink}"/>`;
  }
  return `
    ${flame(400, 330)}
    <rect x="240" y="300" width="320" height="340" rx="40" fill="${p.main}"/>
    <path d="M262 350h276v214c0 34-20 54-54 54H316c-34 0-54-20-54-54Z" fill="${p.light}"/>
    <ellipse cx="400" cy="350" rx="138" ry="22" fill="${p.backdrop}"/>
    <rect x="300" y="420" width="200" height="140" rx="10" fill="${p.backdrop}"/>
    <path d="M400 444v78M400 500c-34-4-42-30-42-44 30 0 42 18 42 44ZM400 484c34-4 42-26 42-40-30 0-42 14-42 40Z" fill="${p.accent}" stroke="${p.accent}" stroke-width="4"/>
    <path d="M350 540h100" stroke="${p.ink}" stroke-width="6" stroke-linecap="round"/>
    <path d="M258 400v160" stroke="#fff" stroke-opacity=".5" stroke-width="10" stroke-linecap="round"/>`;
};
