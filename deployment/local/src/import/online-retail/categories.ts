/** A category of imported products. */
export interface RetailCategory {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly icon: string;
}

interface Rule extends RetailCategory {
  /** Words that decide; none for what is left over. */
  readonly words: RegExp | undefined;
}

/** Parent of all imported categories. */
export const RETAIL_ROOT: RetailCategory = {
  slug: 'online-retail',
  name: 'Online Retail',
  description: 'Gifts for every occasion, from a year of a real shop.',
  icon: 'gift',
};

/** The first rule with a word of the name decides, so the special stands before the general. */
const RULES: readonly Rule[] = [
  rule(
    'christmas-easter',
    'Christmas & Easter',
    'tree',
    'Decorations for the feasts of the year.',
    'CHRISTMAS|XMAS|SANTA|REINDEER|SNOWMAN|SNOWFLAKES?|ADVENT|NOEL|BAUBLES?|TINSEL|STOCKING|HOLLY|RUDOLPH|FESTIVE|EASTER|CHICKS?',
  ),
  rule(
    'jewellery',
    'Jewellery & hair',
    'gem',
    'Necklaces, bracelets, earrings and things for the hair.',
    'NECKLACES?|BRACELETS?|EARRINGS?|(?<!KEY )RINGS?|BROOCH|PENDANTS?|BANGLES?|CHARM|JEWEL(?:LE)?RY|HAIR|HAIRCLIPS?|DIAMANTE|ANKLET|CHOKER|LARIAT|CUFF|BEADED|LOCKET|TIARA|SLIDES?|COMB|PHONE',
  ),
  rule(
    'candles-lights',
    'Candles & lights',
    'flame',
    'Candles, their holders, lanterns, fairy lights and scents.',
    'CANDLES?|T-LIGHTS?|T-LIGHT|TLIGHT|T-LITE|TEALIGHTS?|LANTERNS?|LIGHTS?|LAMPS?|LAMPSHADE|CANDLEHOLDER|CANDLEPOT|CANDELABRA|CHANDELIER|INCENSE|SCENTED|SCENT|OIL BURNER|CANDLESTICK|VOTIVE|TORCH|TAPER',
  ),
  rule(
    'party-cake',
    'Party & cake',
    'cake',
    'Cake stands, cases, bunting, balloons and party ware.',
    'CAKES?|CAKESTAND|CUPCAKES?|PARTY|BUNTING|BALLOONS?|BIRTHDAY(?! CARD)|MUFFIN|DOIL(?:Y|IES)|PIECE PLATES|CONFETTI|CASES|NAPKINS|PAPER (?:CUPS?|PLATES?)|LOLLIPOP|STRAWS|INVITE|PINATA',
  ),
  rule(
    'bags-purses',
    'Bags & purses',
    'bag',
    'Jumbo bags, lunch bags, purses, wallets and luggage.',
    'BAGS?|PURSES?|HANDBAGS?|SHOPPER|WALLETS?|BACKPACK|RUCKSACK|SATCHEL|TOTE|LUGGAGE|SUITCASE|PASSPORT|WASHBAG|SHOULDER|CARD HOLDER|KEY ?RINGS?|KEY-CHAINS?|UMBRELLAS?|PARASOLS?',
  ),
  rule(
    'clocks-mirrors',
    'Clocks & mirrors',
    'clock',
    'Alarm clocks, wall clocks and mirrors.',
    'CLOCKS?|ALARM|MIRRORS?|BAROMETER|HOURGLASS|THERMOMETER',
  ),
  rule(
    'stationery-cards',
    'Stationery & cards',
    'pen',
    'Cards, wrap, notebooks, pens, stickers and ribbons.',
    'CARDS?|WRAP|NOTEBOOKS?|PENS?|PENCILS?|STICKERS?|TAPE|RIBBONS?|PAPER|STAMPS?|STATIONERY|ENVELOPES?|TISSUES?|ERASERS?|RULER|JOURNAL|DIARY|CALENDAR|LETTER RACK|NOTES|GIFT TAGS?|TAGS|CHALK|CRAYONS?|BOOKS?|BOOKMARK|PAD|PADS|ORGANISER|SCRAPBOOK|GLUE|SCISSORS?|MAGNETS?|BACK TO SCHOOL|WRITING',
  ),
  rule(
    'kitchen-dining',
    'Kitchen & dining',
    'mug',
    'Mugs, plates, bowls, tins, baking and the tea table.',
    'MUGS?|CUPS?|SAUCERS?|PLATES?|BOWLS?|TEA|TEAPOTS?|COFFEE|KITCHEN|CUTLERY|SPOONS?|FORKS?|KNI(?:FE|VES)|BAKING|BAKE|PAN|JUGS?|TRAYS?|COASTERS?|PLACEMATS?|APRONS?|OVEN|GLASS(?:ES)?|WINE|(?<!WATER )BOTTLES?|LUNCH ?BOX|BREAD|EGG CUPS?|EGGS?|JAM|JELLY|MOULDS?|FOOD|FRUIT BOWL|RECIPE|TUREEN|BEAKERS?|TUMBLERS?|GOBLET|DISH(?:ES)?|CUTTERS?|COOK(?:IE|ING)?|BISCUITS?|SPICE|SALT|PEPPER|SCALES?|COLANDER|WHISK|PINNY|PANTRY|CRUET|DINNER|CORKSCREW|NAPKIN|PITCHER|DECANTER|ICE CREAM|PICNIC|FLASK|TABLECLOTH|SNACK|BUTTER|MILK|CHOPPING|CANNISTER|CANISTER|CORK|RAMEKIN|SERVING|SUGAR|CREAMER|TEATIME|GRATER|TOAST|CAFETIERE|LADLE',
  ),
  rule(
    'toys-children',
    'Toys & children',
    'teddy',
    'Toys, games, dolls and things for small rooms.',
    "TOYS?|DOLLS?|DOLLY|GAMES?|JIGSAW|PUZZLES?|SPACEBOY|CHILD(?:REN)?'?S?|KIDS|BABY|PLAY(?:ING|HOUSE)?|SKITTLES|DOMINO(?:ES)?|SOLDIER|ROBOT|SPINNING|SKIPPING|MARBLES|RATTLE|TEDDY|SOFT TOY|CIRCUS|DINOSAURS?|RACING|CRAFT|KNITTING|SEWING|FELTCRAFT|GIRLS?|BOYS?|BOOM BOX|BUILDING BLOCK|YOYO|YO-YO|NINJA|KALEIDOSCOPE|TATTOOS?|CARRIAGE|ROCKING|DOCTOR|POP ART|POPART|PAINT|STRESS BALL|MAGIC|SLINKY|HULA|JACKS|LUDO|SNAKES|BINGO|PARADE|ZOO|RUBBER",
  ),
  rule(
    'wall-art-signs',
    'Wall art & signs',
    'frame',
    'Signs, frames, letters, hooks and wall decorations.',
    'SIGNS?|FRAMES?|WALL|ART|PLAQUE|PICTURE|PHOTO|PHOTOFRAME|LETTERS?|BLOCK|DOORBELL|NUMBER|TILE|HOOKS?|HANGERS?|KNOBS?|DRAWER|WORDS?|BLACKBOARD|CHALKBOARD|MEMO|POSTCARD|HANGING|GARLANDS?|MOBILE|CHIME|WREATH|DOOR',
  ),
  rule(
    'storage-boxes',
    'Storage & boxes',
    'box',
    'Boxes, tins, baskets, cabinets and jars.',
    'BOX(?:ES)?|TINS?|BASKETS?|STORAGE|CABINETS?|JARS?|CHEST|CRATE|RACK|SHELF|SHELVES|HOLDER|STANDS?|POTS?|BUCKETS?|TIDY|BIN|DISPENSER|TRUNK|TABLE|STOOL|CHAIR|TROLLEY|CADDY|DRAWERS|CUPBOARD|TRINKET|URN|CASE|TREASURE',
  ),
  rule(
    'textiles-cushions',
    'Textiles & cushions',
    'sofa',
    'Cushions, throws, doormats, hot water bottles and warm things.',
    'CUSHIONS?|THROWS?|QUILTS?|BLANKETS?|TOWELS?|RUGS?|DOORMATS?|CURTAINS?|COVERS?|SCARF|SCARVES|SOCKS?|GLOVES?|HAT|SLIPPERS?|SHAWL|PONCHO|HOT WATER|WARMERS?|COSY|HEADSCARF|SARONG|DOORSTOP|FABRIC|PATCHES|CHENILLE|KNITTED|COTTON|FELT|WOOL(?:LY)?|PILLOW|POUFFE|BATH(?:ROOM)?|SOAP|POLYESTER|FLANNEL|BOA',
  ),
  rule(
    'garden',
    'Garden',
    'leaf',
    'Planters, tools, birds, flowers and summer afternoons.',
    'GARDEN(?:ERS?|ING)?|PLANTERS?|PLANT|WATERING|BIRD(?:HOUSE|BATH)?|BIRDS?|SEEDS?|FLOWERS?|LAWN|TROWEL|DOVECOTE|DECKCHAIR|HERB|GNOME|BUTTERFL(?:Y|IES)|KNEELING|GROW|VASES?|ROSES?|TULIPS?|LAVENDER|SUNFLOWER|LEAF|HYACINTH|POSY|BOUQUET|WINDMILL|HAMMOCK|FENCE|BEE|SPRAY|STEM|BRANCH|BLOSSOM|WELLIES|BOOT',
  ),
  {
    slug: 'retail-gifts',
    name: 'Gifts & curiosities',
    description: 'Hearts, charms and everything that fits nowhere else.',
    icon: 'sparkles',
    words: undefined,
  },
];

/** The leaf categories, in the order they are shown. */
export const RETAIL_CATEGORIES: readonly RetailCategory[] = RULES;

/** The category of a product, by the words of its name. */
export function categoryOf(name: string): RetailCategory {
  const words = name.toUpperCase();
  const found = RULES.find(({ words: pattern }) => pattern === undefined || pattern.test(words));
  if (found === undefined) {
    throw new Error('The last rule takes every name.');
  }
  return found;
}

function rule(slug: string, name: string, icon: string, description: string, words: string): Rule {
  return {
    slug: `retail-${slug}`,
    name,
    icon,
    description,
    words: new RegExp(`(?<![A-Z])(?:${words})(?![A-Z])`),
  };
}
