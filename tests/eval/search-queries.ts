/** What somebody types, in which way it is not what the product is called, and the SKU that has to be among the first. */
export interface JudgedQuery {
  readonly kind: 'exact' | 'partial' | 'misspelt' | 'plural' | 'reordered';
  readonly query: string;
  readonly sku: string;
}

const judged = (kind: JudgedQuery['kind'], queries: Readonly<Record<string, string>>): JudgedQuery[] =>
  Object.entries(queries).map(([query, sku]) => ({ kind, query, sku }));

/** Written by hand, with both catalogues before one's eyes and neither in the words of the search. */
export const JUDGED_QUERIES: readonly JudgedQuery[] = [
  ...judged('exact', {
    'white hanging heart t-light holder': 'UCI-85123A',
    'regency cakestand 3 tier': 'UCI-22423',
    'jumbo bag red retrospot': 'UCI-85099B',
    'popcorn holder': 'UCI-22197',
    'party bunting': 'UCI-47566',
    'alarm clock bakelike red': 'UCI-22727',
    'Essence Mascara Lash Princess': 'BEA-ESS-ESS-001',
    'Knoll Saarinen Executive Conference Chair': 'FUR-KNO-KNO-014',
    'Apple AirPods Max Silver': 'MOB-APP-APP-101',
    'kawasaki z800': 'MOT-KAW-KAW-114',
    'iphone 13 pro': 'SMA-APP-IPH-123',
    'table lamp': 'HOM-BRD-TAB-047',
  }),
  ...judged('partial', {
    'cakestand regency': 'UCI-22423',
    'rabbit night': 'UCI-23084',
    'fairy cake doormat': 'UCI-48185',
    'hot water bottle skull': 'UCI-21479',
    'gin tonic mug': 'UCI-21874',
    'sunflower flytrap': 'UCI-22693',
    'rolex subm': 'MEN-ROL-ROL-098',
    zenbook: 'LAP-ASU-ASU-079',
    'xps 13': 'LAP-DEL-DEL-082',
    'shea butter': 'SKI-OLA-OLA-119',
    homepod: 'MOB-APP-APP-103',
    'calvin ck one': 'FRA-CAL-CAL-006',
  }),
  ...judged('misspelt', {
    'regancy cakestand': 'UCI-22423',
    'poporn holder': 'UCI-22197',
    'harmonika in box': 'UCI-21915',
    'moroccon tea glas': 'UCI-79000',
    'dinosaur keyringss': 'UCI-21829',
    'gingerbred cookie cuter': 'UCI-22966',
    'nescaffe coffe': 'GRO-BRD-NES-034',
    'micowave ovn': 'KIT-BRD-MIC-066',
    'huawie matebok': 'LAP-HUA-HUA-080',
    'samsng galaxy s8': 'SMA-SAM-SAM-132',
    'tennis raket': 'SPO-BRD-TEN-152',
    'bagpack white leather': 'WOM-URB-WHI-175',
  }),
  ...judged('plural', {
    'hanging heart t-light holders': 'UCI-85123A',
    'animal sticker': 'UCI-16011',
    'wicker hearts': 'UCI-22469',
    'balloon water bombs': 'UCI-22440',
    'naughts and cross': 'UCI-23571',
    'gin and tonic mugs': 'UCI-21874',
    'spice racks': 'KIT-BRD-SPI-073',
    'chopping boards': 'KIT-BRD-CHO-053',
    'golf balls': 'SPO-BRD-GOL-148',
    'feather shuttlecocks': 'SPO-BRD-FEA-146',
    'black gowns': 'WOM-BRD-BLA-177',
    'rolling pins': 'KIT-BRD-WOO-076',
  }),
  ...judged('reordered', {
    'holder t-light heart hanging white': 'UCI-85123A',
    'red alarm clock': 'UCI-22727',
    'clips bicycle classic': 'UCI-23498',
    'blue metal sign french wc': 'UCI-22670',
    'lunch box spaceboy': 'UCI-22629',
    'flower mug multicolour spring': 'UCI-37340',
    'sofa annibale colombo': 'FUR-ANN-ANN-012',
    'nike jordan air': 'MEN-NIK-NIK-088',
    'lash mascara essence': 'BEA-ESS-ESS-001',
    'stick selfie': 'MOB-SNA-SEL-111',
    'frame photo family tree': 'HOM-BRD-FAM-044',
    'earring crystal green': 'WOM-BRD-GRE-182',
  }),
];
