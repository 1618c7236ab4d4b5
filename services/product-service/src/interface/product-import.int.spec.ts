import { Database } from '@vici/database';
import {
  AdminProductSort,
  CatalogueAdminServiceDefinition,
  ImportFormat,
  ImportStatus,
  ProductImportServiceDefinition,
  ProductServiceDefinition,
} from '@vici/proto-gen/product';
import { asCaller, eventually, pauseAt, useService, useTestS3 } from '@vici/testing';
import { newId } from '@vici/utils';
import { beforeAll, describe, expect, it } from 'vitest';
import { RunImport } from '../application/run-import.use-case.js';
import { productService } from '../product.service.js';
import { categoryInputs } from './product.fixture.js';

const s3 = useTestS3(['pictures', 'staging']);
const service = useService(productService, () => ({
  S3_ENDPOINT: s3.url,
  S3_BUCKET: 'pictures',
  S3_STAGING_BUCKET: 'staging',
  S3_REGION: s3.region,
  S3_ACCESS_KEY_ID: s3.accessKeyId,
  S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
  MEDIA_PUBLIC_URL: `${s3.url}/pictures`,
}));
const ADMIN = newId();
const imports = () => service.client(ProductImportServiceDefinition);
const catalogue = () => service.client(CatalogueAdminServiceDefinition);
const asAdmin = <T>(work: () => Promise<T>) => asCaller({ role: 'admin', userId: ADMIN }, work);

async function bring(text: string, format = ImportFormat.CSV, dryRun = false): Promise<string> {
  const made = await asAdmin(() =>
    imports().createImport({ format, dryRun, size: BigInt(Buffer.byteLength(text)) }),
  );
  const { url = '', headers = {} } = made.target ?? {};
  expect((await fetch(url, { method: 'PUT', headers, body: text })).status).toBe(200);
  return made.id;
}
const start = (id: string) => asAdmin(() => imports().startImport({ id }));
const look = (id: string) => asAdmin(() => imports().getImport({ id }));
const faults = (id: string) =>
  asAdmin(async () => (await imports().listImportFaults({ id, page: { page: 1, limit: 100 } })).faults);
async function run(text: string, format = ImportFormat.CSV, dryRun = false) {
  const id = await bring(text, format, dryRun);
  await start(id);
  await eventually(async () => expect((await look(id)).status).not.toBe(ImportStatus.RUNNING), {
    timeoutMs: 20_000,
  });
  return await look(id);
}
const found = async (search: string) =>
  (await asAdmin(() => catalogue().listAdminProducts({ filter: { search }, page: { page: 1, limit: 100 } })))
    .products;

const HEADER = 'sku,name,price,category,tags,specifications,variants,salePrice,isNew';
const jsonLine = (sku: string, over: object = {}) =>
  JSON.stringify({ sku, name: `Name ${sku}`, price: 10, category: 'home', ...over });

beforeAll(async () => {
  await asCaller({ role: 'system' }, () =>
    service.client(ProductServiceDefinition).upsertCategories({ categories: categoryInputs }),
  );
});

describe('an import of products', () => {
  it('takes the good lines of a CSV file and says of each bad one what is wrong', async () => {
    const text = [
      `\ufeff${HEADER}`,
      'CSV-1,"Lamp, brass",24.99,lighting,led|brass,"{""Power"":""9 W""}","[{""sku"":""CSV-1-S"",""name"":""Small"",""price"":""19.99""}]",20,true',
      'CSV-2,"A name',
      'of two lines",10,home,,,,,',
      'CSV-3,,1.005,home,,,,,maybe',
      'CSV-4,Four,10,nowhere,,,,,',
      'CSV-5,Five,10,home',
      'CSV-1,Again,10,home,,,,,',
      'CSV-6,Six,10,home,,{broken,,12,',
      'CSV-7,"\'=Formula",10,home,,,,,',
    ].join('\r\n');

    const done = await run(text);

    expect(done).toMatchObject({
      status: ImportStatus.DONE,
      processed: 8,
      created: 3,
      updated: 0,
      unchanged: 0,
      rejected: 5,
    });
    const lines = (await faults(done.id)).map(({ line, sku, field }) => [line, sku, field]);
    expect(lines).toEqual([
      [5, 'CSV-3', 'isNew'],
      [6, 'CSV-4', 'category'],
      [7, 'CSV-5', 'line'],
      [8, 'CSV-1', 'sku'],
      [9, 'CSV-6', 'specifications'],
    ]);
    const [seven, two, one] = await found('CSV-');
    expect([seven?.product?.name, two?.product?.name]).toEqual(['=Formula', 'A name\r\nof two lines']);
    expect(one).toMatchObject({
      price: { minor: 2499n, currency: 'USD' },
      sale: { price: { minor: 2000n } },
      categorySlug: 'lighting',
      variants: [{ price: { minor: 1999n } }],
      product: {
        name: 'Lamp, brass',
        tags: ['led', 'brass'],
        specifications: { Power: '9 W' },
        isNew: true,
        variants: [{ sku: 'CSV-1-S', name: 'Small' }],
      },
    });
    await eventually(() =>
      expect(service.audits().filter(({ data }) => data.target.id === done.id)).toMatchObject([
        {
          data: {
            action: 'product.import',
            actor: { userId: ADMIN },
            after: { format: 'csv', dryRun: false },
          },
        },
      ]),
    );
    expect((await fetch(`${s3.url}/staging/imports/${done.id}`)).status).toBe(404);
  });

  it('brought again changes nothing, and changed changes what is other', async () => {
    const lines = ['TWICE-1', 'TWICE-2', 'TWICE-3'].map((sku) => jsonLine(sku));
    const first = await run(lines.join('\n'), ImportFormat.JSONL);
    const again = await run(lines.join('\n'), ImportFormat.JSONL);
    const changed = await run(
      [...lines.slice(1), jsonLine('TWICE-1', { price: '11.50' })].join('\n'),
      ImportFormat.JSONL,
    );

    const counts = [first, again, changed].map(({ created, updated, unchanged }) => [
      created,
      updated,
      unchanged,
    ]);
    expect(counts).toEqual([
      [3, 0, 0],
      [0, 0, 3],
      [0, 1, 2],
    ]);
  });

  it('that is a dry run reports the same and writes nothing', async () => {
    const text = [jsonLine('DRY-1'), '{"sku":', jsonLine('DRY-2', { colour: 'red' }), jsonLine('DRY-3')].join(
      '\n',
    );

    const dry = await run(text, ImportFormat.JSONL, true);

    expect(dry).toMatchObject({
      status: ImportStatus.DONE,
      processed: 4,
      created: 2,
      rejected: 2,
      dryRun: true,
    });
    expect(await faults(dry.id)).toEqual([
      { line: 2, sku: '', field: 'line', message: 'must be a JSON object' },
      { line: 3, sku: 'DRY-2', field: 'colour', message: 'is no field of a product' },
    ]);
    expect(await found('DRY-')).toEqual([]);
  });

  it('interrupted goes on behind its last batch, and counts no record twice', async () => {
    const text = Array.from({ length: 1200 }, (_, index) => jsonLine(`RESUME-${index}`)).join('\n');
    const id = await bring(text, ImportFormat.JSONL);
    {
      using pause = pauseAt('product.import-batch');
      await start(id);
      await pause.reached;
      expect(await look(id)).toMatchObject({ processed: 500, created: 500, status: ImportStatus.RUNNING });
      // As if this worker had died: its lease is over, and another one has gone on.
      const { pool } = service.get<Database<unknown>>(Database);
      await pool.query("update imports set leased_until = now() - interval '1 second' where id = $1", [id]);
      const second = service.get(RunImport).execute(new AbortController().signal);
      await eventually(async () => expect((await look(id)).processed).toBe(1200), { timeoutMs: 20_000 });
      await second;
      pause.resume();
    }

    await eventually(async () => expect((await look(id)).status).toBe(ImportStatus.DONE), {
      timeoutMs: 20_000,
    });
    expect(await look(id)).toMatchObject({
      processed: 1200,
      created: 1200,
      updated: 0,
      unchanged: 0,
      rejected: 0,
    });
  }, 60_000);

  it('cancelled writes no further batch', async () => {
    const text = Array.from({ length: 600 }, (_, index) => jsonLine(`CANCEL-${index}`)).join('\n');
    const id = await bring(text, ImportFormat.JSONL);
    using pause = pauseAt('product.import-batch');
    await start(id);
    await pause.reached;

    await asAdmin(() => imports().cancelImport({ id }));
    pause.resume();

    // One at a time in each process: with the next one done this one has ended.
    await run(jsonLine('AFTER-CANCEL'), ImportFormat.JSONL);
    expect(await found('CANCEL-599')).toEqual([]);
    expect(await look(id)).toMatchObject({ status: ImportStatus.CANCELLED, processed: 500, created: 500 });
  });

  it('of a file that means nothing fails and says why', async () => {
    const unknown = await run('sku,name,price,category,colour\nA,B,1,home,red');
    const quotes = await run(`${HEADER}\nQ-1,"a"b,1,home,,,,,`);
    const empty = await bring(HEADER);

    expect(unknown).toMatchObject({
      status: ImportStatus.FAILED,
      failure: 'The header has unknown columns: colour.',
    });
    expect(quotes).toMatchObject({ status: ImportStatus.FAILED, processed: 0 });
    await expect(
      asCaller({ role: 'support', userId: newId() }, () => imports().startImport({ id: empty })),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const missing = await asAdmin(() => imports().createImport({ format: ImportFormat.CSV, size: 10n }));
    await expect(start(missing.id)).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

describe('an export of products', () => {
  const exported = async (format: ImportFormat, search?: string, sort = AdminProductSort.UNSPECIFIED) => {
    const pieces: string[] = [];
    for (let afterId: string | undefined = ''; afterId !== undefined; ) {
      const after: string = afterId;
      const piece = await asAdmin(() =>
        imports().exportProductFile({ format, afterId: after, filter: { search }, sort }),
      );
      pieces.push(piece.text);
      afterId = piece.nextAfterId;
    }
    return pieces;
  };
  const odd = {
    description: '=SUM(A1)\r\nsecond \u2028 line, "quoted"',
    longDescription: "'=not a formula",
    price: '24.99',
    originalPrice: '30',
    salePrice: '20',
    saleStartsAt: '2020-01-01T00:00:00.000Z',
    category: 'lighting',
    brand: '-Brand-',
    status: 'INACTIVE',
    tags: ['a|b', 'plain'],
    weightGrams: 12,
    isNew: true,
    specifications: { Power: '9 W' },
    variants: [{ sku: 'ODD-1-S', name: 'Small', price: '19.99', salePrice: '9', attributes: { size: 'S' } }],
  };

  it.each([
    ['CSV', ImportFormat.CSV],
    ['JSON Lines', ImportFormat.JSONL],
  ])('as %s is what an import takes, and imported again changes nothing', async (_name, format) => {
    const made = [jsonLine('ODD-1', odd), jsonLine('ODD-2', { tags: ['[x'] })];
    expect(await run(made.join('\n'), ImportFormat.JSONL)).toMatchObject({ rejected: 0 });
    const [one] = await exported(format, 'ODD-1');
    const whole = await exported(format);
    const again = await run(whole.join(''), format);

    expect(one).toContain('24.99');
    expect(again).toMatchObject({ status: ImportStatus.DONE, created: 0, updated: 0, rejected: 0 });
    // More than one piece, so the header stands once and no product twice.
    expect([whole.length > 1, again.unchanged]).toEqual([true, again.processed]);
  });

  it('stands in the order of the import, or in the order of the list that is asked for', async () => {
    const mark = newId().slice(-12);
    const skus = [`${mark}-B`, `${mark}-C`, `${mark}-A`];
    const lines = skus.map((sku) => jsonLine(sku, { variants: [] }));
    expect(await run(lines.join('\n'), ImportFormat.JSONL)).toMatchObject({ created: 3 });
    const order = async (sort?: AdminProductSort) => {
      const text = (await exported(ImportFormat.CSV, mark, sort)).join('');
      return [...text.matchAll(new RegExp(`^${mark}-(.),`, 'gm'))].map(([, letter]) => letter).join('');
    };

    expect(await order()).toBe('BCA');
    expect(await order(AdminProductSort.SKU)).toBe('ABC');
    expect(await order(AdminProductSort.NEWEST)).toBe('ACB');
  });

  it('goes on in the order of the list from piece to piece, whatever is added meanwhile', async () => {
    const bySku = await exported(ImportFormat.CSV, undefined, AdminProductSort.SKU);
    const byId = await exported(ImportFormat.CSV);

    expect(bySku.length).toBeGreaterThan(1);
    expect(bySku.join('').length).toBe(byId.join('').length);
    await expect(
      asAdmin(() =>
        imports().exportProductFile({
          format: ImportFormat.CSV,
          sort: AdminProductSort.SKU,
          afterId: newId(),
        }),
      ),
    ).rejects.toMatchObject({ details: { fields: [{ field: 'cursor' }] } });
  });

  it('has a known format, and is for those who may read products', async () => {
    await expect(exported(ImportFormat.UNSPECIFIED)).rejects.toMatchObject({
      details: { fields: [{ field: 'format' }] },
    });
    await expect(
      asCaller({ role: 'customer', userId: newId() }, () =>
        imports().exportProductFile({ format: ImportFormat.CSV }),
      ),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
