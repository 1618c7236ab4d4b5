import type { Drawing, Palette } from './canvas.js';

/** A pair of headphones, or earbuds with their case where the tags say so. */
export const headphonesArt: Drawing = ({ palette: p, tags }) =>
  tags.includes('earbuds') || tags.includes('earphones') ? earbuds(p) : overEar(p);

const overEar = (p: Palette) => `
  <path d="M236 450C220 130 580 130 564 450" fill="none" stroke="${p.ink}" stroke-width="20"/>
  <path d="M262 330C290 150 510 150 538 330" fill="none" stroke="${p.main}" stroke-width="46" stroke-linecap="round"/>
  <path d="M290 300C330 200 470 200 510 300" fill="none" stroke="${p.light}" stroke-width="12" stroke-linecap="round"/>
  <rect x="252" y="410" width="62" height="210" rx="31" fill="${p.ink}"/>
  <rect x="486" y="410" width="62" height="210" rx="31" fill="${p.ink}"/>
  <rect x="186" y="400" width="98" height="230" rx="49" fill="${p.main}"/>
  <rect x="516" y="400" width="98" height="230" rx="49" fill="${p.main}"/>
  <path d="M235 400a49 49 0 0 0-49 49v132a49 49 0 0 0 24 42V408a49 49 0 0 1 25-8Z" fill="${p.shade}"/>
  <path d="M565 400a49 49 0 0 1 49 49v132a49 49 0 0 1-24 42V408a49 49 0 0 0-25-8Z" fill="${p.shade}"/>
  <circle cx="240" cy="515" r="20" fill="${p.accent}"/><circle cx="560" cy="515" r="20" fill="${p.accent}"/>`;

const earbuds = (p: Palette) => `
  <rect x="250" y="440" width="300" height="200" rx="84" fill="${p.main}"/>
  <path d="M250 520v-6c0-44 38-74 84-74h132c46 0 84 30 84 74v6Z" fill="${p.shade}"/>
  <rect x="360" y="508" width="80" height="24" rx="12" fill="${p.light}"/><circle cx="400" cy="580" r="9" fill="${p.accent}"/>
  ${[0, 1]
    .map(
      (side) => `<g transform="${side === 0 ? '' : 'translate(800 0) scale(-1 1)'}">
        <path d="M282 250l44 0 10 140c1 26-38 26-39 0Z" fill="${p.main}"/>
        <ellipse cx="312" cy="246" rx="66" ry="58" fill="${p.main}"/>
        <ellipse cx="292" cy="228" rx="26" ry="18" fill="${p.light}" fill-opacity=".7"/>
        <ellipse cx="366" cy="252" rx="24" ry="40" fill="${p.ink}" transform="rotate(-12 366 252)"/>
        <circle cx="317" cy="330" r="7" fill="${p.accent}"/></g>`,
    )
    .join('')}`;

/** A portable speaker with a handle, or an upright cabinet. */
export const speakersArt: Drawing = ({ palette: p, tags, variety }) => {
  if (tags.includes('portable') || tags.includes('soundbar') || tags.includes('radio')) {
    const handle = `<path d="M270 400c0-130 260-130 260 0" fill="none" stroke="${p.ink}" stroke-width="22"/>`;
    return `
      ${tags.includes('portable') ? handle : ''}
      <rect x="160" y="370" width="480" height="270" rx="90" fill="${p.shade}"/>
      <rect x="184" y="370" width="432" height="270" rx="80" fill="${p.main}"/>
      <path d="M232 430H568M232 470H568M232 510H568M232 550H568M232 590H568" stroke="${p.light}" stroke-width="14" stroke-linecap="round" stroke-dasharray="1 27"/>
      <circle cx="400" cy="510" r="62" fill="${p.accent}"/><circle cx="400" cy="510" r="34" fill="${p.ink}"/>
      <rect x="330" y="352" width="140" height="24" rx="12" fill="${p.ink}"/>`;
  }
  const grille = variety < 2 ? p.ink : p.shade;
  return `
    <rect x="268" y="150" width="264" height="490" rx="26" fill="${p.shade}"/>
    <rect x="284" y="166" width="232" height="458" rx="16" fill="${p.main}"/>
    <circle cx="400" cy="262" r="62" fill="${grille}"/><circle cx="400" cy="262" r="24" fill="${p.light}"/>
    <circle cx="400" cy="466" r="104" fill="${grille}"/><circle cx="400" cy="466" r="78" fill="${p.light}" fill-opacity=".35"/>
    <circle cx="400" cy="466" r="42" fill="${p.accent}"/><path d="M368 446a42 42 0 0 1 40-22" fill="none" stroke="#fff" stroke-opacity=".6" stroke-width="8" stroke-linecap="round"/>
    <rect x="372" y="592" width="56" height="10" rx="5" fill="${p.light}"/>`;
};

/** A keyboard seen from a little above; each row of keys is one dashed line. */
export const keyboardsArt: Drawing = ({ palette: p, tags }) => {
  const wide = tags.includes('full-size') || tags.includes('office');
  const [left, right] = wide ? [116, 684] : [166, 634];
  const cord = `<path d="M470 330C470 240 560 250 560 160" fill="none" stroke="${p.ink}" stroke-width="12" stroke-linecap="round"/>`;
  const row = (y: number, dash: string) => `
    <path d="M${left + 26} ${y + 5}H${right - 26}" stroke="${p.ink}" stroke-width="46" stroke-dasharray="${dash}"/>
    <path d="M${left + 26} ${y}H${right - 26}" stroke="${p.backdrop}" stroke-width="42" stroke-dasharray="${dash}"/>`;
  return `
    ${tags.includes('wireless') ? '' : cord}
    <rect x="${left}" y="330" width="${right - left}" height="300" rx="30" fill="${p.shade}"/>
    <rect x="${left}" y="322" width="${right - left}" height="290" rx="30" fill="${p.main}"/>
    ${row(368, '40 9')}${row(422, '52 9 40 9 40 9')}${row(476, '60 9 40 9 40 9 40 9')}${row(560, '46 9 46 9 200 9 46 9')}
    <rect x="${left + 26}" y="347" width="40" height="42" fill="${p.accent}"/>
    <rect x="${right - 68}" y="539" width="42" height="42" fill="${p.accent}"/>
    <path d="M${left + 26} 514H${right - 26}" stroke="${p.light}" stroke-width="6" stroke-linecap="round"/>`;
};

/** A watch on its band, round or square, with a dial or three activity rings. */
export const smartwatchesArt: Drawing = ({ palette: p, tags, variety }) => {
  const square = tags.includes('square') || tags.includes('fitness-tracker') || tags.includes('kids');
  const round = `<circle cx="400" cy="400" r="150" fill="${p.ink}"/><circle cx="400" cy="400" r="126" fill="${p.backdrop}"/>`;
  const box = `<rect x="258" y="258" width="284" height="284" rx="70" fill="${p.ink}"/><rect x="280" y="280" width="240" height="240" rx="50" fill="${p.backdrop}"/>`;
  const hands = `<path d="M400 400V312M400 400l58 34" stroke="${p.ink}" stroke-width="14" stroke-linecap="round"/><circle cx="400" cy="400" r="12" fill="${p.accent}"/>
    <path d="M400 292v14M400 494v14M292 400h14M494 400h14" stroke="${p.main}" stroke-width="10" stroke-linecap="round"/>`;
  const rings = [p.accent, p.main, p.light]
    .map(
      (color, index) =>
        `<circle cx="400" cy="400" r="${96 - index * 28}" fill="none" stroke="${color}" stroke-width="18" stroke-linecap="round" stroke-dasharray="${420 - index * 130} 700" transform="rotate(-90 400 400)"/>`,
    )
    .join('');
  const analog = tags.includes('analog') || (!square && variety === 0);
  return `
    <path d="M316 290L334 130c2-14 12-20 24-20h84c12 0 22 6 24 20l18 160Z" fill="${p.main}"/>
    <path d="M316 510L334 660c2 14 12 20 24 20h84c12 0 22-6 24-20l18-150Z" fill="${p.main}"/>
    <path d="M352 150h96M350 180h100" stroke="${p.shade}" stroke-width="10" stroke-linecap="round"/>
    <path d="M400 580v8M400 610v8M400 640v8" stroke="${p.shade}" stroke-width="14" stroke-linecap="round"/>
    <rect x="538" y="376" width="28" height="48" rx="10" fill="${p.shade}"/>
    ${square ? box : round}${analog ? hands : rings}`;
};
