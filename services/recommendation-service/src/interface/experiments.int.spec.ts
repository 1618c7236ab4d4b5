import { createEvent } from '@vici/events';
import { ProductServiceDefinition } from '@vici/proto-gen/product';
import {
  type ListRulesRequest,
  MerchandisingKind,
  MerchandisingRuleFields,
  MerchandisingServiceDefinition,
  Placement,
  RecommendationServiceDefinition,
  type ReportExperimentsRequest,
} from '@vici/proto-gen/recommendation';
import { asCaller, eventually, fakeUpstream, useService, walkByCursor } from '@vici/testing';
import { newId } from '@vici/utils';
import { beforeAll, describe, expect, it } from 'vitest';
import { RecommendationIndex } from '../domain/recommendation-index.js';
import { recommendationService } from '../recommendation.service.js';
import {
  behaviourEvent,
  oakChair,
  pineChair,
  productAnswers,
  redLamp,
  shop,
  shopEvents,
  soldOut,
} from './shop.fixture.js';

const EXPERIMENT = JSON.stringify({
  name: 'lists',
  arms: [
    { name: 'control', algorithm: 'blend' },
    { name: 'plain', algorithm: 'vmis' },
  ],
});
const products = fakeUpstream(ProductServiceDefinition, { ...productAnswers });
const service = useService(
  recommendationService,
  { EXPERIMENT, FATIGUE_AFTER: '2' },
  { upstreams: [products] },
);
const client = () => service.client(RecommendationServiceDefinition);
const rules = () => service.client(MerchandisingServiceDefinition);
const admin = <T>(work: () => Promise<T>) => asCaller({ userId: newId(), role: 'admin' }, work);
const arms = async () => (await admin(() => client().reportExperiments({}))).arms;
const popular = async () => {
  const { items } = await client().recommend({ placement: Placement.POPULAR, limit: 3 });
  return items.map(({ product, source }) => [product?.id, source]);
};

beforeAll(async () => {
  for (const event of shopEvents()) await service.publish(event);
  await eventually(() => {
    const { catalogue } = service.get(RecommendationIndex);
    expect([catalogue.size, catalogue.available(soldOut.id)]).toEqual([shop.length, 0]);
  });
});

describe('An experiment', () => {
  it('counts for each arm the answers shown and, once each, those clicked, put into the cart and bought', async () => {
    const [sessionId, other] = [newId(), newId()];
    const ask = (shopperSessionId: string) =>
      asCaller({ role: 'anonymous', shopperSessionId }, () =>
        client().recommend({ placement: Placement.SESSION, limit: 3 }),
      );
    const { recommendationId } = await ask(sessionId);
    await ask(sessionId);
    await ask(other);
    const [, experiment, arm] = recommendationId.split('~');
    const click = (id: string, session: string) =>
      createEvent('product_click', {
        subject: session,
        data: {
          eventType: 'product_click',
          sessionId: session,
          productId: oakChair.id,
          timestamp: Date.now(),
          recommendationId: id,
        },
      });
    await service.publish(click(recommendationId, sessionId));
    await service.publish(click(recommendationId, sessionId));
    // Made up: an arm that is not this shopper's.
    await service.publish(click(`x~lists~${arm === 'plain' ? 'control' : 'plain'}`, sessionId));
    await service.publish(behaviourEvent('add_to_cart', { productId: oakChair.id, sessionId }));
    await service.publish(behaviourEvent('add_to_cart', { productId: redLamp.id, sessionId }));
    await service.publish(behaviourEvent('purchase', { productId: oakChair.id, sessionId }));

    await eventually(async () => {
      const own = (await arms()).find((candidate) => candidate.arm === arm);
      expect(own).toMatchObject({
        experiment,
        clicked: { answers: 1n },
        addedToCart: { answers: 1n },
        purchased: { answers: 1n },
      });
    });
    const all = await arms();
    expect(all.map((one) => one.arm).sort()).toEqual(['control', 'plain']);
    expect(all.reduce((sum, { served }) => sum + served, 0n)).toBe(3n);
    const asked = async (request: Partial<ReportExperimentsRequest>) => {
      const answer = await admin(() => client().reportExperiments(request));
      return answer.arms.map((one) => one.arm);
    };
    expect(await asked({ running: true })).toEqual(['control', 'plain']);
    expect(await asked({ running: false })).toEqual([]);
    expect(await asked({ search: 'PLA' })).toEqual(['plain']);
    const served = all.toSorted((a, b) => Number(b.served - a.served)).map((one) => one.arm);
    expect(await asked({ mostServedFirst: true })).toEqual(served);
    const walked = await walkByCursor(async (page) => {
      const answer = await admin(() => client().reportExperiments({ mostServedFirst: true, page }));
      expect(answer.page?.total).toBe(2n);
      return { items: answer.arms, page: answer.page };
    });
    expect(walked.map((one) => one.arm)).toEqual(served);
    expect(all.reduce((sum, { clicked }) => sum + (clicked?.answers ?? 0n), 0n)).toBe(1n);
  });
});

describe('Merchandising', () => {
  it('pins a product to its place until the rule is replaced or taken away, each time audited', async () => {
    const fields = MerchandisingRuleFields.fromPartial({
      kind: MerchandisingKind.PIN,
      productId: pineChair.id,
      placement: Placement.POPULAR,
      position: 2,
    });
    const { id } = await admin(() => rules().createRule({ fields }));
    expect((await popular())[1]).toEqual([pineChair.id, 'pinned']);

    await admin(() => rules().replaceRule({ id, fields: { ...fields, position: 1 } }));
    expect((await popular())[0]).toEqual([pineChair.id, 'pinned']);

    await admin(() => rules().deleteRule({ id }));
    expect((await popular()).map(([, source]) => source)).not.toContain('pinned');
    await eventually(() => {
      expect(service.audits().map(({ data }) => data.action)).toEqual([
        'merchandising.create',
        'merchandising.update',
        'merchandising.delete',
      ]);
    });
  });

  it('lists its rules searched, filtered, from either end, and walked whatever is added meanwhile', async () => {
    const mark = newId();
    const add = (kind: MerchandisingKind, note: string, placement = Placement.UNSPECIFIED) => {
      const of = { kind, placement, productId: soldOut.id, position: 90, factor: 1, note: `${mark} ${note}` };
      return admin(() => rules().createRule({ fields: MerchandisingRuleFields.fromPartial(of) }));
    };
    await add(MerchandisingKind.PIN, '1', Placement.TRENDING);
    await add(MerchandisingKind.BOOST, '2');
    await add(MerchandisingKind.BOOST, '3', Placement.POPULAR);
    const notes = async (request: Partial<ListRulesRequest>) => {
      const answer = await admin(() => rules().listRules({ search: mark.toUpperCase(), ...request }));
      return answer.rules.map(({ fields }) => fields?.note.at(-1)).join('');
    };

    expect(await notes({})).toBe('321');
    expect(await notes({ oldestFirst: true, productId: soldOut.id })).toBe('123');
    expect(await notes({ kind: MerchandisingKind.BOOST })).toBe('32');
    expect(await notes({ placement: Placement.TRENDING })).toBe('1');
    expect(await notes({ categoryId: newId() })).toBe('');
    const walked = await walkByCursor(
      async (page) => {
        const answer = await admin(() => rules().listRules({ search: mark, page }));
        return { items: answer.rules, page: answer.page };
      },
      () => add(MerchandisingKind.BOOST, '4'),
    );
    expect(walked.map(({ fields }) => fields?.note.at(-1)).join('')).toBe('321');
    for (const { id } of (await admin(() => rules().listRules({ search: mark }))).rules) {
      await admin(() => rules().deleteRule({ id }));
    }
  });

  it('never shows a pinned product that cannot be sold', async () => {
    const fields = MerchandisingRuleFields.fromPartial({
      kind: MerchandisingKind.PIN,
      productId: soldOut.id,
      position: 1,
    });
    const { id } = await admin(() => rules().createRule({ fields }));
    expect((await popular()).map(([product]) => product)).not.toContain(soldOut.id);
    await admin(() => rules().deleteRule({ id }));
  });

  it('is for those who may, with every fault named', async () => {
    const fields = MerchandisingRuleFields.fromPartial({
      kind: MerchandisingKind.BOOST,
      productId: redLamp.id,
    });
    await expect(
      asCaller({ userId: newId(), role: 'customer' }, () => rules().createRule({ fields })),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(admin(() => rules().createRule({ fields }))).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
    });
    await expect(admin(() => rules().deleteRule({ id: newId() }))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('Bots', () => {
  it('teach nothing', async () => {
    const [bot, shopper] = [newId(), newId()];
    const data = { productId: redLamp.id, sessionId: bot, timestamp: Date.now(), bot: true };
    await service.publish(
      createEvent('product_view', { subject: bot, data: { ...data, eventType: 'product_view' } }),
    );
    await service.publish(behaviourEvent('product_view', { productId: redLamp.id, sessionId: shopper }));

    const { sessions } = service.get(RecommendationIndex);
    await eventually(() => expect(sessions.session(shopper)).toBeDefined());
    expect(sessions.session(bot)).toBeUndefined();
  });
});
