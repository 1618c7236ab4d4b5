import type { Drawing } from './canvas.js';

/** A steaming mug with one of four glazes; tall with a lid for travel. */
export const mugsArt: Drawing = ({ palette: p, tags, variety }) => {
  const glaze = [
    `<path d="M222 330h296v70c-40 34-70-20-110 4s-60 38-96 10-58 6-90-8Z" fill="${p.light}"/>`,
    `<path d="M226 430h288M230 470h280" stroke="${p.light}" stroke-width="16"/>`,
    `<path d="M262 430h240M250 480h250M266 530h220" stroke="${p.light}" stroke-width="18" stroke-linecap="round" stroke-dasharray="1 46"/>`,
    `<path d="M239 540h262l-10 62c-4 24-20 38-44 38H293c-24 0-40-14-44-38Z" fill="${p.backdrop}"/>`,
  ][variety];
  if (tags.includes('travel')) {
    return `
      <path d="M290 250h220l-26 370c-2 14-10 20-22 20H338c-12 0-20-6-22-20Z" fill="${p.main}"/>
      <path d="M297 350h206l-12 160H309Z" fill="${p.shade}"/><rect x="270" y="214" width="260" height="44" rx="16" fill="${p.ink}"/>
      <rect x="300" y="186" width="200" height="34" rx="14" fill="${p.shade}"/><rect x="440" y="176" width="40" height="16" rx="8" fill="${p.accent}"/>
      <path d="M330 280l18 330" stroke="${p.light}" stroke-width="12" stroke-linecap="round"/>`;
  }
  const saucer = tags.includes('saucer') || tags.includes('cappuccino');
  return `
    <path d="M310 270c-30-40 30-60 0-110M380 270c-30-40 30-60 0-110M450 270c-30-40 30-60 0-110" fill="none" stroke="#fff" stroke-opacity=".8" stroke-width="14" stroke-linecap="round"/>
    <path d="M510 390c140-24 140 190-22 176" fill="none" stroke="${p.shade}" stroke-width="38" stroke-linecap="round"/>
    <path d="M220 330h300l-28 272c-4 24-20 38-44 38H292c-24 0-40-14-44-38Z" fill="${p.main}"/>${glaze}
    <ellipse cx="370" cy="330" rx="150" ry="34" fill="${p.shade}"/><ellipse cx="370" cy="336" rx="126" ry="24" fill="${p.ink}"/>
    <ellipse cx="340" cy="332" rx="52" ry="9" fill="${p.accent}" fill-opacity=".7"/>
    ${saucer ? `<path d="M170 622h400c0 30-60 42-100 42H270c-40 0-100-12-100-42Z" fill="${p.accent}"/>` : ''}`;
};

/** A long-handled pan, or a lidded pot where the tags say so. */
export const cookwareArt: Drawing = ({ palette: p, tags }) =>
  tags.includes('pot')
    ? `
    <path d="M180 400h-50c-20 0-20 56 6 56h44M620 400h50c20 0 20 56-6 56h-44" fill="none" stroke="${p.ink}" stroke-width="26" stroke-linejoin="round"/>
    <path d="M180 360h440v220c0 40-24 60-64 60H244c-40 0-64-20-64-60Z" fill="${p.main}"/>
    <path d="M180 360h440v44H180Z" fill="${p.shade}"/>
    <path d="M216 430v140c0 24 10 38 30 44" fill="none" stroke="${p.light}" stroke-width="16" stroke-linecap="round"/>
    <path d="M164 360c0-20 10-28 30-30 40-64 372-64 412 0 20 2 30 10 30 30Z" fill="${p.main}"/>
    <path d="M240 318c60-34 150-38 200-34" fill="none" stroke="${p.light}" stroke-width="12" stroke-linecap="round"/>
    <rect x="376" y="246" width="48" height="40" fill="${p.ink}"/><ellipse cx="400" cy="244" rx="54" ry="20" fill="${p.accent}"/>`
    : `
    <path d="M470 340L690 176c22-14 44 14 24 32L520 390Z" fill="${p.ink}"/>
    <circle cx="690" cy="198" r="9" fill="${p.halo}"/>
    <ellipse cx="340" cy="490" rx="232" ry="150" fill="${p.ink}"/>
    <ellipse cx="340" cy="466" rx="232" ry="150" fill="${p.main}"/>
    <ellipse cx="340" cy="470" rx="200" ry="124" fill="${p.shade}"/>
    <path d="M176 440c20-50 80-84 150-86" fill="none" stroke="${p.light}" stroke-width="12" stroke-linecap="round"/>
    <path d="M250 470c-6-60 70-76 110-56 50-14 96 24 76 66 10 50-60 72-96 50-50 22-96-10-90-60Z" fill="#fffdf6"/>
    <ellipse cx="336" cy="474" rx="44" ry="36" fill="#f5b731"/><path d="M312 462c6-10 16-14 26-14" fill="none" stroke="#fff" stroke-width="8" stroke-linecap="round"/>`;

/** A kettle with a whistle, a gooseneck or the round belly of a teapot. */
export const kettlesArt: Drawing = ({ palette: p, tags }) => {
  if (tags.includes('teapot')) {
    return `
      <path d="M560 400c120-60 130 160-20 150" fill="none" stroke="${p.ink}" stroke-width="28"/>
      <path d="M250 520C180 500 190 400 130 370l40-24c60 20 60 80 110 90Z" fill="${p.shade}"/>
      <path d="M400 350c130 0 190 70 190 150 0 100-90 140-190 140s-190-40-190-140c0-80 60-150 190-150Z" fill="${p.main}"/>
      <path d="M250 500c0-60 34-96 90-108" fill="none" stroke="${p.light}" stroke-width="18" stroke-linecap="round"/>
      <path d="M300 360c10-54 190-54 200 0Z" fill="${p.shade}"/><circle cx="400" cy="302" r="24" fill="${p.accent}"/>
      <path d="M300 640h200" stroke="${p.ink}" stroke-width="16" stroke-linecap="round"/>`;
  }
  const spout = tags.includes('gooseneck')
    ? `<path d="M290 600C150 600 230 400 150 330L120 326" fill="none" stroke="${p.shade}" stroke-width="30" stroke-linejoin="round"/>`
    : `<path d="M280 500L170 360l52-24 96 90Z" fill="${p.shade}"/>`;
  return `
    ${spout}<path d="M290 330C280 140 560 130 570 300l16 120" fill="none" stroke="${p.ink}" stroke-width="28" stroke-linecap="round" stroke-linejoin="round"/>
    <path d="M310 330h220l62 270c6 26-8 40-32 40H280c-24 0-38-14-32-40Z" fill="${p.main}"/>
    <path d="M252 582h336l4 18c6 26-8 40-32 40H280c-24 0-38-14-32-40Z" fill="${p.shade}"/>
    <path d="M344 380l-36 160" stroke="${p.light}" stroke-width="18" stroke-linecap="round"/>
    <ellipse cx="420" cy="330" rx="112" ry="26" fill="${p.shade}"/><path d="M340 322c20-34 140-34 160 0Z" fill="${p.light}"/>
    <circle cx="420" cy="284" r="22" fill="${p.accent}"/>`;
};
