import type { Drawing } from './canvas.js';

/** A shoe from the side, low or high, with one of three marks on its flank. */
export const sneakersArt: Drawing = ({ palette: p, tags, variety }) => {
  const high = tags.includes('high-top') || tags.includes('mid-top');
  const collar = high
    ? 'M196 250C230 236 300 236 340 246L372 360'
    : 'M166 352C200 336 262 340 304 322L344 352';
  const mark = [
    `<path d="M330 510l60-96M370 520l60-92M410 528l60-86" stroke="${p.backdrop}" stroke-width="18" stroke-linecap="round"/>`,
    `<path d="M230 500c90 20 170-10 240-84-30 90-120 140-240 84Z" fill="${p.accent}"/>`,
    `<circle cx="330" cy="476" r="34" fill="${p.backdrop}"/><circle cx="330" cy="476" r="18" fill="${p.accent}"/>`,
    `<path d="M196 470c80 40 180 40 268 0" fill="none" stroke="${p.accent}" stroke-width="18" stroke-linecap="round"/>`,
  ][variety];
  return `
    <path d="${collar}C420 410 470 436 560 452C640 466 684 500 684 560H140C130 500 150 440 ${high ? '196 250' : '166 352'}Z" fill="${p.main}"/>
    <path d="M560 452C640 466 684 500 684 560H566C540 520 540 480 560 452Z" fill="${p.shade}"/>
    <path d="M140 560c-6-40 0-80 12-120 50 16 76 60 78 120Z" fill="${p.shade}"/>${mark}
    <path d="M${high ? '344 300l70-24M362 350l70-26' : '350 356l48-40'}M384 392l54-44M424 416l50-46M468 436l42-48" stroke="${p.backdrop}" stroke-width="16" stroke-linecap="round"/>
    <path d="M118 556H690c18 0 22 20 18 38-4 28-24 46-56 46H168c-34 0-58-40-50-84Z" fill="#fffdf8"/>
    <path d="M126 606H704c-8 22-26 34-52 34H168c-20 0-36-14-42-34Z" fill="${p.accent}"/>
    <path d="M150 582H676" stroke="${p.halo}" stroke-width="8" stroke-linecap="round" stroke-dasharray="26 18"/>`;
};

/** A T-shirt laid flat, plain or printed. */
export const tShirtsArt: Drawing = ({ palette: p, tags, variety }) => {
  const prints = [
    `<circle cx="400" cy="380" r="64" fill="${p.accent}"/><path d="M320 430l56-70 34 40 30-34 52 64Z" fill="${p.backdrop}"/>`,
    `<path d="M270 350H530M270 396H530" stroke="${p.accent}" stroke-width="24"/>`,
    `<rect x="432" y="330" width="70" height="80" rx="8" fill="${p.shade}"/><path d="M432 350h70" stroke="${p.light}" stroke-width="6"/>`,
    '',
  ];
  const stripes = `<path d="M270 330H530M270 380H530M270 430H530M270 480H530M270 530H530M270 580H530" stroke="${p.backdrop}" stroke-width="18"/>`;
  const graphic = tags.includes('graphic') ? prints[0] : prints[variety];
  return `
    <path d="M310 170c40 34 140 34 180 0l60 24c24 10 38 22 52 44l76 130-92 58-56-76v270c0 14-8 20-20 20H290c-12 0-20-6-20-20V350l-56 76-92-58 76-130c14-22 28-34 52-44Z" fill="${p.main}"/>
    <path d="M270 350v270c0 14 8 20 20 20h24c-20-80-26-180-44-290ZM530 350v270c0 14-8 20-20 20h-24c20-80 26-180 44-290Z" fill="${p.shade}"/>
    ${tags.includes('stripe') ? stripes : graphic}
    <path d="M310 170c40 34 140 34 180 0" fill="none" stroke="${p.light}" stroke-width="20"/>
    <path d="M150 350l88 54M650 350l-88 54" stroke="${p.light}" stroke-width="8" stroke-linecap="round"/>`;
};

/** A zipped jacket; quilted, hooded or with chest pockets. */
export const jacketsArt: Drawing = ({ palette: p, tags }) => {
  const quilted = tags.includes('down') || tags.includes('insulated');
  const hooded = tags.includes('rain') || tags.includes('waterproof') || tags.includes('packable');
  const sleeves = tags.includes('vest')
    ? ''
    : `<path d="M300 206C220 226 190 280 176 360L130 596l82 22 74-230Z" fill="${p.shade}"/><path d="M500 206c80 20 110 74 124 154l46 236-82 22-74-230Z" fill="${p.shade}"/>
       <path d="M134 576l82 22M666 576l-82 22" stroke="${p.accent}" stroke-width="16"/>`;
  const body = quilted
    ? `<path d="M272 300H528M266 366H534M262 432H538M260 498H540M260 564H540" stroke="${p.shade}" stroke-width="8"/>`
    : `<path d="M300 470l60 22M500 470l-60 22" stroke="${p.shade}" stroke-width="16" stroke-linecap="round"/><rect x="436" y="310" width="70" height="60" rx="8" fill="${p.shade}"/>`;
  return `
    ${sleeves}<path d="M306 190h188c34 20 44 60 44 120l6 306c0 16-8 24-22 24H278c-14 0-22-8-22-24l6-306c0-60 10-100 44-120Z" fill="${p.main}"/>${body}
    ${
      hooded
        ? `<path d="M296 214c-10-110 40-134 104-134s114 24 104 134c-60 44-148 44-208 0Z" fill="${p.main}"/><path d="M330 210c-4-60 24-88 70-88s74 28 70 88c-40 26-100 26-140 0Z" fill="${p.ink}"/>`
        : `<path d="M316 150c50 24 118 24 168 0l22 66c-60 36-152 36-212 0Z" fill="${p.light}"/>`
    }
    <path d="M400 232V640" stroke="${p.ink}" stroke-width="10"/><path d="M400 232V640" stroke="${p.light}" stroke-width="4" stroke-dasharray="8 8"/>
    <rect x="390" y="${hooded ? 250 : 262}" width="20" height="44" rx="8" fill="${p.accent}"/>`;
};

/** A backpack from the front, with a rolled or rounded top. */
export const backpacksArt: Drawing = ({ palette: p, tags, variety }) => {
  const roll = tags.includes('rolltop') || tags.includes('expedition') || tags.includes('overnight');
  const top = roll
    ? `<rect x="250" y="150" width="300" height="62" rx="31" fill="${p.shade}"/><path d="M276 204h248v60H276Z" fill="${p.main}"/><path d="M400 170v130" stroke="${p.ink}" stroke-width="18"/><rect x="376" y="282" width="48" height="34" rx="8" fill="${p.accent}"/>`
    : `<path d="M346 180c0-80 108-80 108 0" fill="none" stroke="${p.ink}" stroke-width="20"/>`;
  const patch = variety < 2 ? `<rect x="366" y="340" width="68" height="44" rx="8" fill="${p.accent}"/>` : '';
  return `
    <path d="M240 320C150 360 160 520 200 610M560 320c90 40 80 200 40 290" fill="none" stroke="${p.ink}" stroke-width="30" stroke-linecap="round"/>${top}
    <path d="M226 350c0-130 60-186 174-186s174 56 174 186v230c0 40-22 60-62 60H288c-40 0-62-20-62-60Z" fill="${p.main}" ${roll ? 'transform="matrix(1 0 0 .86 0 90)"' : ''}/>
    ${roll ? '' : `<path d="M270 330C276 240 330 214 400 214s124 26 130 116" fill="none" stroke="${p.shade}" stroke-width="10"/>${patch}`}
    <path d="M266 430h268v140c0 26-14 40-40 40H306c-26 0-40-14-40-40Z" fill="${p.shade}"/>
    <path d="M266 430h268v50c-80 30-188 30-268 0Z" fill="${p.light}"/>
    <rect x="384" y="484" width="32" height="52" rx="10" fill="${p.accent}"/>
    <path d="M226 470v80M574 470v80" stroke="${p.light}" stroke-width="14" stroke-linecap="round"/>`;
};
