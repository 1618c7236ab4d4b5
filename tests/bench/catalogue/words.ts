/** What a generated product may be called: enough words for the vocabulary of a large shop. */
const kinds = (department: string, brands: string, names: string) =>
  names.split(', ').map((kind) => ({ department, kind, brands: brands.split(', ') }));

/** Kinds of things, the larger ones first, with those who make them. */
export const KINDS: readonly { department: string; kind: string; brands: readonly string[] }[] = [
  ...kinds(
    'Home',
    'Nordhem, Casa Lume, Oakline, Feld & Sohn, Maison Claire, Hygge Works, Brightwell, Terra Nova',
    'Lamp, Chair, Cushion, Rug, Mirror, Shelf, Candle, Vase, Blanket, Curtain, Clock, Basket, Picture Frame, Side Table',
  ),
  ...kinds(
    'Kitchen',
    'Copperfield, Saveur, Ironwood, Bialti, Kettleworks, Tavola, Steelhaus, Morning Ritual',
    'Mug, Kettle, Frying Pan, Saucepan, Knife, Chopping Board, Teapot, Bowl, Plate, Whisk, Grater, Storage Jar, Apron',
  ),
  ...kinds(
    'Clothing',
    'Harbour, Fjordwear, Lumen, Alder & Ash, Coastline, Ridgeway, Northbound, Willow Lane, Sable',
    'Jacket, Shirt, Trousers, Dress, Sweater, Scarf, Belt, Socks, Coat, Skirt, Gloves, Beanie, Sneakers, Boots, Sandals',
  ),
  ...kinds(
    'Electronics',
    'Voltix, Sonara, Pixelon, Aurix, Quanta, Halcyon, Meridian, Octave',
    'Headphones, Speaker, Keyboard, Monitor, Smartwatch, Charger, Camera, Router, Microphone, Tablet, Projector',
  ),
  ...kinds(
    'Outdoor',
    'Trailhead, Summit, Ridgeback, Campfire Co, Basecamp, Riverstone, Windrose',
    'Tent, Backpack, Sleeping Bag, Bottle, Lantern, Hammock, Compass, Cooler, Trekking Pole, Camping Stove',
  ),
  ...kinds(
    'Toys',
    'Brickwell, Playforest, Little Owl, Marble Run, Puppetto',
    'Puzzle, Train, Doll, Building Blocks, Board Game, Kite, Teddy Bear, Yo-yo, Spinning Top',
  ),
  ...kinds(
    'Office',
    'Paperie, Inkwell, Deskmate, Scribe, Foliant',
    'Notebook, Pen, Desk Lamp, Stapler, Folder, Calendar, Pencil Case, Whiteboard, Paper Tray',
  ),
  ...kinds(
    'Garden',
    'Greenleaf, Rosehill, Bloomfield, Spade & Soil',
    'Planter, Watering Can, Trowel, Bird House, Garden Hose, Pruner, Wind Chime, Seed Set',
  ),
];

export const QUALITIES =
  'Classic, Vintage, Modern, Rustic, Compact, Foldable, Handmade, Lightweight, Heavy, Portable, Premium, Everyday, Nordic, Retro, Slim, Large, Small, Mini, Giant, Soft, Matte, Glossy, Waterproof, Insulated, Recycled, Organic, Adjustable, Stackable, Wireless, Double, Striped, Dotted, Quilted, Woven, Brushed, Polished, Engraved, Scented, Magnetic, Reversible'.split(
    ', ',
  );

export const MATERIALS =
  'Oak, Walnut, Bamboo, Cotton, Linen, Wool, Leather, Steel, Brass, Copper, Aluminium, Ceramic, Glass, Marble, Cork, Jute, Velvet, Silk, Denim, Canvas, Porcelain, Stoneware, Iron, Rattan, Beech, Maple, Silicone, Felt, Titanium, Acrylic'.split(
    ', ',
  );

export const STYLES =
  'White, Black, Grey, Navy, Blue, Teal, Green, Olive, Mustard, Yellow, Orange, Coral, Red, Burgundy, Pink, Lilac, Purple, Brown, Sand, Ivory, Charcoal, Mint, Turquoise, Gold, Silver, Rose'.split(
    ', ',
  );

export const DESCRIPTIONS: readonly string[] = [
  'Made to last, and easy to look after: a damp cloth is all it takes.',
  'A quiet companion for long evenings, warm mornings and everything between.',
  'Designed in a small studio and finished by hand, so no two are quite alike.',
  'Light enough to carry all day, strong enough for years of use.',
  'Comes in a box of recycled board, ready to be given away.',
  'Tested in wind, rain and the hands of children.',
  'The shape is simple, the details are not: look at the seams.',
  'Fits where space is short and folds flat when it is not needed.',
  'Colours that stay as they are, wash after wash, summer after summer.',
  'A favourite of our customers since the first day we sold it.',
];
