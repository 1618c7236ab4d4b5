import { Injectable } from '@nestjs/common';
import { pageInfoOf, requestedPage } from '@vici/database';
import {
  type CreateRuleRequest,
  type DeleteRuleRequest,
  type DeleteRuleResponse,
  type ListRulesRequest,
  type ListRulesResponse,
  MerchandisingKind,
  type MerchandisingRuleFields,
  type MerchandisingServiceDefinition,
  type ReplaceRuleRequest,
  type MerchandisingRule as RuleMessage,
} from '@vici/proto-gen/recommendation';
import { type GrpcHandlers, invalidField, parseId, requirePermission } from '@vici/utils';
import {
  CreateMerchandisingRule,
  DeleteMerchandisingRule,
  ReplaceMerchandisingRule,
} from '../application/manage-merchandising.use-cases.js';
import { MerchandisingRepository, type RuleFilter } from '../application/merchandising.repository.js';
import type { MerchandisingFields, MerchandisingRule } from '../domain/merchandising.js';
import { placementFrom, toPlacement } from './placements.js';

const LAST_POSITION = 100;
const FACTORS = { least: 0.1, most: 10 };
const LONGEST_NOTE = 500;

/** The gRPC API of merchandising. */
@Injectable()
export class MerchandisingGrpcController implements GrpcHandlers<typeof MerchandisingServiceDefinition> {
  constructor(
    private readonly rules: MerchandisingRepository,
    private readonly creation: CreateMerchandisingRule,
    private readonly replacement: ReplaceMerchandisingRule,
    private readonly deletion: DeleteMerchandisingRule,
  ) {}

  async listRules(request: ListRulesRequest): Promise<ListRulesResponse> {
    requirePermission('recommendations:read');
    const page = request.page === undefined ? undefined : requestedPage(request.page);
    const found = await this.rules.search(filterFrom(request), page);
    return { rules: found.items.map(toMessage), page: page === undefined ? undefined : pageInfoOf(found) };
  }

  async createRule({ fields }: CreateRuleRequest): Promise<RuleMessage> {
    requirePermission('recommendations:write');
    return toMessage(await this.creation.execute(fieldsFrom(fields)));
  }

  async replaceRule({ id, fields }: ReplaceRuleRequest): Promise<RuleMessage> {
    requirePermission('recommendations:write');
    return toMessage(await this.replacement.execute(parseId(id, 'id'), fieldsFrom(fields)));
  }

  async deleteRule({ id }: DeleteRuleRequest): Promise<DeleteRuleResponse> {
    requirePermission('recommendations:write');
    await this.deletion.execute(parseId(id, 'id'));
    return {};
  }
}

function filterFrom(request: ListRulesRequest): RuleFilter {
  const { kind, placement, productId, categoryId, search, oldestFirst } = request;
  return {
    kind: kind === MerchandisingKind.UNSPECIFIED ? undefined : kindFrom(kind),
    placement: placementFrom(placement),
    productId: productId === undefined ? undefined : parseId(productId, 'product_id'),
    categoryId: categoryId === undefined ? undefined : parseId(categoryId, 'category_id'),
    search,
    oldestFirst,
  };
}

function fieldsFrom(message: MerchandisingRuleFields | undefined): MerchandisingFields {
  if (message === undefined) throw invalidField('fields', 'is required');
  const { productId, categoryId, startsAt, endsAt, note } = message;
  const kind = kindFrom(message.kind);
  const placement = placementFrom(message.placement);
  if (startsAt !== undefined && endsAt !== undefined && endsAt <= startsAt) {
    throw invalidField('ends_at', 'must be after starts_at');
  }
  if (note.length > LONGEST_NOTE) throw invalidField('note', `must have at most ${LONGEST_NOTE} characters`);
  return {
    kind,
    productId: parseId(productId, 'product_id'),
    ...(placement !== undefined && { placement }),
    ...(categoryId !== undefined && { categoryId: parseId(categoryId, 'category_id') }),
    position: kind === 'pin' ? positionFrom(message.position) : 1,
    factor: kind === 'boost' ? factorFrom(message.factor) : 1,
    ...(startsAt !== undefined && { startsAt }),
    ...(endsAt !== undefined && { endsAt }),
    note,
  };
}

function kindFrom(kind: MerchandisingKind): MerchandisingFields['kind'] {
  switch (kind) {
    case MerchandisingKind.PIN:
      return 'pin';
    case MerchandisingKind.BOOST:
      return 'boost';
    case MerchandisingKind.UNSPECIFIED:
      throw invalidField('kind', 'is required');
  }
}

function positionFrom(position: number): number {
  if (position >= 1 && position <= LAST_POSITION) return position;
  throw invalidField('position', `must be 1 to ${LAST_POSITION}`);
}

function factorFrom(factor: number): number {
  if (factor >= FACTORS.least && factor <= FACTORS.most) return factor;
  throw invalidField('factor', `must be ${FACTORS.least} to ${FACTORS.most}`);
}

function toMessage({ id, kind, placement, createdAt, updatedAt, ...fields }: MerchandisingRule): RuleMessage {
  return {
    id,
    fields: {
      kind: kind === 'pin' ? MerchandisingKind.PIN : MerchandisingKind.BOOST,
      productId: fields.productId,
      placement: toPlacement(placement),
      categoryId: fields.categoryId,
      position: fields.position,
      factor: fields.factor,
      startsAt: fields.startsAt,
      endsAt: fields.endsAt,
      note: fields.note,
    },
    createdAt,
    updatedAt,
  };
}
