/** What somebody types into the search of the demo shop, and the SKU that has to be among the first five. */
export const SEED_QUERIES: readonly (readonly [query: string, sku: string])[] = [
  // As it is called.
  ['calder 2 wireless headphones', 'HPH-CALDER2'],
  ['Arkiv Task Lamp', 'LMP-ARKIV'],
  ['woodshed candle', 'CND-WOODSHED'],
  ['Night Bus Bomber Jacket', 'JKT-BOMBER'],
  // A part of it, or what is said about it.
  ['tri-ply sauce', 'CKW-TRI-SAUCE'],
  ['kids headphones', 'HPH-FIRSTEAR'],
  ['beach shelter', 'TNT-BEACH'],
  ['gooseneck', 'KTL-SWANNECK'],
  ['corrie vane tote', 'BPK-TOTEPACK'],
  // Misspelt.
  ['nearfeild monitors', 'SPK-NEARFIELD'],
  ['merdian smartwatch', 'WCH-MERID42'],
  ['beeswaxx tapers', 'CND-BEES-TAPER'],
  ['ultraligt lark tent', 'TNT-LARK1'],
  ['pompon wool blankt', 'THR-POMPOM'],
  // One for many, many for one.
  ['floorstanding speaker', 'SPK-TOWER'],
  ['stability shoes', 'SNK-COMEBACK'],
  ['side handle clay teapots', 'KTL-KYUSU'],
  ['paper floor lamps', 'LMP-MANE'],
  // In another order.
  ['keyboard gaming mini clutch', 'KBD-CLUTCH-MINI'],
  ['jacket rain squall', 'JKT-SQUALL'],
  ['glass carafe bedside', 'BTL-CARAFE'],
  ['cup tea ash glaze', 'MUG-YUNOMI'],
  // By another word.
  ['homeroom rucksack', 'BPK-SCHOOL'],
  ['airline running tee', 'TEE-AIRLINE'],
];
